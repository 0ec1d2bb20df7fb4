import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { diagnose } from '../../src/doctor/findings.ts';
import { diagnosisAsJson, formatDiagnosis } from '../../src/doctor/report.ts';
import type { Facts } from '../../src/types/doctor.ts';
import { HEALTHY, LOCKED, withoutBus, withPlatform, withService } from '../support/doctor-facts.ts';

const plain = (text: string): string => text;

function report(facts: Facts): string {
  return formatDiagnosis(diagnose(facts), plain);
}

test('formatDiagnosis: a machine where all is well', () => {
  assert.equal(
    report(HEALTHY),
    `Bus         unix:path=/run/user/1000/bus (from XDG_RUNTIME_DIR/bus)
Keyring     GNOME Keyring 42.1, pid 42 /usr/bin/gnome-keyring-daemon, on the bus as :1.7
Transfer    encrypted
Collection  "Login" /org/freedesktop/secrets/collection/login, unlocked, alias default, login
Collection  "" /org/freedesktop/secrets/collection/session, unlocked, alias session
Quirks      G1 G2 (docs/QUIRKS.md)
Dialogs     on :0; the program that shows them is started when needed
Running     /usr/bin/gnome-keyring-daemon --foreground (pid 42, owns the name)
Fallback    none unless a program asks for one: "keywire backends" shows what there is beside the keyring

A store would succeed.
`,
  );
});

test('formatDiagnosis: faults and notes, each with its steps', () => {
  const text = report(LOCKED);
  assert.match(text, /^Fault: The default collection "Login"[^\n]*\n {2}- answer its dialog/mu);
  assert.match(text, /unlocked first \(exit 3\)\.\n$/u);
  assert.match(report(withoutBus('bus-disabled')), /nothing|no keyring to store in \(exit 5\)/u);
  assert.match(
    report(withService({ owner: undefined })),
    /^Keyring +not running, can be started/mu,
  );
  const none = withService({ owner: undefined, isActivatable: false });
  assert.match(report(none), /^Keyring +none$/mu);
  const bare = withService({ owner: { uniqueName: ':1.1' }, family: 'generic', aliases: {} });
  assert.match(report(bare), /^Keyring +generic, on the bus as :1\.1$/mu);
  assert.match(report(bare), /^Default +none$/mu);
  assert.match(report(withPlatform(HEALTHY, { displays: {} })), /nobody can answer them/u);
});

test('formatDiagnosis: what others wrote cannot steer the terminal', () => {
  const collections = [{ path: '/c', label: 'a\u001b[2Jb', isLocked: false }];
  const text = report(withService({ collections, aliases: { default: '/c' } }));
  assert.ok(!text.includes('\u001b'));
  assert.match(text, /"a\\x1b\[2Jb"/u);
});

test('formatDiagnosis: what programs remember, with the file that says so', () => {
  const remembered = [
    { app: 'my-app', backend: 'file', path: '/s/my-app' },
    { app: '', backend: 'memory', path: '/s/none' },
  ];
  const text = report({ ...HEALTHY, remembered });
  assert.match(text, /^Remembered {2}my-app: file \(\/s\/my-app; /mu);
  assert.match(text, /^Remembered {2}programs without a name: memory/mu);
});

test('diagnosisAsJson: whether it is well, why not, and all the facts', () => {
  const json = JSON.parse(JSON.stringify(diagnosisAsJson(diagnose(LOCKED))));
  assert.deepEqual([json.ok, json.exitCode, json.findings[0].code], [false, 3, 'locked']);
  assert.equal(json.service.owner.pid, 42);
  assert.equal(JSON.parse(JSON.stringify(diagnosisAsJson(diagnose(HEALTHY)))).ok, true);
});

test('formatDiagnosis: a daemon that no program confirms is one by its behaviour alone', () => {
  for (const owner of [
    { uniqueName: ':1.1' },
    { uniqueName: ':1.1', pid: 7, program: '/usr/bin/node' },
  ]) {
    assert.match(report(withService({ owner })), /^Keyring +behaves as GNOME Keyring, /mu);
  }
});

test('formatDiagnosis: ours asks by itself, with or without a display', () => {
  const ours = withPlatform(withService({ family: 'keywire', quirks: [] }), { displays: {} });
  assert.match(report(ours), /^Dialogs +answered by the prompter that the keyring was started/mu);
  assert.doesNotMatch(report(ours), /^Quirks/mu);
});

test('formatDiagnosis: how secrets travel, and where dialogs appear', () => {
  assert.match(report(withService({ isEncrypted: false })), /^Transfer +in clear$/mu);
  assert.doesNotMatch(report(withService({ isEncrypted: undefined })), /^Transfer/mu);
  const displays = { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' };
  const at = (prompter: 'running' | 'missing' | undefined): string =>
    report(withPlatform(withService({ prompter }), { displays }));
  assert.match(at(undefined), /^Dialogs +on wayland-0, :0$/mu);
  assert.match(
    at('missing'),
    /^Dialogs +on wayland-0, :0; the program that shows them is missing$/mu,
  );
  assert.match(at('running'), /shows them is running$/mu);
  assert.match(report(withoutBus('no-bus', { address: undefined })), /^Bus +none$/mu);
});
