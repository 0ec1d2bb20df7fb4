/** The original's persistences. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretService } from '@keywire/secret-service';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  DataProtectionScope,
  FilePersistence,
  FilePersistenceWithDataProtection,
  KeychainPersistence,
  LibSecretPersistence,
  MsalPersistence,
} from '../../src/msal/persistence.ts';
import { EncryptedFilePersistence } from '../../src/persistences/encrypted-file-persistence.ts';
import { CHEAP } from '../support/cheap.ts';
import { NO_BUS, withKeyring } from '../support/keyring.ts';

test('a file: made at once, text and bytes, times', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'cache.json');
    const file = await FilePersistence.create(path);
    assert.equal(file.getFilePath(), path);
    assert.equal(await file.load(), '');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await file.save('text');
    assert.equal(new TextDecoder().decode(await file.loadBuffer()), 'text');
    await file.saveBuffer(new Uint8Array([0x61]));
    assert.equal(await file.load(), 'a');
    assert.equal(await file.reloadNecessary(0), true);
    assert.equal(await file.reloadNecessary(Date.now() + 60_000), false);
    assert.equal(await file.verifyPersistence(), true);
    assert.deepEqual(readdirSync(folder), ['cache.json']);
    assert.equal(await file.delete(), true);
    assert.equal(await file.delete(), false);
    assert.equal(await file.load(), null);
    assert.equal(await file.reloadNecessary(Date.now() + 60_000), true);
    await assert.rejects(file.loadBuffer(), { errorCode: 'ENOENT' });
    const trial = await file.createForPersistenceValidation();
    assert.notEqual(trial.getFilePath(), path);
  });
});

test("the keyring: the original's item, and a signal file that keeps its content", async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const path = join(folder, 'signal');
      writeFileSync(path, 'plain');
      const kept = await LibSecretPersistence.create(path, 'service', 'account', {}, connect);
      assert.equal(await kept.load(), null);
      await kept.save('text');
      assert.equal(await kept.load(), 'text');
      assert.equal(readFileSync(path, 'utf8'), 'plain');
      await using service = await SecretService.connect(connect);
      const { unlocked } = await service.searchItems({ service: 'service' });
      const generic = { 'xdg:schema': 'org.freedesktop.Secret.Generic', account: 'account' };
      assert.equal((await service.searchItems(generic)).unlocked.length, 1);
      assert.deepEqual(Object.fromEntries((await unlocked[0]?.attributes()) ?? []), {
        service: 'service',
        account: 'account',
      });
      assert.equal(await unlocked[0]?.label(), 'service/account');
      assert.equal(await kept.verifyPersistence(), true);
      const trial = await kept.createForPersistenceValidation();
      assert.ok(trial instanceof LibSecretPersistence);
      assert.notEqual(trial.getFilePath(), path);
      await trial.save('x');
      assert.equal(await trial.load(), 'x');
      assert.equal(await trial.delete(), true);
    }),
  );
});

test("errors are the original's, with its codes", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'signal');
    const kept = await LibSecretPersistence.create(path, 's', 'a', {}, NO_BUS);
    const failed = { name: 'PersistenceError', errorCode: 'GnomeKeyringError' };
    await assert.rejects(kept.load(), failed);
    await assert.rejects(kept.save('x'), failed);
    await assert.rejects(kept.verifyPersistence(), failed);
    await assert.rejects(FilePersistence.create(folder), { errorCode: 'CachePersistenceError' });
    const file = await FilePersistence.create(join(folder, 'file'));
    rmSync(join(folder, 'file'));
    mkdirSync(join(folder, 'file'));
    for (const use of [() => file.saveBuffer(new Uint8Array(1)), () => file.loadBuffer()]) {
      await assert.rejects(use, { errorCode: 'CachePersistenceError' });
    }
  });
});

test('stores of other platforms are not supported, and say what is', async () => {
  const unsupported = { errorCode: 'NotSupportedError', message: /EncryptedFilePersistence/u };
  await assert.rejects(
    FilePersistenceWithDataProtection.create('/x', DataProtectionScope.CurrentUser),
    unsupported,
  );
  await assert.rejects(KeychainPersistence.create('/x', 's', 'a'), unsupported);
});

test('any persistence of this package takes the shape', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const inner = new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP });
    const kept = new MsalPersistence(inner);
    assert.equal(await kept.load(), null);
    await kept.save('text');
    assert.equal(await inner.load(), 'text');
  });
});
