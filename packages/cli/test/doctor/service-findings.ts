import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { dialogNotes, serviceFindings } from '../../src/doctor/service-findings.ts';
import type { Facts, ServiceFacts } from '../../src/types/doctor.ts';
import {
  HEALTHY,
  LOCKED,
  LOGIN,
  SESSION,
  withPlatform,
  withService,
} from '../support/doctor-facts.ts';

function codes(facts: Facts): readonly string[] {
  return serviceFindings(facts).map(({ code }) => code);
}

const NO_OWNER = { owner: undefined, collections: [], aliases: {} };
const failure = { code: 'x', message: 'y' };

test('serviceFindings: what keeps a store from succeeding', () => {
  const kwalletrc = { path: '/k', isEnabled: true, isSecretServiceEnabled: true };
  const wallet = { pid: 1, program: 'kwalletd5', arguments: [], ownsName: false };
  const locked = (unlocking: ServiceFacts['unlocking']): Facts =>
    withService({ collections: LOCKED.service?.collections ?? [], unlocking });
  const cases: readonly (readonly [Facts, readonly string[]])[] = [
    [HEALTHY, []],
    [{ ...HEALTHY, service: undefined }, []],
    [withService(NO_OWNER), ['no-service']],
    [withService({ ...NO_OWNER, failure }), ['service-does-not-start']],
    [withService({ failure }), ['service-silent']],
    [
      withService(NO_OWNER, { kwallet: { ...kwalletrc, isSecretServiceEnabled: false } }),
      ['kwallet-off'],
    ],
    [withService(NO_OWNER, { kwallet: { ...kwalletrc, isEnabled: false } }), ['kwallet-off']],
    [withService(NO_OWNER, { kwallet: kwalletrc }), ['no-service']],
    [withService(NO_OWNER, { daemons: [{ ...wallet, version: '5.96.0' }] }), ['kwallet-too-old']],
    [withService(NO_OWNER, { daemons: [{ ...wallet, version: '5.97.0' }] }), ['no-service']],
    [withService({ aliases: {}, collections: [] }), ['no-default-collection']],
    [withService({ family: 'keepassxc', aliases: {}, collections: [] }), ['nothing-exposed']],
    [withService({ aliases: { login: LOGIN } }), ['no-default-collection']],
    [withService({ aliases: { default: '/gone' } }), ['default-missing']],
    [LOCKED, ['locked']],
    [withPlatform(LOCKED, { displays: {} }), ['locked-without-display']],
    [withPlatform(LOCKED, { displays: { WAYLAND_DISPLAY: 'wayland-0' } }), ['locked']],
    [locked('unlocked'), []],
    [locked({ code: 'dismissed', message: '' }), ['prompt-dismissed']],
    [locked({ code: 'prompt-deadline', message: '' }), ['prompt-unanswered']],
    [locked({ code: 'no-prompter', message: '' }), ['locked']],
    [locked({ code: 'failed', message: '' }), ['unlock-failed']],
  ];
  for (const [facts, expected] of cases) assert.deepEqual(codes(facts), expected);
});

test('serviceFindings: a session collection alone is no place to keep things', () => {
  const [finding] = serviceFindings(
    withService({
      aliases: { session: SESSION },
      collections: [{ path: SESSION, label: '', isLocked: false }],
    }),
  );
  assert.match(finding?.text ?? '', /only the session collection/u);
});

test('serviceFindings: advice fits the keyring', () => {
  const steps = (family: string): string => {
    const facts = withPlatform(withService({ ...LOCKED.service, family }), { displays: {} });
    return serviceFindings(facts)[0]?.steps.join('\n') ?? '';
  };
  assert.match(steps('gnome-keyring'), /--password-fd/u);
  assert.doesNotMatch(steps('kwallet'), /--password-fd/u);
  assert.equal(steps('keywire'), 'unlock it, answering its prompter: keywire unlock --timeout=60');
});

