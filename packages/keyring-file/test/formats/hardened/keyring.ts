import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { encodeHardened, parseHardened } from '../../../src/formats/hardened/container.ts';
import {
  createHardened,
  type HardenedKeyring,
  openHardened,
} from '../../../src/formats/hardened/keyring.ts';
import type { KeyDerivation, ScryptCost } from '../../../src/keys/kdf.ts';
import type { EditSources } from '../../../src/types/opened-keyring.ts';
import { rejectsCode, throwsCode } from '../../support/codes.ts';
import { fakeKdf, seededBytes, text, utf8 } from '../../support/memory-io.ts';
import { roundTripItems } from '../../support/round-trip.ts';
import { readHardenedSlowly } from '../../support/slow-hardened.ts';
import { assertItems, readVector } from '../../support/vectors.ts';

const sources: EditSources = { nowSeconds: 500, randomBytes: seededBytes('hardened-keyring') };
const options = { ...sources, password: utf8('pw'), kdf: fakeKdf };
const CHEAP: ScryptCost = { kdf: 'scrypt', logN: 14, r: 8, p: 1 };
const realKdf: KeyDerivation = {
  ...fakeKdf,
  scrypt: async (password, salt, { logN, r, p }, keyBytes) =>
    new Uint8Array(scryptSync(password, salt, keyBytes, { N: 2 ** logN, r, p })),
};

async function twoItems(context = ''): Promise<HardenedKeyring> {
  const empty = await createHardened({ ...options, context, label: 'L' });
  const { keyring } = empty.edit(
    [
      {
        kind: 'put',
        isReplacing: true,
        item: { label: 'A', attributes: { a: '1' }, secret: 'sa' },
      },
      {
        kind: 'put',
        isReplacing: true,
        item: { label: 'B', attributes: { b: '1' }, secret: 'sb' },
      },
    ],
    sources,
  );
  return await openHardened(keyring.encode(), utf8('pw'), fakeKdf, { context });
}

test('the vector is opened, and the slow reader of the page agrees', async () => {
  const { vector, bytes } = readVector('hardened');
  const password = utf8(vector.password ?? '');
  const keyring = await openHardened(bytes, password, realKdf, { context: 'vector' });
  assertItems(keyring.items, vector);
  assert.equal(keyring.label, vector.label);
  assert.deepEqual(keyring.encode(), bytes);
  assert.deepEqual(readHardenedSlowly(Buffer.from(bytes), Buffer.from(password), 'vector'), {
    revision: BigInt(keyring.revision),
    label: vector.label,
    items: keyring.items.map((item) => ({
      id: item.id,
      label: item.label,
      contentType: item.contentType,
      attributes: Object.fromEntries(item.attributes),
      secret: text(item.readSecret()),
      created: BigInt(item.created),
    })),
  });
});

test('what is put is read back by another process', async () => {
  const keyring = await twoItems();
  assert.deepEqual(
    keyring.items.map((item) => [item.label, text(item.readSecret()), item.created]),
    [
      ['A', 'sa', 500],
      ['B', 'sb', 500],
    ],
  );
  assert.equal(keyring.revision, 1);
  assert.equal(keyring.label, 'L');
  assert.deepEqual(keyring.cost, { kdf: 'scrypt', logN: 17, r: 8, p: 1 });
  assert.deepEqual(keyring.rejected, []);
});

// @rule file/hardened-header-mac
test('another password, another context or another header opens nothing', async () => {
  const keyring = await twoItems('ctx');
  const bytes = keyring.encode();
  await rejectsCode(
    'wrong-password',
    openHardened(bytes, utf8('pw2'), fakeKdf, { context: 'ctx' }),
  );
  await rejectsCode('wrong-password', openHardened(bytes, utf8('pw'), fakeKdf));
  await rejectsCode('wrong-password', openHardened(bytes, utf8('pw'), fakeKdf, { context: 'ctX' }));
  for (let at = 32; at < 96; at += 1) {
    await rejectsCode(
      'wrong-password',
      openHardened(changed(bytes, at), utf8('pw'), fakeKdf, { context: 'ctx' }),
    );
  }
  const cheaper = bytes.slice();
  cheaper[23] = 14;
  await rejectsCode(
    'wrong-password',
    openHardened(cheaper, utf8('pw'), fakeKdf, { context: 'ctx' }),
  );
});

