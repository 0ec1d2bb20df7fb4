/** Names of caches: any text, never a path, each its own. */
import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { userDataFolder } from '../../src/io/platform.ts';
import { EncryptedFilePersistence } from '../../src/persistences/encrypted-file-persistence.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';
import { cacheLocation, escapeName } from '../../src/sharing/cache-location.ts';
import { TokenStore } from '../../src/tokens/token-store.ts';
import { CHEAP } from '../support/cheap.ts';

test('a name lies in the folder given, or in that of the user', () => {
  assert.equal(cacheLocation({ name: 'my app', folder: '/f' }), '/f/my%20app.cache');
  assert.equal(cacheLocation({ name: 'app', user: 'a@b', folder: '/f' }), '/f/app@a%40b.cache');
  assert.equal(cacheLocation({ name: 'app' }), join(userDataFolder(), 'keywire', 'app.cache'));
});

test('no name is a path, and none is hidden', () => {
  for (const name of ['../../etc/passwd', '/', '.', '..', '.hidden', 'a/../b', 'a\0b']) {
    const location = cacheLocation({ name, folder: '/f' });
    assert.equal(dirname(location), '/f');
    assert.ok(!basename(location).startsWith('.'));
  }
  for (const name of ['', '\ud800']) assert.throws(() => escapeName(name), TypeError);
});

test('two names never give one, with users or without', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' });
  const user = fc.option(name, { nil: undefined });
  fc.assert(
    fc.property(name, user, name, user, (nameA, userA, nameB, userB) => {
      const a = cacheLocation({ name: nameA, user: userA, folder: '/f' });
      const b = cacheLocation({ name: nameB, user: userB, folder: '/f' });
      assert.equal(a === b, nameA === nameB && userA === userB);
    }),
  );
  assert.notEqual(escapeName('%41'), escapeName('A'));
});

// @rule token/long-names
test('caches of the longest names and users can be kept, encrypted, and refreshed', async () => {
  await inFolder(async (folder) => {
    for (const length of [80, 120, 5000]) {
      const [name, user] = ['n'.repeat(length), 'u'.repeat(length)];
      const location = cacheLocation({ name, user, folder });
      const other = cacheLocation({ name, user: `${user}2`, folder });
      assert.notEqual(location, other);
      assert.notEqual(location, cacheLocation({ name: `${name}@${user}`, folder }));
      const encrypted = { location: `${location}.encrypted`, password: 'pw', cost: CHEAP };
      await new EncryptedFilePersistence(encrypted).trialRun();
      const store = new TokenStore({ persistence: new FilePersistence(location) });
      await store.get('me', { refresh: async () => ({ accessToken: 'a' }) });
    }
  });
});

test('long names are cut and told apart', () => {
  const long = 'x'.repeat(5000);
  assert.ok(escapeName(long).length <= 120);
  assert.notEqual(escapeName(long), escapeName(`${long}y`));
});
