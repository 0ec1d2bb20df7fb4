import assert from 'node:assert/strict';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyringFile, isKeyringFileError, openKeyringFile } from '@keywire/keyring-file';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Refusal } from '../../src/api/refusal.ts';
import { FileCollection, isWrongPassword } from '../../src/stores/file-collection.ts';
import type { StoredItem } from '../../src/stores/store.ts';
import { bytes, CHEAP, text } from '../support/folder.ts';

const NOW = 1_700_000_000;
const FORMATS = ['hardened', 'v1'] as const;

async function opened(path: string, format: 'hardened' | 'v1'): Promise<FileCollection> {
  const collection = new FileCollection({ id: 'c', path, modified: NOW, clock: () => NOW + 9 });
  const options = format === 'v1' ? {} : { cost: CHEAP, label: 'Mine' };
  await collection.open(await createKeyringFile(path, { password: 'pw', format, ...options }));
  return collection;
}

function item(id: string, attributes: Record<string, string>, secret: string): StoredItem {
  return {
    id,
    label: `label ${id}`,
    attributes: new Map(Object.entries(attributes)),
    secret: bytes(secret),
    contentType: 'text/plain',
    created: NOW + 1,
    modified: NOW + 2,
  };
}

for (const format of FORMATS) {
  test(`${format}: items are added, changed and deleted under ids that stay`, () =>
    inFolder(async (folder) => {
      const collection = await opened(join(folder, 'a.keyring'), format);
      const given = item('1', { a: '1' }, 'first');
      const id = await collection.putItem(given);
      assert.match(id, /^[A-Za-z0-9_]+$/u);
      assert.deepEqual(given.secret, new Uint8Array(5), 'the given secret is wiped');
      const stored = collection.item(id);
      assert.equal(text(stored?.secret), 'first');
      assert.deepEqual([stored?.created, stored?.modified], [NOW + 1, NOW + 2]);
      // A copy of an item has the secret too: that is how a label is changed.
      assert.ok(stored);
      const [label, attributes] = ['renamed', new Map([['b', '2']])];
      assert.equal(await collection.putItem({ ...stored, label, attributes }), id);
      assert.equal(collection.item(id)?.label, 'renamed');
      assert.deepEqual(collection.item(id)?.attributes, attributes);
      assert.equal(text(collection.item(id)?.secret), 'first');
      assert.equal(collection.modified, NOW + 9);
      // Another item may now have the attributes that the first one had: it gets another path.
      const other = await collection.putItem(item('2', { a: '1' }, 'second'));
      assert.notEqual(other, id);
      assert.deepEqual(
        collection.items().map(({ secret }) => text(secret)),
        ['first', 'second'],
      );
      await collection.deleteItem(id);
      await collection.deleteItem('nothing');
      assert.deepEqual(
        collection.items().map(({ id: left }) => left),
        [other],
      );
      const again = await openKeyringFile(join(folder, 'a.keyring'), { password: 'pw' });
      assert.equal((await again.items()).length, 1);
    }));

  // @rule provider/lock-forgets-key
  // @rule provider/wrong-password-changes-nothing
  test(`${format}: locked it shows nothing; a wrong password opens and changes nothing`, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.keyring');
      const collection = await opened(path, format);
      const id = await collection.putItem(item('1', { a: '1' }, 'first'));
      const shown = collection.item(id)?.secret;
      await collection.lock();
      assert.deepEqual(shown, new Uint8Array(5), 'what was shown is wiped');
      assert.deepEqual([collection.isLocked, collection.items()], [true, []]);
      const before = await readFile(path);
      assert.equal(await collection.unlock(undefined), false);
      assert.equal(await collection.unlock(bytes('wrong')), false);
      assert.equal(await collection.unlock(bytes('pw\n')), false);
      assert.equal(await collection.unlock(bytes('')), false);
      assert.deepEqual(await readFile(path), before);
      assert.equal(collection.isLocked, true);
      await assert.rejects(collection.putItem(item('1', {}, 'x')), { kind: 'is-locked' });
      assert.equal(await collection.unlock(bytes('pw')), true);
      assert.equal(await collection.unlock(bytes('wrong')), true, 'it is open already');
      assert.equal(text(collection.item(id)?.secret), 'first');
    }));

  test(`${format}: what another process writes is seen; under another password it locks`, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.keyring');
      const collection = await opened(path, format);
      const id = await collection.putItem(item('1', { a: '1' }, 'first'));
      const other = await openKeyringFile(path, { password: 'pw' });
      await other.put({ label: 'theirs', attributes: { b: '2' }, secret: 'second' });
      await collection.refresh();
      assert.deepEqual(
        collection.items().map(({ label }) => label),
        ['label 1', 'theirs'],
      );
      assert.equal(collection.items()[0]?.id, id);
      for (const { id: theirs } of await other.items()) await other.delete(theirs);
      // Not seen yet, so the client gets to hear that the item is gone.
      const [stale] = collection.items();
      assert.ok(stale);
      await assert.rejects(collection.putItem({ ...stale, label: 'x' }), {
        kind: 'no-such-object',
      });
      await other.put({ label: 'theirs', secret: 'third' });
      await other.rekey({ password: 'new' });
      await assert.rejects(collection.refresh(), isKeyringFileError);
      assert.equal(collection.isLocked, true);
      assert.equal(await collection.unlock(bytes('pw')), false);
      assert.equal(await collection.unlock(bytes('new')), true);
      assert.equal(text(collection.items()[0]?.secret), 'third');
    }));
}

