import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { diagnose } from '../../src/doctor/findings.ts';
import type { Facts } from '../../src/types/doctor.ts';
import { HEALTHY, LOCKED, withoutBus, withPlatform, withService } from '../support/doctor-facts.ts';

function codes(facts: Facts): readonly string[] {
  return diagnose(facts).findings.map(({ code }) => code);
}

// @rule cli/doctor-exit-code
test('diagnose: 0 when a store would succeed, else 3 or 5', () => {
  const failure = { code: 'x', message: 'y' };
  const cases: readonly (readonly [Facts, number])[] = [
    [HEALTHY, 0],
    [LOCKED, 3],
    [withService({ aliases: {} }), 3],
    [withService({ aliases: { default: '/gone' } }), 3],
    [withService({ ...LOCKED.service, unlocking: 'unlocked' }), 0],
    [withService({ ...LOCKED.service, unlocking: failure }), 3],
    [withService({ failure }), 5],
    [withService({ owner: undefined }), 5],
    [withoutBus('no-bus'), 5],
    // A sandbox does not matter on a bus of its own, as that of "keywire run".
    [withPlatform(HEALTHY, { flatpak: { mayTalk: false } }), 0],
    [withPlatform(withService({ owner: undefined }), { flatpak: { mayTalk: false } }), 5],
  ];
  for (const [facts, code] of cases) {
    const { exitCode, findings } = diagnose(facts);
    assert.equal(exitCode, code);
    const hasFault = findings.some(({ level }) => level === 'fault');
    assert.equal(hasFault, code !== 0, JSON.stringify(findings));
  }
});

test('diagnose: logins that do not unlock, only where it is locked', () => {
  const modules = { pam_gnome_keyring: ['auth optional pam_gnome_keyring.so'], pam_kwallet5: [] };
  const pam = [{ service: 'sshd', modules }];
  assert.deepEqual(codes({ ...HEALTHY, pam }), []);
  const { findings } = diagnose(withPlatform({ ...LOCKED, pam }, { isOverSsh: true }));
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['locked', 'pam-lines-missing', 'ssh-key-login'],
  );
  assert.deepEqual(findings[1]?.steps, [
    'add the line, below the others of its kind: session optional pam_gnome_keyring.so auto_start',
  ]);
  assert.match(findings[2]?.text ?? '', /public key hands PAM no password/u);
  assert.match(findings[2]?.steps.join() ?? '', /keywire unlock --password-fd=0/u);
  const complete = {
    ...modules,
    pam_gnome_keyring: [...modules.pam_gnome_keyring, 'session optional pam_gnome_keyring.so'],
  };
  assert.deepEqual(codes({ ...LOCKED, pam: [{ service: 'sshd', modules: complete }] }), ['locked']);
  const keepass = withService({ ...LOCKED.service, family: 'keepassxc' }, { pam });
  assert.deepEqual(codes(keepass), ['locked']);
});

test('diagnose: sandboxes, WSL, plain sessions, other keyrings', () => {
  const inFlatpak = (mayTalk: boolean): readonly string[] =>
    codes(withPlatform(withService({ owner: undefined }), { flatpak: { mayTalk } }));
  assert.deepEqual(inFlatpak(false), ['flatpak-permission', 'no-service']);
  assert.deepEqual(inFlatpak(true), ['no-service']);
  assert.deepEqual(codes(withPlatform(HEALTHY, { snap: 'app' })), ['snap-permission']);
  const wsl = diagnose(withPlatform(withoutBus('no-bus'), { wslVersion: 2, hasSystemd: false }));
  const told = wsl.findings.find(({ code }) => code === 'wsl');
  assert.match(told?.text ?? '', /WSL 2, without systemd and with no session bus/u);
  assert.match(told?.steps[0] ?? '', /wsl\.conf/u);
  assert.deepEqual(codes(withService({ isEncrypted: false })), ['plain-session']);
  const configFailure = { code: 'invalid-config', message: '/f: expected JSON' };
  assert.deepEqual(codes({ ...HEALTHY, configFailure }), ['config-broken']);
  const others = [{ pid: 9, program: 'keepassxc', arguments: [], ownsName: false }];
  assert.deepEqual(codes({ ...HEALTHY, daemons: others }), ['other-daemons']);
  const absent = diagnose(withService({ owner: undefined }, { daemons: others }));
  assert.deepEqual(
    absent.findings.map(({ code }) => code),
    ['no-service', 'daemon-not-on-bus'],
  );
  assert.match(absent.findings[1]?.steps[1] ?? '', /Secret Service Integration/u);
});

test('diagnose: what PAM or systemd cannot help with is not advised', () => {
  const overSsh = withPlatform(withService({ ...LOCKED.service, family: 'keepassxc' }), {
    isOverSsh: true,
  });
  assert.deepEqual(codes(overSsh), ['locked']);
  assert.deepEqual(codes(withPlatform(HEALTHY, { isOverSsh: true })), []);
  const { findings } = diagnose(withPlatform(HEALTHY, { wslVersion: 1, hasSystemd: true }));
  assert.deepEqual(
    findings.map(({ text, steps }) => [text, ...steps]),
    [['This is WSL 1, with systemd and with a session bus.']],
  );
  const others = [8, 9].map((pid) => ({ pid, program: 'p', arguments: [], ownsName: false }));
  const absent = diagnose(withService({ owner: undefined }, { daemons: others }));
  assert.match(absent.findings[1]?.text ?? '', /: p \(pid 8\), p \(pid 9\)\.$/u);
  assert.equal(absent.findings[1]?.steps.length, 1);
});
