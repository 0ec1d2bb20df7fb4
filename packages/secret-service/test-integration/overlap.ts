// What a cold read does while it waits for others: the cipher is loaded before the daemon has opened
// the session, and the key is derived once the request for the secret is on its way.
// Foreign peers: gnome-keyring, KWallet and KeePassXC, whose answers are what is waited for.

import assert from 'node:assert/strict';
import process from 'node:process';
import { openConnection } from '@keywire/dbus-wire/client';
import type { SecretService } from '../src/index.ts';
import { type Bench, onEach, onGnomeKeyring } from './support/keyrings.ts';

const ATTRIBUTES = { app: 'overlap' };

// Loading is once a process, so this one comes first.
onGnomeKeyring('the cipher is loaded while the daemon opens the session', {}, async (bench) => {
  await storePlain(bench);
  let service: SecretService | undefined;
  const sessions = await onLoadOfCrypto(
    () => service?.session,
    async () => {
      service = bench.open();
      assert.equal((await service.lookup(ATTRIBUTES))?.text(), 's3cret');
    },
  );
  assert.deepEqual(sessions, [undefined], 'once, and before there was a session');
});

onEach('the key is derived while the request for the secret is on its way', [], async (bench) => {
  await storePlain(bench);
  await using connection = openConnection({ address: bench.address });
  const service = bench.open({ connection });
  const queued = await onDerivation(
    () => connection.queuedBytes,
    async () => assert.equal((await service.lookup(ATTRIBUTES))?.text(), 's3cret'),
  );
  // One session of 256 is replaced by another.
  assert.deepEqual(new Set(queued), new Set([0]), 'all that was asked for is written');
});

async function storePlain(bench: Bench): Promise<void> {
  const service = await bench.connect({ session: 'plain' });
  await service.store('label', ATTRIBUTES, 's3cret');
}

/** What `observe` gives at each time that the runtime's cryptography is asked for and not kept yet. */
async function onLoadOfCrypto<T>(observe: () => T, operation: () => Promise<void>): Promise<T[]> {
  const observed: T[] = [];
  const { getBuiltinModule } = process;
  const watch = (id: string): unknown => {
    if (id === 'node:crypto') observed.push(observe());
    return getBuiltinModule(id);
  };
  Object.assign(process, { getBuiltinModule: watch });
  try {
    await operation();
  } finally {
    Object.assign(process, { getBuiltinModule });
  }
  return observed;
}

/** What `observe` gives at the first HMAC of each key that is derived. */
async function onDerivation<T>(observe: () => T, operation: () => Promise<void>): Promise<T[]> {
  const observed: T[] = [];
  const crypto = process.getBuiltinModule('node:crypto');
  const { createHmac } = crypto;
  const watch: typeof createHmac = (algorithm, key, options) => {
    observed.push(observe());
    return createHmac(algorithm, key, options);
  };
  Object.assign(crypto, { createHmac: watch });
  try {
    await operation();
  } finally {
    Object.assign(crypto, { createHmac });
  }
  // A derivation takes two of them.
  return observed.filter((_, index) => index % 2 === 0);
}
