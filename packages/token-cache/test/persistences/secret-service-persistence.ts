/** One text in the keyring, with a signal file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretService } from '@keywire/secret-service';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { sha256Hex } from '../../src/io/sha256.ts';
import {
  SecretServicePersistence,
  trialRun,
} from '../../src/persistences/secret-service-persistence.ts';
import { NO_BUS, withKeyring } from '../support/keyring.ts';

test('save, load, delete; the schema is the SHA-256 of the location, and there is nothing else', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const location = join(folder, 'signal');
      const kept = new SecretServicePersistence({ location, connect });
      assert.equal(kept.kind, 'secret-service');
      assert.equal(kept.isEncrypted, true);
      const missing = { name: 'PersistenceNotFound', code: 'not-found', location };
      await assert.rejects(kept.load(), missing);
      await assert.rejects(kept.timeLastModified(), missing);
      await kept.save('text');
      assert.equal(await kept.load(), 'text');
      assert.ok((await kept.timeLastModified()) > 0);
      await using service = await SecretService.connect(connect);
      const { unlocked } = await service.searchItems({ 'xdg:schema': sha256Hex(location) });
      assert.deepEqual(
        [...((await unlocked[0]?.attributes()) ?? [])],
        [['xdg:schema', sha256Hex(location)]],
      );
      assert.equal(await unlocked[0]?.label(), 'Token cache');
      assert.equal(await kept.delete(), true);
      assert.equal(await kept.delete(), false);
      assert.equal(existsSync(location), false);
    }),
  );
});

test('the signal file is touched and never overwritten, whatever it holds', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const location = join(folder, 'signal');
      writeFileSync(location, 'a plain cache of an earlier login');
      const kept = new SecretServicePersistence({ location, connect });
      const before = statSync(location).mtimeMs;
      await kept.save('text');
      assert.ok(statSync(location).mtimeMs > before);
      utimesSync(location, 1, 1);
      const version = await kept.version();
      await kept.delete();
      assert.notEqual(await kept.version(), version);
      assert.equal(readFileSync(location, 'utf8'), 'a plain cache of an earlier login');
    }),
  );
});

test('a locked keyring is locked, not empty', async () => {
  await withKeyring(
    (connect) =>
      inFolder(async (folder) => {
        const kept = new SecretServicePersistence({ location: join(folder, 'signal'), connect });
        await assert.rejects(kept.load(), { name: 'PersistenceDecryptionError', code: 'locked' });
        await assert.rejects(kept.save('x'), {
          name: 'PersistenceEncryptionError',
          code: 'locked',
        });
        await assert.rejects(kept.delete(), { name: 'PersistenceError', code: 'locked' });
      }),
    { locked: true },
  );
});

test('without a bus it is unavailable, and says what to do', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'signal');
    const kept = new SecretServicePersistence({ location, connect: NO_BUS });
    const attempts = [
      () => kept.load(),
      () => kept.trialRun(),
      () => trialRun({ connect: NO_BUS }),
    ];
    for (const attempt of attempts) {
      await assert.rejects(attempt, (error: Error & { code?: string; advice?: string }) => {
        assert.equal(error.code, 'unavailable');
        assert.ok((error.advice ?? '').length > 0);
        return true;
      });
    }
  });
});

// @rule token/no-keyring-there
test('a platform without a Secret Service is told, unless a bus is named', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const location = join(folder, 'signal');
      for (const platform of ['darwin', 'win32']) {
        const kept = new SecretServicePersistence({ location }, platform);
        const refused = { code: 'not-supported', location };
        await assert.rejects(kept.save('x'), refused);
        await assert.rejects(kept.load(), refused);
        await assert.rejects(kept.delete(), refused);
        await assert.rejects(kept.trialRun(), refused);
        const named = new SecretServicePersistence({ location, connect }, platform);
        await named.save('x');
      }
    }),
  );
});

test('a trial run leaves nothing behind, also beside others', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const kept = new SecretServicePersistence({ location: join(folder, 'signal'), connect });
      await kept.save('kept');
      const runs = Array.from({ length: 8 }, () => trialRun({ connect }));
      await Promise.all([...runs, kept.trialRun()]);
      await using service = await SecretService.connect(connect);
      const { unlocked } = await service.searchItems({ 'xdg:schema': 'org.keywire.TrialRun' });
      assert.equal(unlocked.length, 0);
      assert.equal(await kept.load(), 'kept');
    }),
  );
});
