/** The original's choice. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FilePersistence, LibSecretPersistence } from '../../src/msal/persistence.ts';
import { PersistenceCreator } from '../../src/msal/persistence-creator.ts';
import { NO_BUS, withKeyring } from '../support/keyring.ts';

test('the keyring where there is one', async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const config = {
        cachePath: join(folder, 'signal'),
        serviceName: 's',
        accountName: 'a',
        usePlaintextFileOnLinux: true,
      };
      const kept = await PersistenceCreator.createPersistence(config, connect);
      assert.ok(kept instanceof LibSecretPersistence);
      await kept.save('text');
      assert.equal(await kept.load(), 'text');
    }),
  );
});

test('without one an error, or a file and a warning where that is asked for', async () => {
  await inFolder(async (folder) => {
    const messages: string[] = [];
    const config = {
      cachePath: join(folder, 'cache'),
      serviceName: 's',
      accountName: 'a',
      loggerOptions: { loggerCallback: (_level: number, text: string) => messages.push(text) },
    };
    await assert.rejects(PersistenceCreator.createPersistence(config, NO_BUS), {
      errorCode: 'GnomeKeyringError',
    });
    assert.deepEqual(messages, []);
    const plain = { ...config, usePlaintextFileOnLinux: true };
    const kept = await PersistenceCreator.createPersistence(plain, NO_BUS);
    assert.ok(kept instanceof FilePersistence);
    assert.match(messages.join(), /^using a file in clear, .* because /u);
  });
});

test('a configuration that lacks something is refused', async () => {
  for (const config of [
    {},
    { cachePath: '/x' },
    { cachePath: '/x', serviceName: '', accountName: 'a' },
  ]) {
    await assert.rejects(PersistenceCreator.createPersistence(config), {
      errorCode: 'PersistenceNotValidatedError',
    });
  }
});