test('serviceFindings: a password is asked for only where the keyring takes one', () => {
  for (const code of ['dismissed', 'prompt-deadline', 'failed']) {
    const steps = (family: string): string => {
      const unlocking = { code, message: '' };
      const [finding] = serviceFindings(withService({ ...LOCKED.service, family, unlocking }));
      return finding?.steps.at(-1) ?? '';
    };
    assert.match(steps('gnome-keyring'), /: keywire unlock --password-fd=0$/u);
    assert.match(steps('keepassxc'), /in the window of KeePassXC$/u);
    assert.match(steps('keywire'), /: keywire unlock --timeout=60$/u);
    for (const family of ['kwallet', 'oo7', 'generic']) {
      assert.equal(steps(family), 'unlock it in a graphical session');
    }
  }
});

test('serviceFindings: how to make a default collection is what its keyring can do', () => {
  const steps = (family: string): string => {
    const facts = withService({ family, aliases: {}, collections: [] });
    return serviceFindings(facts)[0]?.steps.join('\n') ?? '';
  };
  assert.match(steps('gnome-keyring'), /collection create.*gnome-keyring-daemon --unlock/su);
  assert.doesNotMatch(steps('keywire'), /gnome/iu);
});

test('dialogNotes: displays that the keyring lacks, and a missing program', () => {
  assert.deepEqual(dialogNotes(HEALTHY), []);
  const displays = { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' };
  const notes = dialogNotes(withPlatform(withService({ prompter: 'missing' }), { displays }));
  assert.deepEqual(
    notes.map(({ code, steps }) => [code, ...steps]),
    [
      ['daemon-without-display', 'dbus-update-activation-environment --systemd WAYLAND_DISPLAY'],
      ['no-prompter', 'install gcr, which brings gcr-prompter'],
    ],
  );
  const plain = withPlatform(withService({}), { displays, hasSystemd: false });
  assert.deepEqual(dialogNotes(plain)[0]?.steps, [
    'dbus-update-activation-environment WAYLAND_DISPLAY',
  ]);
  assert.deepEqual(
    dialogNotes(withPlatform(withService({ prompter: 'missing' }), { displays: {} })),
    [],
  );
  const owner = { uniqueName: ':1.1' };
  assert.deepEqual(dialogNotes(withService({ owner })), [], 'an environment that cannot be read');
});

test('serviceFindings: which collection is missing, which setting is off, and whose dialog', () => {
  const first = (facts: Facts): string => {
    const [finding] = serviceFindings(facts);
    return [finding?.text, ...(finding?.steps ?? [])].join('\n');
  };
  const other = { path: '/other', label: 'Other', isLocked: false };
  const session = { path: SESSION, label: '', isLocked: false };
  const without = (collections: ServiceFacts['collections']): string =>
    first(withService({ family: 'keywire', aliases: { session: SESSION }, collections }));
  const CREATE = 'keywire collection create Login --alias=default';
  assert.match(
    without([]),
    new RegExp(`^The keyring has no collection at all\\..*\n.*${CREATE}$`, 'u'),
  );
  assert.match(without([session]), new RegExp(`^There is only the session.*\n.*${CREATE}$`, 'u'));
  assert.match(without([session, other]), /^No collection is the default one\.\n.*alias default/u);
  const kwallet = (isEnabled: boolean): string => {
    const settings = { path: '/k', isEnabled, isSecretServiceEnabled: false };
    return first(withService(NO_OWNER, { kwallet: settings }));
  };
  assert.match(kwallet(false), /says Enabled=false under \[Wallet\]/u);
  assert.match(kwallet(true), /says apiEnabled=false under \[org\.freedesktop\.secrets\]/u);
  const unlocking = { code: 'deadline', message: '' };
  const silent = withService({ ...LOCKED.service, family: 'generic', unlocking });
  assert.match(
    first(silent),
    /^The default collection "Login" of the keyring is locked, and its dialog/u,
  );
});

test('dialogNotes: both displays are named where both are missing', () => {
  const displays = { DISPLAY: ':0', WAYLAND_DISPLAY: 'w' };
  const owner = { uniqueName: ':1.1', displays: {} };
  const [note] = dialogNotes(withPlatform(withService({ owner }), { displays }));
  assert.match(note?.text ?? '', /without DISPLAY and WAYLAND_DISPLAY:/u);
  assert.match(note?.steps[0] ?? '', / DISPLAY WAYLAND_DISPLAY$/u);
});
