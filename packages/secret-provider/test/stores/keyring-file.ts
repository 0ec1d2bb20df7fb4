import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyringFile, openKeyringFile } from '@keywire/keyring-file';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { keyringFileStore } from '../../src/stores/keyring-file.ts';
import type { SecretStore, StoredItem } from '../../src/stores/store.ts';
import { bytes, CHEAP, text } from '../support/folder.ts';

const ITEM: Omit<StoredItem, 'secret'> = {
  id: '1',
  label: 'one',
  attributes: new Map([['a', '1']]),
  contentType: 'text/plain',
  created: 1,
  modified: 2,
};

const OPTIONS = { cost: CHEAP } as const;

async function openStore(path: string, password?: string): Promise<SecretStore> {
  const store = keyringFileStore(path, password, OPTIONS);
  await store.refresh?.();
  return store;
}

test('a file is one collection behind the alias default, made when there is none', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'my-keys.keyring');
    const store = await openStore(path, 'pw');
    assert.deepEqual([store.isPersistent, store.needsPassword], [true, true]);
    assert.equal(store.makesCollections, false);
    assert.deepEqual(
      store.collections().map(({ id, isLocked }) => [id, isLocked]),
      [
        ['my_2dkeys', false],
        ['session', false],
      ],
    );
    assert.deepEqual([...store.aliases()].sort(), [
      ['default', 'my_2dkeys'],
      ['session', 'session'],
    ]);
    await store.collection('my_2dkeys')?.putItem({ ...ITEM, secret: bytes('first') });
    await store.collection('session')?.putItem({ ...ITEM, secret: bytes('for now') });
    await store.close();
    const again = await openStore(path, 'pw');
    const [item] = again.collection('my_2dkeys')?.items() ?? [];
    assert.deepEqual([item?.label, text(item?.secret)], ['one', 'first']);
    assert.deepEqual(again.collection('session')?.items(), []);
    await again.setAlias('default', 'my_2dkeys');
    for (const change of [
      () => again.setAlias('work', 'my_2dkeys'),
      () => again.setAlias('default', undefined),
      () => again.createCollection('x', 'X', bytes('pw')),
      () => again.deleteCollection('my_2dkeys'),
    ]) {
      await assert.rejects(change, { kind: 'not-supported' });
    }
    assert.equal((await openKeyringFile(path, { password: 'pw' })).format, 'hardened');
    await again.close();
    assert.equal(again.collection('my_2dkeys')?.isLocked, true);
  }));

// @rule provider/wrong-password-changes-nothing
// @rule provider/option-names
test('an option that there is not makes no store', () => {
  assert.throws(
    () =>
      Reflect.apply(keyringFileStore, undefined, ['/nonexistent/a.keyring', 'pw', { form: 'v1' }]),
    {
      name: 'TypeError',
      message: /^options: expected .+, got "form"$/u,
    },
  );
});

test('what is no path makes no store', () => {
  for (const path of [undefined, null, 5, '', 'a\0b']) {
    assert.throws(() => Reflect.apply(keyringFileStore, undefined, [path, 'pw']), {
      name: 'TypeError',
      message: /^path: expected /u,
    });
  }
});

test('a wrong password starts nothing and changes nothing; without one all starts locked', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    await assert.rejects(openStore(path), { code: 'no-password-source' });
    assert.deepEqual(await readdir(folder), []);
    await (await openStore(path, 'pw')).close();
    const before = await readFile(path);
    await assert.rejects(openStore(path, 'wrong'), { code: 'wrong-password' });
    const store = await openStore(path);
    assert.equal(store.collection('a')?.isLocked, true);
    assert.equal(await store.collection('a')?.unlock(bytes('wrong')), false);
    assert.deepEqual(await readFile(path), before);
    assert.equal(await store.collection('a')?.unlock(bytes('pw')), true);
  }));

// @rule provider/read-only-forms
test('forms that are only read are refused, with the command that takes them over', () =>
  inFolder(async (folder) => {
    const forms = {
      text: '[keyring]\ndisplay-name=x\n',
      json: '{"collections": []}',
      v0: 'GnomeKeyring\n\r\0\n\0\0\0\0',
    };
    for (const [form, content] of Object.entries(forms)) {
      const path = join(folder, `${form}.keyring`);
      await writeFile(path, content);
      await assert.rejects(openStore(path, 'pw'), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, 'read-only-format');
        assert.match(error.message, new RegExp(`got ${form}; .*"keywire import"`, 'u'));
        return true;
      });
      assert.equal(await readFile(path, 'utf8'), content);
    }
    await assert.rejects(openStore(`${folder}/`, 'pw'), { code: 'read-only-format' });
  }));

