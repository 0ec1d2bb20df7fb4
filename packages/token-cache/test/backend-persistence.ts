/** One text in an application's own store. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { BackendPersistence } from '../src/backend-persistence.ts';
import { sha256Hex } from '../src/io/random.ts';
import type { SecretBackend, SecretBackendKey } from '../src/types/persistence.ts';
import { inFolder } from './support/folder.ts';

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
