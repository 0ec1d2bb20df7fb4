/**
 * A dialog that nobody answers, and a lock that somebody holds: the caller's signal ends the waiting,
 * with code `aborted`.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CrossProcessLock } from '@keywire/file-lock';
import type { ConnectOptions } from '@keywire/secret-service';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import { PersistedTokenCache } from '../src/cache/persisted-token-cache.ts';
import { createPersistence } from '../src/persistences/create-persistence.ts';
import {
  SecretServicePersistence,
  trialRun,
} from '../src/persistences/secret-service-persistence.ts';
import { TokenStore } from '../src/tokens/token-store.ts';

const SCHEMA = 'org.example.Cache';
const ACCOUNT = { home_account_id: 'u.t', environment: 'e', realm: 'r', username: 'me' };

const missing = requires('dbus-daemon', 'gnome-keyring', 'mock-prompter');
/** What a program has, over one keyring. */
interface Cache {
  readonly kept: SecretServicePersistence;
  readonly connect: ConnectOptions;
}

const CALLS: Readonly<Record<string, (cache: Cache, signal: AbortSignal) => Promise<unknown>>> = {
  load: ({ kept }, signal) => kept.load({ signal }),
  save: ({ kept }, signal) => kept.save('text', { signal }),
  delete: ({ kept }, signal) => kept.delete({ signal }),
  trialRun: ({ connect }, signal) => trialRun({ connect, signal }),
  createPersistence: ({ kept: { location }, connect }, signal) =>
    createPersistence({ location, keyring: { connect }, policy: 'plaintext', signal }),
  'add to a cache': ({ kept }, signal) =>
    new PersistedTokenCache(kept).add('Account', ACCOUNT, { signal }),
  'get a token': ({ kept }, signal) =>
    new TokenStore({ persistence: kept }).get('key', {
      refresh: () => assert.fail('refreshed'),
      signal,
    }),
};

for (const [name, call] of Object.entries(CALLS)) {
  const title = `${name}: a dialog that nobody answers ends when the caller says so`;
  if (missing !== undefined) test.skip(title, missing);
  else test(title, () => inFolder((folder) => endUnanswered(folder, call)));
}

async function endUnanswered(folder: string, call: (typeof CALLS)[string]): Promise<void> {
  await using keyring = await bootGnomeKeyring({
    state: 'locked',
    prompter: 'never',
    seed: [{ label: 'Cache', attributes: { 'xdg:schema': SCHEMA }, secret: '{}' }],
  });
  const connect = { address: keyring.bus.address, interactive: true, hasDisplay: true };
  const location = join(folder, 'signal');
  const kept = new SecretServicePersistence({ location, schemaName: SCHEMA, connect });
  const controller = new AbortController();
  const { signal } = controller;
  const ended = assert.rejects(call({ kept, connect }, signal), { code: 'aborted' });
  await keyring.prompter?.until('perform');
  controller.abort('enough');
  await ended;
  // Nothing lesser was taken, and no lock is left.
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'signal'),
    [],
  );
}

if (missing !== undefined) test.skip('a lock that somebody holds, over a real keyring', missing);
else
  test('a lock that somebody holds, over a real keyring', () =>
    inFolder(async (folder) => {
      await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
      const connect = { address: keyring.bus.address, interactive: false };
      const location = join(folder, 'signal');
      const cache = new PersistedTokenCache(new SecretServicePersistence({ location, connect }));
      const held = await CrossProcessLock.acquire(cache.lockLocation);
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = [
        cache.add('Account', ACCOUNT, { signal }),
        cache.remove('Account', ACCOUNT, { signal }),
        cache.modify('Account', ACCOUNT, {}, { signal }),
        cache.publish({ signal }),
      ].map((call) => assert.rejects(call, { name: 'LockError', code: 'aborted' }));
      setImmediate(() => controller.abort());
      await Promise.all(waiting);
      await held.release();
      assert.deepEqual(await cache.search('Account'), []);
    }));
