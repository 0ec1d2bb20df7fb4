/** One text in an application's own store. */
import assert from 'node:assert/strict';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistedTokenCache } from '../../src/cache/persisted-token-cache.ts';
import { sha256Hex } from '../../src/io/sha256.ts';
import { BackendPersistence } from '../../src/persistences/backend-persistence.ts';
import type { SecretBackend, SecretBackendKey } from '../../src/types/persistence.ts';

/** A store as another platform's could be. */
class Store implements SecretBackend {
  readonly entries = new Map<string, Uint8Array>();
  failure: Error | undefined;

  async get(key: SecretBackendKey): Promise<Uint8Array | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.entries.get(`${key.service}/${key.username}`)?.slice();
  }

  async set(key: SecretBackendKey, secret: Uint8Array): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.entries.set(`${key.service}/${key.username}`, secret.slice());
  }

  async delete(key: SecretBackendKey): Promise<number> {
    if (this.failure !== undefined) throw this.failure;
    return Number(this.entries.delete(`${key.service}/${key.username}`));
  }
}

test("save, load, delete under msal-extensions' own names", async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const backend = new Store();
    const kept = new BackendPersistence({ location, backend });
    assert.equal(kept.kind, 'backend');
    await assert.rejects(kept.load(), { name: 'PersistenceNotFound', location });
    await kept.save('text');
    assert.deepEqual([...backend.entries.keys()], [`msal-extensions/${sha256Hex(location)}`]);
    assert.equal(await kept.load(), 'text');
    assert.ok((await kept.timeLastModified()) > 0);
    await kept.trialRun();
    assert.equal(backend.entries.size, 1);
    assert.equal(await kept.delete(), true);
    assert.equal(await kept.delete(), false);
    const named = new BackendPersistence({ location, backend, service: 's', username: 'u' });
    await named.save('text');
    assert.deepEqual([...backend.entries.keys()], ['s/u']);
    assert.equal(named.isEncrypted, true);
    assert.equal(
      new BackendPersistence({ location, backend, isEncrypted: false }).isEncrypted,
      false,
    );
  });
});

// @rule token/delete-is-told
test('what was deleted is gone also for those who have it in memory', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const kept = new BackendPersistence({ location, backend: new Store() });
    const cache = new PersistedTokenCache(kept);
    await cache.add('Account', { home_account_id: 'id' });
    // Long ago: what was read then is given from memory.
    utimesSync(location, 1, 1);
    assert.equal((await cache.search('Account')).length, 1);
    await kept.delete();
    assert.deepEqual(await cache.search('Account'), []);
  });
});

test('the signal file tells of a save before it is made, and after', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const backend = new Store();
    const kept = new BackendPersistence({ location, backend });
    backend.set = async () => {
      assert.ok(existsSync(location));
      utimesSync(location, 1, 1);
    };
    await kept.save('text');
    assert.ok(statSync(location).mtimeMs > 1000);
  });
});

test('what the store gave is wiped once it is read', async () => {
  await inFolder(async (folder) => {
    const secret = new TextEncoder().encode('text');
    const backend = Object.assign(new Store(), { get: async () => secret });
    const kept = new BackendPersistence({ location: join(folder, 'signal'), backend });
    assert.equal(await kept.load(), 'text');
    assert.deepEqual(secret, new Uint8Array(4));
  });
});

test('an absent secret that is reported as an error is absent, and a refusal is denied', async () => {
  await inFolder(async (folder) => {
    const backend = new Store();
    const kept = new BackendPersistence({ location: join(folder, 'signal'), backend });
    for (const detail of [{ code: 'ITEM_NOT_FOUND' }, { code: -25_300 }, { exitStatus: -25_300 }]) {
      backend.failure = Object.assign(new Error('absent'), detail);
      await assert.rejects(kept.load(), { name: 'PersistenceNotFound', cause: backend.failure });
      assert.equal(await kept.delete(), false);
    }
    for (const detail of [{ code: 'ACCESS_DENIED' }, { exitStatus: -128 }]) {
      backend.failure = Object.assign(new Error('refused'), detail);
      await assert.rejects(kept.load(), { name: 'PersistenceDecryptionError', code: 'denied' });
      await assert.rejects(kept.save('x'), { name: 'PersistenceEncryptionError', code: 'denied' });
      await assert.rejects(kept.delete(), { name: 'PersistenceError', code: 'denied' });
    }
    backend.failure = new Error('something else');
    await assert.rejects(kept.load(), { code: 'failed', cause: backend.failure });
    await assert.rejects(kept.trialRun(), { code: 'failed' });
  });
});

test('what a store gives that is no secret is nothing, or told as what it is', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const giving = (given: unknown): BackendPersistence => {
      const backend = Object.assign(new Store(), { get: async () => given });
      return Reflect.construct(BackendPersistence, [{ location, backend }]);
    };
    await assert.rejects(giving(null).load(), { name: 'PersistenceNotFound', location });
    await assert.rejects(giving('text').load(), {
      message: 'backend: expected get to give a Uint8Array, got string',
    });
  });
  const { get, set } = Store.prototype;
  for (const backend of [undefined, null, {}, { get, set }]) {
    assert.throws(() => Reflect.construct(BackendPersistence, [{ location: '/x', backend }]), {
      message: 'backend: expected an object with get, set and delete',
    });
  }
});

test('a store that does not answer is waited for no longer than the caller says', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const seen: unknown[] = [];
    let stored: Uint8Array | undefined;
    let answer = (): void => {};
    const pending = new Promise<never>((_resolve, reject) => {
      answer = () => reject(new Error('late'));
    });
    const never = (signal: AbortSignal | undefined): Promise<never> => {
      seen.push(signal);
      return pending;
    };
    const backend: SecretBackend = {
      get: (_key, options) => never(options?.signal),
      set: (_key, secret, options) => {
        stored = secret;
        return never(options?.signal);
      },
      delete: (_key, options) => never(options?.signal),
    };
    const kept = new BackendPersistence({ location, backend });
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [
      kept.load({ signal }),
      kept.save('text', { signal }),
      kept.delete({ signal }),
    ].map((call) => assert.rejects(call, { code: 'aborted', location, cause: 'enough' }));
    while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    controller.abort('enough');
    await Promise.all(waiting);
    assert.deepEqual(seen, [signal, signal, signal]);
    // The store still has the secret in hand: it is wiped when it has done with it.
    assert.equal(new TextDecoder().decode(stored), 'text');
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(stored, new Uint8Array(4));
    await assert.rejects(kept.trialRun({ signal }), { code: 'aborted' });
    assert.equal(seen.length, 3);
  });
});
