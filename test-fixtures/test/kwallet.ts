import assert from 'node:assert/strict';
import {
  bootKWallet,
  gdbusProperty,
  type KWallet,
  type KWalletOptions,
  requires,
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../src/index.ts';
import { testBooted } from './support/test-booted.ts';

const SEED = [{ label: 'Seeded', attributes: { app: 'demo' }, secret: 'hunter2' }];
const SECRET = new TextEncoder().encode('hunter2');

const missing = requires('dbus-daemon', 'kwallet', 'secret-tool', 'secretstorage');

onWallet(
  'unlocked: secret-tool and SecretStorage read each other',
  { seed: SEED },
  async (wallet) => {
    const { peerEnv: env } = wallet;
    assert.equal(await isLocked(wallet), 'false');
    assert.deepEqual(await secretToolLookup(env, { app: 'demo' }), SECRET);
    const [item] = await secretStorage.search(env, { app: 'demo' });
    assert.deepEqual(item?.secret, SECRET);
    await secretToolStore(env, { label: 'One', attributes: { n: '1' }, secret: 'één' });
    assert.deepEqual(await secretToolLookup(env, { n: '1' }), new TextEncoder().encode('één'));
  },
);

for (const seed of [[], SEED]) {
  const how = seed.length === 0 ? 'empty' : 'seeded';
  onWallet(`logged-in, ${how}: unlocks by itself`, { state: 'logged-in', seed }, async (wallet) => {
    assert.equal(await isLocked(wallet), 'true');
    assert.equal(await secretStorage.unlock(wallet.peerEnv), false);
    assert.equal(await isLocked(wallet), 'false');
    const found = await secretToolLookup(wallet.peerEnv, { app: 'demo' });
    assert.deepEqual(found, seed.length === 0 ? undefined : SECRET);
  });
}

for (const state of ['locked', 'cold'] as const) {
  onWallet(
    `${state}: an unlock waits for a dialog nobody sees`,
    { state, seed: SEED },
    async (wallet) => {
      assert.equal(await isLocked(wallet), 'true');
      const store = ['store', '--label=x', 'a', 'b'];
      const { timedOut } = await secretTool(wallet.peerEnv, store, { input: 'c', timeoutMs: 500 });
      assert.equal(timedOut, true);
    },
  );
}

function isLocked(wallet: KWallet): Promise<string> {
  return gdbusProperty(wallet.bus, {
    destination: 'org.freedesktop.secrets',
    path: '/org/freedesktop/secrets/aliases/default',
    property: 'org.freedesktop.Secret.Collection.Locked',
  });
}

function onWallet(
  name: string,
  options: KWalletOptions,
  body: (wallet: KWallet) => Promise<void>,
): void {
  testBooted(`KWallet, ${name}`, missing, () => bootKWallet(options), body);
}
