// @rule keyring/tampered-is-not-absent
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CrossProcessLock } from '@keywire/file-lock';
import {
  createKeyringFile,
  KeyringFileError,
  openKeyringFile,
  openOrCreateKeyringFile,
} from '@keywire/keyring-file';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isKeyringError } from '../../src/errors.ts';
import { KeyringFileStore } from '../../src/stores/keyring-file-store.ts';
import type { FindQuery } from '../../src/types/attribute-store.ts';

const CHEAP = { password: 'pw', cost: { kdf: 'scrypt', logN: 14, r: 8, p: 1 } } as const;

function everything(attributes: ReadonlyMap<string, string> = new Map()): FindQuery {
  return { attributes, scope: 'all', accepts: () => true, isComplete: true, isRead: false };
}

/** @param asked - told of each opening that asks for the password */
function storeAt(file: string, asked: () => unknown = () => undefined): KeyringFileStore {
  const password = async (): Promise<string> => {
    await asked();
    return CHEAP.password;
  };
  return new KeyringFileStore(file, {
    open: () => openKeyringFile(file, { password }),
    openOrCreate: () => openOrCreateKeyringFile(file, { ...CHEAP, password }),
  });
}

async function inFolder(body: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-store-'));
  try {
    await body(path.join(folder, 'test.keyring'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// @rule keyring/deleted-file-is-none
test('a file that is deleted while it is open is none, and is made anew', async () => {
  await inFolder(async (file) => {
    const store = storeAt(file);
    const item = {
      label: 'L',
      attributes: new Map([['a', 'b']]),
      secret: Uint8Array.of(1),
      contentType: undefined,
      scope: 'all',
    } as const;
    await store.create(item, {});
    const [kept] = await store.find(everything());
    assert.ok(kept !== undefined);
    rmSync(file);
    const update = { secret: Uint8Array.of(2), label: undefined, contentType: undefined };
    assert.deepEqual(
      await Promise.all([store.find(everything()), store.find(everything()), store.status()]),
      [[], [], await store.status()],
    );
    assert.equal((await store.read([kept])).size, 0);
    assert.equal(await store.update(kept, update, {}), false);
    assert.equal(existsSync(file), false);
    for (let count = 1; count <= 2; count += 1) {
      await store.create(item, {});
      assert.equal((await store.find(everything())).length, 1);
      rmSync(file);
    }
    assert.equal(await store.remove(kept, {}), false);
    assert.match((await store.status()).description, /made when something is stored/u);
    await store.close();
  });
});

test('items are stored, found, updated, read and removed', async () => {
  await inFolder(async (file) => {
    const store = storeAt(file);
    const attributes = new Map([['a', '1']]);
    const secret = new TextEncoder().encode('one');
    const made = { label: 'l', attributes, secret, contentType: undefined, scope: 'all' } as const;
    await store.create(made, {});
    const [item, ...more] = await store.find(everything(attributes));
    assert.ok(item !== undefined && more.length === 0);
    assert.equal(item.label, 'l');
    assert.ok((item.modifiedMs ?? 0) > 1_600_000_000_000);
    const update = { secret: new TextEncoder().encode('two'), contentType: undefined, label: 'm' };
    assert.equal(await store.update(item, update, {}), true);
    assert.equal(new TextDecoder().decode((await store.read([item])).get(item.id)), 'two');
    assert.equal(await store.remove(item, {}), true);
    assert.equal(await store.remove(item, {}), false);
    assert.equal(await store.update(item, update, {}), false);
    assert.equal((await store.read([item])).size, 0);
    const status = await store.status();
    assert.equal(status.isEncrypted, true);
    assert.ok(status.description.includes(file));
    await store.close();
  });
});

// @rule keyring/read-makes-no-file
test('without a file nothing is found, made or asked for, until something is stored', async () => {
  await inFolder(async (file) => {
    let asked = 0;
    const store = storeAt(file, () => (asked += 1));
    const gone = { id: 'x', label: undefined, attributes: new Map(), createdMs: 0, modifiedMs: 0 };
    assert.deepEqual(await store.find(everything()), []);
    assert.equal((await store.read([gone])).size, 0);
    assert.equal(await store.remove(gone, {}), false);
    const update = { secret: new Uint8Array(1), contentType: undefined, label: undefined };
    assert.equal(await store.update(gone, update, {}), false);
    const { state, isEncrypted, description } = await store.status();
    assert.deepEqual([state, isEncrypted, description.includes(file)], ['ready', true, true]);
    assert.deepEqual([asked, existsSync(file)], [0, false]);
    const made = { label: 'l', attributes: new Map([['a', '1']]), contentType: undefined };
    const item = { ...made, secret: new Uint8Array(1), scope: 'all' } as const;
    await Promise.all([store.create(item, {}), store.find(everything())]);
    assert.deepEqual([asked, existsSync(file)], [1, true]);
    // Made by another process meanwhile: found.
    const other = storeAt(file);
    assert.equal((await other.find(everything())).length, 1);
    await store.close();
    await other.close();
    await assert.rejects(storeClosed(file), { code: 'closed' });
  });
});

async function storeClosed(file: string): Promise<void> {
  const store = storeAt(file);
  await store.close();
  await store.find(everything());
}

test('a password that comes after the store was closed opens nothing', async () => {
  await inFolder(async (file) => {
    (await createKeyringFile(file, CHEAP)).close();
    let answer = (): void => {};
    let hasAsked = (): void => {};
    const asking = new Promise<void>((resolve) => (hasAsked = resolve));
    const store = storeAt(file, () => {
      hasAsked();
      return new Promise<void>((resolve) => (answer = resolve));
    });
    const stop = new AbortController();
    const finding = store.find(everything(), { signal: stop.signal });
    const late = store.find(everything());
    await asking;
    stop.abort();
    await assert.rejects(finding, { code: 'aborted' });
    await store.close();
    answer();
    await assert.rejects(late, { code: 'closed' });
  });
});

test('where an item was tampered with, nothing found is not “absent”', async () => {
  await inFolder(async (file) => {
    const keyring = await createKeyringFile(file, { password: 'pw', format: 'v1' });
    await keyring.put({ attributes: { a: '1' }, secret: 'one' });
    await keyring.put({ attributes: { a: '2' }, secret: 'two' });
    keyring.close();
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
    await writeFile(file, bytes);
    const store = storeAt(file);
    const first = await store.find(everything(new Map([['a', '1']]))).catch((error) => error.code);
    const second = await store.find(everything(new Map([['a', '2']]))).catch((error) => error.code);
    const codes = [first, second].filter((result) => result === 'tampered-item');
    assert.equal(codes.length, 1, 'one of the two was damaged');
    const error = store.translate(new TypeError('other'));
    assert.ok(error instanceof TypeError);
  });
});

test('a file that cannot be opened is not taken for one that is not there', async () => {
  await inFolder(async (file) => {
    await writeFile(file, 'no keyring');
    const store = storeAt(file);
    const code = 'not-a-keyring-file';
    await assert.rejects(store.find(everything()), { code });
    await assert.rejects(store.status(), { code });
    assert.equal(await readFile(file, 'utf8'), 'no keyring');
    await store.close();
  });
});

test('what an update does not give stays; what is read is what was asked for', async () => {
  await inFolder(async (file) => {
    const store = storeAt(file);
    const make = (name: string): Promise<void> => {
      const attributes = new Map([['name', name]]);
      const secret = new TextEncoder().encode(name);
      const contentType = 'text/markdown';
      return store.create({ label: name, attributes, secret, contentType, scope: 'all' }, {});
    };
    await make('one');
    await make('two');
    const [one] = await store.find(everything(new Map([['name', 'one']])));
    assert.ok(one !== undefined);
    assert.deepEqual([...(await store.read([one])).keys()], [one.id]);
    const update = { secret: Uint8Array.of(2), label: undefined, contentType: undefined };
    await store.update(one, update, {});
    const contents = await openKeyringFile(file, { password: CHEAP.password });
    const [kept] = await contents.search(new Map([['name', 'one']]));
    assert.deepEqual([kept?.label, kept?.contentType], ['one', 'text/markdown']);
    await store.update(one, { ...update, label: 'new', contentType: 'text/plain' }, {});
    const [changed] = await contents.search(new Map([['name', 'one']]));
    assert.deepEqual([changed?.label, changed?.contentType], ['new', 'text/plain']);
    assert.equal(one.createdMs, (kept?.created ?? 0) * 1000);
    assert.equal(store.isAddition(), false);
    contents.close();
    await store.close();
    await assert.rejects(store.update(one, update, {}), { code: 'closed' });
  });
});

test('an abort while another holds the file is one; other errors keep their code, or stay as they are', async () => {
  await inFolder(async (file) => {
    const store = storeAt(file);
    const secret = Uint8Array.of(1);
    const item = { label: '', attributes: new Map(), secret, contentType: undefined } as const;
    await store.create({ ...item, scope: 'all' }, {});
    await using _held = await CrossProcessLock.acquire(`${file}.lock`);
    const signal = AbortSignal.abort();
    const error: unknown = await store
      .create({ ...item, scope: 'all' }, { signal })
      .catch((e) => e);
    assert.ok(isKeyringError(store.translate(error), 'aborted'));
    const told = store.translate(new KeyringFileError('tampered-file', 'told'));
    assert.ok(isKeyringError(told, 'tampered-file') && told.message === 'told');
    const foreign = new RangeError('foreign');
    assert.equal(store.translate(foreign), foreign);
    await store.close();
  });
});