test('what was shown of a file is wiped when it has changed', () =>
  inFolder(async (folder) => {
    const collection = await opened(join(folder, 'a.keyring'), 'hardened');
    const id = await collection.putItem(item('1', { a: '1' }, 'first'));
    const shown = collection.item(id)?.secret;
    assert.equal(text(shown), 'first');
    await collection.putItem(item('2', { a: '2' }, 'second'));
    assert.deepEqual(shown, new Uint8Array(5));
    assert.equal(text(collection.item(id)?.secret), 'first');
  }));

// @rule provider/lock-forgets-key
test('what is locked while it is looked at again shows nothing', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    const collection = await opened(path, 'hardened');
    await collection.putItem(item('1', { a: '1' }, 'first'));
    const looking = collection.refresh().catch((error: unknown) => error);
    await collection.lock();
    await looking;
    assert.deepEqual([collection.isLocked, collection.items()], [true, []]);
  }));

test('a label is the file’s; the v1 form has none', () =>
  inFolder(async (folder) => {
    const hardened = await opened(join(folder, 'a.keyring'), 'hardened');
    assert.equal(hardened.label, 'Mine');
    await hardened.setLabel('Yours');
    assert.equal(hardened.label, 'Yours');
    const v1 = await opened(join(folder, 'b.keyring'), 'v1');
    assert.equal(v1.label, 'c');
    await assert.rejects(v1.setLabel('x'), { kind: 'not-supported' });
  }));

test('what a file cannot hold is the client’s mistake, and a lost file locks', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    const collection = await opened(path, 'hardened');
    await assert.rejects(
      collection.putItem({ ...item('1', {}, 'x'), label: 'a\0b' }),
      (error) => error instanceof Refusal && error.kind === 'invalid-args',
    );
    await writeFile(path, 'something else');
    await assert.rejects(collection.refresh(), isKeyringFileError);
    assert.equal(collection.isLocked, true);
    await collection.refresh();
    await rm(path);
    await assert.rejects(collection.unlock(bytes('pw')), { code: 'file-not-found' });
    // One that is lost between opening and reading is not kept open.
    const lost = await createKeyringFile(path, { password: 'pw', format: 'hardened', cost: CHEAP });
    await rm(path);
    await assert.rejects(collection.open(lost), { code: 'file-not-found' });
    await assert.rejects(lost.items(), { code: 'closed' });
    assert.equal(collection.isLocked, true);
    assert.equal(isWrongPassword(new Error('x')), false);
  }));

for (const format of FORMATS) {
  // @rule provider/exact-replace-between-processes
  test(`${format}: of two that store the same new attributes, one replaces the other`, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.keyring');
      const one = await opened(path, format);
      const other = new FileCollection({ id: 'c', path, modified: NOW, clock: () => NOW });
      await other.open(await openKeyringFile(path, { password: 'pw' }));
      // Neither knows of what the other has written.
      const replacing = { replacesEqual: true };
      await one.putItem(item('1', { a: '1' }, 'first'), replacing);
      const id = await other.putItem(item('1', { a: '1' }, 'second'), replacing);
      assert.deepEqual(
        other.items().map(({ secret }) => text(secret)),
        ['second'],
      );
      // What was deleted meanwhile is stored anew, where replacing was asked for, and not else.
      await one.refresh();
      await one.deleteItem(one.items()[0]?.id ?? '');
      await assert.rejects(other.putItem(item(id, { a: '1' }, 'x')), { kind: 'no-such-object' });
      await one.putItem(item('1', { b: '2' }, 'neighbour'), replacing);
      await other.putItem(item(id, { a: '1' }, 'third'), replacing);
      await one.refresh();
      assert.deepEqual(
        one
          .items()
          .map(({ secret }) => text(secret))
          .sort(),
        ['neighbour', 'third'],
      );
      await one.lock();
      await other.lock();
    }));
}

// @rule provider/store-faults-told
test('what the disk refuses is told, and is a fault of the store', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.keyring');
    const collection = await opened(path, 'hardened');
    await symlink('elsewhere', `${path}.lock`);
    const given = item('1', { a: '1' }, 'kept');
    await assert.rejects(collection.putItem(given), (error: unknown) => {
      assert.ok(error instanceof Refusal && error.kind === 'failed');
      assert.match(error.message, /lock .*\.lock: expected a regular file, got a symbolic link/u);
      assert.ok(isKeyringFileError(error.cause));
      return true;
    });
    assert.equal(text(given.secret), 'kept');
    assert.deepEqual(collection.items(), []);
  }));