// @rule file/hardened-index
test('every single-byte change of the index is detected', async () => {
  const keyring = await twoItems();
  const bytes = keyring.encode();
  const { sealedIndex } = parseHardened(bytes);
  for (let at = 100; at < 100 + sealedIndex.length; at += 1) {
    await rejectsCode('tampered-file', openHardened(changed(bytes, at), utf8('pw'), fakeKdf));
  }
});

// @rule file/hardened-item-version
test('every single-byte change of an item rejects that item alone', async () => {
  const keyring = await twoItems();
  const bytes = keyring.encode();
  const start = bytes.length - parseHardened(bytes).body.length;
  const boundary = start + (bytes.length - start) / 2;
  for (let at = start; at < bytes.length; at += 1) {
    const opened = await openHardened(changed(bytes, at), utf8('pw'), fakeKdf);
    assert.deepEqual(
      opened.items.map((item) => item.label),
      [at < boundary ? 'B' : 'A'],
    );
    assert.deepEqual(
      opened.rejected.map(({ error }) => error.code),
      ['tampered-item'],
    );
  }
});

test('a file cut anywhere is refused', async () => {
  const bytes = (await twoItems()).encode();
  for (let length = 16; length < bytes.length; length += 1) {
    await rejectsCode('truncated', openHardened(bytes.slice(0, length), utf8('pw'), fakeKdf));
  }
});

// @rule file/hardened-item-version
test('an older version of one item is not accepted in place of the newer', async () => {
  const before = await twoItems();
  const id = before.items[0]?.id ?? '';
  const after = before.edit([{ kind: 'update', id, changes: { secret: 'sA' } }], sources).keyring;
  const [old, now] = [parseHardened(before.encode()), parseHardened(after.encode())];
  assert.equal(old.body.length, now.body.length);
  const half = old.body.length / 2;
  const body = Uint8Array.from([...old.body.subarray(0, half), ...now.body.subarray(half)]);
  const mixed = await openHardened(encodeHardened({ ...now, body }), utf8('pw'), fakeKdf);
  assert.deepEqual(
    mixed.items.map((item) => item.label),
    ['B'],
  );
  assert.deepEqual(
    mixed.rejected.map((item) => item.id),
    [id],
  );
});

// @rule file/hardened-item-binding
test('items cannot change places or be taken away', async () => {
  const file = parseHardened((await twoItems()).encode());
  const half = file.body.length / 2;
  const swapped = Uint8Array.from([...file.body.subarray(half), ...file.body.subarray(0, half)]);
  const opened = await openHardened(
    encodeHardened({ ...file, body: swapped }),
    utf8('pw'),
    fakeKdf,
  );
  assert.equal(opened.items.length, 0);
  assert.equal(opened.rejected.length, 2);
  const shorter = encodeHardened({ ...file, body: file.body.slice(half) });
  await rejectsCode('truncated', openHardened(shorter, utf8('pw'), fakeKdf));
});

// @rule file/hardened-rollback
test('an older file is refused by whoever knows the newer revision', async () => {
  const before = await twoItems();
  const after = before.edit([{ kind: 'label', label: 'New' }], sources).keyring;
  assert.equal(after.label, 'New');
  assert.equal(after.revision, 2);
  assert.equal(before.reload(after.encode()).revision, 2);
  throwsCode('rolled-back', () => before.reload(after.encode()).reload(before.encode()));
  await rejectsCode(
    'rolled-back',
    openHardened(before.encode(), utf8('pw'), fakeKdf, { minimumRevision: 2 }),
  );
  const same = await openHardened(after.encode(), utf8('pw'), fakeKdf, { minimumRevision: 2 });
  assert.equal(same.revision, 2);
});

test('a new file opens as it is, and its name is text', async () => {
  const empty = await createHardened(options);
  assert.equal((await openHardened(empty.encode(), utf8('pw'), fakeKdf)).revision, 0);
  await rejectsCode('invalid-item', createHardened({ ...options, label: 'a\0' }));
  throwsCode('invalid-item', () => empty.edit([{ kind: 'label', label: 'a\0' }], sources));
});

