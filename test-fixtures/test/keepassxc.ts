import assert from 'node:assert/strict';
import {
  bootKeePassXC,
  gdbusCall,
  type KeePassXC,
  type KeePassXCOptions,
  requires,
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../src/index.ts';
import { testBooted } from './support/test-booted.ts';

const SEED = [
  { label: 'Seeded <&>', attributes: { app: 'demo', 'a<b': '&' }, secret: 'hunter2 é' },
];
const SECRET = new TextEncoder().encode('hunter2 é');

const missing = requires('dbus-daemon', 'keepassxc', 'secret-tool', 'secretstorage');

onDatabase(
  'unlocked: secret-tool and SecretStorage read each other',
  { seed: SEED },
  async (database) => {
    const { peerEnv: env } = database;
    const [item] = await secretStorage.search(env, { app: 'demo' });
    assert.equal(item?.label, 'Seeded <&>');
    assert.equal(item?.attributes['a<b'], '&');
    assert.deepEqual(item?.secret, SECRET);
    await secretToolStore(env, { label: 'One', attributes: { n: '1' }, secret: 'één' });
    assert.deepEqual(await secretToolLookup(env, { n: '1' }), new TextEncoder().encode('één'));
  },
);

onDatabase(
  'locked: a search waits for a dialog nobody sees',
  { state: 'locked' },
  async ({ peerEnv: env }) => {
    assert.equal(await isStuck(env, ['lookup', 'app', 'demo']), true);
  },
);

onDatabase(
  'locked, unlockBeforeSearch off: a search finds nothing, a store waits',
  { state: 'locked', unlockBeforeSearch: false, seed: SEED },
  async ({ peerEnv: env }) => {
    assert.equal(await secretToolLookup(env, { app: 'demo' }), undefined);
    assert.equal(await isStuck(env, ['store', '--label=x', 'a', 'b']), true);
  },
);

onDatabase(
  'confirmAccess: a read waits for a dialog nobody sees',
  { confirmAccess: true, seed: SEED },
  async ({ peerEnv: env }) => {
    assert.equal(await isStuck(env, ['lookup', 'app', 'demo']), true);
  },
);

onDatabase(
  'not-exposed: there is no default collection',
  { state: 'not-exposed' },
  async ({ bus }) => {
    const alias = await gdbusCall(bus, {
      destination: 'org.freedesktop.secrets',
      path: '/org/freedesktop/secrets',
      method: 'org.freedesktop.Secret.Service.ReadAlias',
      args: ['default'],
    });
    assert.equal(alias, "objectpath '/'");
  },
);

async function isStuck(env: KeePassXC['env'], args: readonly string[]): Promise<boolean> {
  return (await secretTool(env, args, { input: 'c', timeoutMs: 500 })).timedOut;
}

function onDatabase(
  name: string,
  options: KeePassXCOptions,
  body: (database: KeePassXC) => Promise<void>,
): void {
  testBooted(`KeePassXC, ${name}`, missing, () => bootKeePassXC(options), body);
}