test('a folder is several collections, with passwords and aliases of their own', () =>
  inFolder(async (parent) => {
    const folder = `${join(parent, 'keyrings')}/`;
    const store = await openStore(folder, 'pw');
    assert.equal(store.collection('login')?.label, 'Login');
    assert.equal(store.makesCollections, true);
    const work = await store.createCollection('work', 'Work', bytes('other'));
    assert.deepEqual([work.label, work.isLocked], ['Work', false]);
    await assert.rejects(store.createCollection('none', 'None', undefined), {
      code: 'no-password-source',
    });
    await work.putItem({ ...ITEM, secret: bytes('first') });
    await store.setAlias('office', 'work');
    await store.setAlias('default', 'work');
    await assert.rejects(store.setAlias('x', 'session'), { kind: 'not-supported' });
    await store.close();

    // A restart without the second one's password: it is there, locked, behind its aliases.
    const again = await openStore(folder, 'pw');
    assert.deepEqual(
      again.collections().map(({ id, isLocked }) => [id, isLocked]),
      [
        ['login', false],
        ['work', true],
        ['session', false],
      ],
    );
    assert.deepEqual([...again.aliases()].sort(), [
      ['default', 'work'],
      ['office', 'work'],
      ['session', 'session'],
    ]);
    assert.equal(await again.collection('work')?.unlock(bytes('other')), true);
    assert.equal(again.collection('work')?.label, 'Work');
    const deleted = again.collection('work');
    await again.deleteCollection('work');
    assert.equal(deleted?.isLocked, true);
    assert.equal(again.aliases().get('office'), undefined);
    assert.equal(again.aliases().get('default'), undefined);
    const remembered = await readFile(join(folder, 'aliases.json'), 'utf8');
    assert.deepEqual(JSON.parse(remembered), { default: null });
    await again.setAlias('default', 'login');
    assert.deepEqual((await readdir(folder)).sort(), ['aliases.json', 'login.keyring']);
    await assert.rejects(openStore(folder, 'wrong'), { code: 'wrong-password' });
  }));

// @rule provider/aliases-stay-readable
test('aliases beyond what the folder can remember are refused, and it opens again', () =>
  inFolder(async (folder) => {
    const store = await openStore(`${folder}/`, 'pw');
    await assert.rejects(store.setAlias('x'.repeat(2 ** 20), 'login'), { kind: 'invalid-args' });
    await store.close();
    const again = await openStore(`${folder}/`, 'pw');
    assert.equal(again.aliases().size, 2);
    await again.close();
  }));

test('files that other processes make, rename and delete are followed', () =>
  inFolder(async (folder) => {
    const store = await openStore(folder, 'pw');
    await createKeyringFile(join(folder, 'session.keyring'), { password: 'pw', cost: CHEAP });
    await store.refresh?.();
    const ids = (): string[] => store.collections().map(({ id }) => id);
    assert.deepEqual(ids(), ['login', 'session_file', 'session']);
    assert.equal(store.collection('session_file')?.isLocked, true);
    const login = store.collection('login');
    assert.equal(login?.isLocked, false);
    await rename(join(folder, 'login.keyring'), join(folder, 'old.keyring'));
    await store.refresh?.();
    assert.equal(login?.isLocked, true);
    assert.deepEqual(ids(), ['session_file', 'old', 'session']);
    assert.equal(store.aliases().get('default'), 'old');
  }));

test('a folder with a damaged file does not start; one that is damaged later hides no change elsewhere', () =>
  inFolder(async (folder) => {
    await (await openStore(`${folder}/`, 'pw')).close();
    const damaged = join(folder, 'a.keyring');
    await createKeyringFile(damaged, { password: 'pw', cost: CHEAP });
    const whole = await readFile(damaged);
    await writeFile(damaged, whole.subarray(0, whole.length - 1));
    await assert.rejects(openStore(`${folder}/`, 'pw'), { name: 'KeyringFileError' });
    await writeFile(damaged, whole);
    const store = await openStore(`${folder}/`, 'pw');
    await using other = await openKeyringFile(join(folder, 'login.keyring'), { password: 'pw' });
    await other.put({ label: 'new', attributes: { a: '1' }, secret: bytes('first') });
    await writeFile(damaged, whole.subarray(0, whole.length - 1));
    await assert.rejects(store.refresh?.() ?? Promise.resolve(), { name: 'KeyringFileError' });
    assert.equal(store.collection('a')?.isLocked, true);
    assert.equal(store.collection('login')?.items().length, 1);
    await store.close();
  }));

