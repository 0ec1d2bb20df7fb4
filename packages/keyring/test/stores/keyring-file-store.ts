// @rule keyring/tampered-is-not-absent
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKeyringFile, openKeyringFile } from '@keywire/keyring-file';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeyringFileStore } from '../../src/stores/keyring-file-store.ts';
import type { FindQuery } from '../../src/types/attribute-store.ts';

const CHEAP = { password: 'pw', cost: { kdf: 'scrypt', logN: 14, r: 8, p: 1 } } as const;

function everything(attributes: ReadonlyMap<string, string> = new Map()): FindQuery {
  return { attributes, scope: 'all', accepts: () => true, isComplete: true, isRead: false };
}

async function inFolder(body: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-store-'));
  try {
    await body(path.join(folder, 'test.keyring'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('items are stored, found, updated, read and removed', async () => {
  await inFolder(async (file) => {
    const store = new KeyringFileStore(await createKeyringFile(file, CHEAP));
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

test('where an item was tampered with, nothing found is not “absent”', async () => {
  await inFolder(async (file) => {
    const keyring = await createKeyringFile(file, { password: 'pw', format: 'v1' });
    await keyring.put({ attributes: { a: '1' }, secret: 'one' });
    await keyring.put({ attributes: { a: '2' }, secret: 'two' });
    keyring.close();
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40);
    await writeFile(file, bytes);
    const store = new KeyringFileStore(await openKeyringFile(file, { password: 'pw' }));
    const first = await store.find(everything(new Map([['a', '1']]))).catch((error) => error.code);
    const second = await store.find(everything(new Map([['a', '2']]))).catch((error) => error.code);
    const codes = [first, second].filter((result) => result === 'tampered-item');
    assert.equal(codes.length, 1, 'one of the two was damaged');
    const error = store.translate(new TypeError('other'));
    assert.ok(error instanceof TypeError);
  });
});
