import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  requiresPeers,
  requiresRuntime,
  secretStorage,
  type TranscriptStep,
  transcript,
} from '../src/index.ts';

/** What each library files an entry under, and how it is asked to. */
const LIBRARIES: readonly {
  readonly module: string;
  readonly store: TranscriptStep;
  readonly missing: () => string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly label: string;
}[] = [
  {
    module: 'keytar',
    store: { call: ['setPassword'], args: ['demo', 'ada', 'hunter2'] },
    missing: () => requiresPeers('keytar'),
    attributes: { service: 'demo', account: 'ada', 'xdg:schema': 'org.freedesktop.Secret.Generic' },
    label: 'demo/ada',
  },
  {
    module: '@napi-rs/keyring',
    store: {
      create: { class: 'Entry', args: ['demo', 'ada'] },
      call: ['setPassword'],
      args: ['hunter2'],
    },
    missing: () => requiresPeers('@napi-rs/keyring'),
    attributes: { service: 'demo', username: 'ada' },
    label: 'keyring:ada@demo',
  },
  {
    module: 'Bun',
    store: {
      call: ['secrets', 'set'],
      args: [{ service: 'demo', name: 'ada', value: 'hunter2' }],
    },
    missing: () => requiresRuntime('bun'),
    attributes: { service: 'demo', account: 'ada', 'xdg:schema': 'com.oven-sh.bun.Secret' },
    label: 'demo/ada',
  },
];

for (const { module, store, missing, attributes, label } of LIBRARIES) {
  const reason = requires('dbus-daemon', 'gnome-keyring', 'secretstorage') ?? missing();
  if (reason !== undefined) {
    test.skip(`${module} stores`, reason);
    continue;
  }
  test(`${module} stores`, async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const [outcome] = await transcript(keyring.peerEnv, module, [store]);
    assert.ok(outcome !== undefined && 'value' in outcome, JSON.stringify(outcome));
    const [item, ...others] = await secretStorage.search(keyring.peerEnv, { service: 'demo' });
    assert.deepEqual(others, []);
    // gnome-keyring puts this one into items without a schema, as soon as it has read its file again.
    const added = { 'xdg:schema': 'org.freedesktop.Secret.Generic' };
    assert.deepEqual({ ...added, ...item?.attributes }, { ...added, ...attributes });
    assert.equal(item?.label, label);
    assert.equal(new TextDecoder().decode(item?.secret), 'hunter2');
  });
}

const reason = requires('dbus-daemon') ?? requiresPeers('keytar');
if (reason !== undefined) test.skip('a call that throws', reason);
else
  test('a call that throws is told from a promise that rejects', async () => {
    const env = { PATH: '/usr/bin:/bin', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const [thrown, rejected] = await transcript(env, 'keytar', [
      { call: ['getPassword'], args: ['', 'ada'] },
      { call: ['getPassword'], args: ['demo', 'ada'] },
    ]);
    assert.ok(thrown !== undefined && 'error' in thrown && thrown.isThrown);
    assert.ok(rejected !== undefined && 'error' in rejected && !rejected.isThrown);
  });
