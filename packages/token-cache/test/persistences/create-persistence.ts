/** The choice: what is allowed, what is chosen, what is told. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  createPersistence,
  type FallbackPolicy,
} from '../../src/persistences/create-persistence.ts';
import type { SecretBackend } from '../../src/types/persistence.ts';
import { CHEAP } from '../support/cheap.ts';
import { NO_BUS, withKeyring } from '../support/keyring.ts';

const encryptedFile = { password: 'pw', cost: CHEAP };

test('the keyring is chosen whatever the policy, and nothing is warned of', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const location = join(folder, 'cache');
      const policies: readonly FallbackPolicy[] = ['keyring-only', 'encrypted-file', 'plaintext'];
      for (const policy of policies) {
        const created = await createPersistence({ location, policy, keyring: { connect } });
        assert.equal(created.persistence.kind, 'secret-service');
        assert.deepEqual(created.report, {
          policy,
          chosen: 'secret-service',
          isEncrypted: true,
          location,
          attempts: [
            {
              kind: 'secret-service',
              location,
              outcome: 'works',
              reason: 'its trial run passed',
              advice: '',
            },
          ],
          warning: undefined,
        });
      }
      assert.deepEqual(readdirSync(folder), []);
    }),
  );
});

// @rule token/no-silent-fall-back
test('without a keyring nothing lesser is used unless the policy names it', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const keyring = { connect: NO_BUS };
    await assert.rejects(createPersistence({ location, keyring, encryptedFile }), {
      name: 'PersistenceEncryptionError',
      code: 'unavailable',
    });
    const encrypted = await createPersistence({
      location,
      keyring,
      encryptedFile,
      policy: 'encrypted-file',
    });
    assert.equal(encrypted.persistence.kind, 'encrypted-file');
    assert.equal(encrypted.persistence.location, `${location}.encrypted`);
    const [first, second] = encrypted.report.attempts;
    assert.equal(first?.outcome, 'unavailable');
    assert.ok((first?.advice ?? '').length > 0);
    assert.equal(second?.outcome, 'works');
    assert.match(encrypted.report.warning ?? '', /^using an encrypted file, .* because .+/u);
    const withPassword = { location, keyring, encryptedFile, policy: 'plaintext' } as const;
    assert.equal((await createPersistence(withPassword)).report.chosen, 'encrypted-file');
    const plain = await createPersistence({ location, keyring, policy: 'plaintext' });
    assert.equal(plain.persistence.kind, 'file');
    assert.equal(plain.report.isEncrypted, false);
    assert.match(plain.report.warning ?? '', /^using a file in clear/u);
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('a locked keyring falls back only where allowed; without a password it is told', async () => {
  await withKeyring(
    (connect) =>
      inFolder(async (folder) => {
        const options = { location: join(folder, 'cache'), keyring: { connect } };
        await assert.rejects(createPersistence(options), { code: 'locked' });
        await assert.rejects(createPersistence({ ...options, policy: 'encrypted-file' }), {
          code: 'no-password-source',
        });
        const allowed = { ...options, policy: 'encrypted-file', encryptedFile } as const;
        const { report } = await createPersistence(allowed);
        assert.equal(report.attempts[0]?.outcome, 'locked');
      }),
    { locked: true },
  );
});

test("a store of the application's own is taken, and its refusal is no reason to fall back", async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const entries = new Map<string, Uint8Array>();
    const backend: SecretBackend = {
      get: async ({ username }) => entries.get(username)?.slice(),
      set: async ({ username }, secret) => void entries.set(username, secret.slice()),
      delete: async ({ username }) => Number(entries.delete(username)),
    };
    const created = await createPersistence({ location, backend });
    assert.equal(created.report.chosen, 'backend');
    backend.set = async () => {
      throw Object.assign(new Error('refused'), { code: 'ACCESS_DENIED' });
    };
    const lesser = { location, backend, policy: 'plaintext' } as const;
    await assert.rejects(createPersistence(lesser), { code: 'denied' });
  });
});

test('a policy that is none is refused', async () => {
  const policy: unknown = 'anything';
  await assert.rejects(
    // @ts-expect-error a caller without types
    createPersistence({ location: '/x', policy }),
    TypeError,
  );
});