test('a revision that is no number protects from nothing, and a context has to be text', async () => {
  const bytes = (await twoItems()).encode();
  for (const minimumRevision of [Number.NaN, -1, 1.5, '1', {}]) {
    const opening = [bytes, utf8('pw'), fakeKdf, { minimumRevision }];
    await assert.rejects(Reflect.apply(openHardened, undefined, opening), {
      name: 'TypeError',
      message: /^minimumRevision: /u,
    });
  }
  for (const context of ['\ud800', 5, {}]) {
    const opening = [bytes, utf8('pw'), fakeKdf, { context }];
    const wrong = { name: 'TypeError', message: /^context: /u };
    await assert.rejects(Reflect.apply(openHardened, undefined, opening), wrong);
    const creating = [{ ...options, context }];
    await assert.rejects(Reflect.apply(createHardened, undefined, creating), wrong);
  }
});

test('ids are random, stay through updates, and are kept by rekey', async () => {
  const keyring = await twoItems();
  const ids = keyring.items.map((item) => item.id);
  assert.equal(new Set(ids).size, 2);
  const updated = keyring.edit(
    [{ kind: 'update', id: ids[1] ?? '', changes: { attributes: { z: '9' } } }],
    sources,
  );
  assert.equal(updated.items[0]?.id, ids[1]);
  const rekeyed = await updated.keyring.rekey({ ...options, password: utf8('new') });
  assert.deepEqual(
    rekeyed.items.map((item) => item.id),
    ids,
  );
});

test('items that did not change keep their sealed bytes', async () => {
  const before = await twoItems();
  const { keyring } = before.edit([{ kind: 'delete', id: before.items[0]?.id ?? '' }], sources);
  const [old, now] = [parseHardened(before.encode()), parseHardened(keyring.encode())];
  assert.deepEqual(now.body, old.body.slice(old.body.length / 2));
});

// @rule file/cost-only-upward
test('rekey changes password, salt and cost, and never lowers the cost', async () => {
  const keyring = await twoItems('ctx');
  const cost = { kdf: 'scrypt', logN: 18, r: 8, p: 1 } as const;
  await rejectsCode('too-weak', keyring.rekey({ ...options, cost: CHEAP }));
  const next = await keyring.rekey({ ...options, password: utf8('new'), cost });
  const bytes = next.encode();
  const [before, after] = [parseHardened(keyring.encode()), parseHardened(bytes)];
  assert.notDeepEqual(after.header.salt, before.header.salt);
  assert.deepEqual(after.header.cost, cost);
  await rejectsCode('wrong-password', openHardened(bytes, utf8('pw'), fakeKdf, { context: 'ctx' }));
  const again = await openHardened(bytes, utf8('new'), fakeKdf, { context: 'ctx' });
  assert.deepEqual(
    again.items.map((item) => text(item.readSecret())),
    ['sa', 'sb'],
  );
  assert.equal(again.revision, keyring.revision + 1);
  assert.equal(again.label, 'L');
  throwsCode('changed-underneath', () => keyring.reload(bytes));
});

test('a rejected item stays until deleted and cannot be rekeyed', async () => {
  const bytes = (await twoItems()).encode();
  const opened = await openHardened(changed(bytes, bytes.length - 1), utf8('pw'), fakeKdf);
  await rejectsCode('tampered-item', opened.rekey({ ...options, password: utf8('new') }));
  const { keyring } = opened.edit([{ kind: 'label', label: 'x' }], sources);
  const again = await openHardened(keyring.encode(), utf8('pw'), fakeKdf);
  assert.equal(again.rejected.length, 1);
  const cleaned = again.edit([{ kind: 'delete', id: again.rejected[0]?.id ?? '' }], sources);
  assert.deepEqual(cleaned.keyring.rejected, []);
  assert.equal(cleaned.keyring.items.length, 1);
});

test('any items through any changes are read back', async () => {
  await roundTripItems(
    () => createHardened(options),
    (bytes) => openHardened(bytes, utf8('pw'), fakeKdf),
  );
});

test('a closed keyring gives no secret and makes no change', async () => {
  const keyring = await twoItems();
  const [item] = keyring.items;
  keyring.close();
  throwsCode('closed', () => item?.readSecret());
  throwsCode('closed', () => keyring.encode());
});

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