test('a file that can no longer be read is told once and shown as locked', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    const store = await openStore(path, 'pw');
    await writeFile(path, 'damage');
    await assert.rejects(async () => await store.refresh?.(), { name: 'KeyringFileError' });
    assert.equal(store.collection('a')?.isLocked, true);
    await store.refresh?.();
  }));

test('a folder that is moved away is told and locks, is not made again, and opens once it is back', () =>
  inFolder(async (outer) => {
    const folder = join(outer, 'keyrings');
    await mkdir(folder, { mode: 0o700 });
    const store = await openStore(folder, 'pw');
    const refresh = async (): Promise<void> => await store.refresh?.();
    await store.collection('login')?.putItem({ ...ITEM, secret: bytes('kept') });
    await rename(folder, join(outer, 'away'));
    await assert.rejects(refresh(), { code: 'unusable-folder' });
    await assert.rejects(refresh(), { code: 'file-not-found' });
    await refresh();
    assert.deepEqual(await readdir(outer), ['away']);
    assert.equal(store.collection('login')?.isLocked, true);
    assert.equal(store.aliases().get('default'), 'login');
    const gone = { code: 'unusable-folder' };
    await assert.rejects(store.createCollection('other', 'Other', bytes('pw')), gone);
    assert.deepEqual(await readdir(outer), ['away']);
    await rename(join(outer, 'away'), folder);
    await refresh();
    assert.equal(await store.collection('login')?.unlock(bytes('pw')), true);
    assert.equal(text(store.collection('login')?.items()[0]?.secret), 'kept');
  }));

test('a file that is no keyring is told once, and hides neither others nor the aliases', () =>
  inFolder(async (folder) => {
    const store = await openStore(folder, 'pw');
    const refresh = async (): Promise<void> => await store.refresh?.();
    for (const name of ['a', 'b']) await writeFile(join(folder, `${name}.keyring`), 'notes');
    await createKeyringFile(join(folder, 'z.keyring'), { password: 'pw', cost: CHEAP });
    await writeFile(join(folder, 'aliases.json'), '{"work":"z"}');
    await assert.rejects(refresh(), /"a\.keyring" to be a keyring file/u);
    assert.deepEqual(
      store.collections().map(({ id }) => id),
      ['login', 'z', 'session'],
    );
    assert.equal(store.aliases().get('work'), 'z');
    await assert.rejects(refresh(), /"b\.keyring" to be a keyring file/u);
    await writeFile(join(folder, 'aliases.json'), '{');
    await assert.rejects(refresh(), { code: 'malformed' });
    await refresh();
    assert.equal(store.aliases().get('work'), 'z');
  }));

test('a store where others may write does not open, be it a folder or a file', () =>
  inFolder(async (folder) => {
    await chmod(folder, 0o777);
    const refused = { name: 'SecretProviderError', code: 'unsafe-folder' };
    await assert.rejects(openStore(folder, 'pw'), refused);
    await assert.rejects(openStore(join(folder, 'a.keyring'), 'pw'), refused);
    assert.deepEqual(await readdir(folder), []);
  }));

// @rule provider/colliding-files
test('two files that would be one collection are both named', () =>
  inFolder(async (folder) => {
    for (const name of ['a-b', 'other']) {
      await createKeyringFile(join(folder, `${name}.keyring`), { password: 'pw', cost: CHEAP });
    }
    const told = {
      name: 'SecretProviderError',
      code: 'colliding-files',
      message: /"a-b\.keyring" and "a_2db\.keyring" would both be the collection a_2db/u,
    };
    const store = await openStore(folder, 'pw');
    await store.collection('other')?.putItem({ ...ITEM, secret: bytes('kept') });
    await createKeyringFile(join(folder, 'a_2db.keyring'), { password: 'pw', cost: CHEAP });
    await assert.rejects(store.refresh?.() ?? assert.fail(), told);
    // Told once, and the rest is served as before.
    await store.refresh?.();
    assert.equal(text(store.collection('other')?.items()[0]?.secret), 'kept');
    await store.close();
    await assert.rejects(openStore(folder, 'pw'), told);
  }));
