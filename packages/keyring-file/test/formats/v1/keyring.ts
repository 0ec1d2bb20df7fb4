import assert from 'node:assert/strict';
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { encodeV1, parseV1 } from '../../../src/formats/v1/container.ts';
import { createV1, openV1 } from '../../../src/formats/v1/keyring.ts';
import type { KeyDerivation } from '../../../src/keys/kdf.ts';
import type { EditSources, WritableKeyring } from '../../../src/types/opened-keyring.ts';
import { rejectsCode, throwsCode } from '../../support/codes.ts';
import { fakeKdf, seededBytes, text, utf8 } from '../../support/memory-io.ts';
import { roundTripItems } from '../../support/round-trip.ts';
import { assertItems, readVector } from '../../support/vectors.ts';

const sources: EditSources = { nowSeconds: 500, randomBytes: seededBytes('v1-keyring') };
const options = { ...sources, password: utf8('pw'), kdf: fakeKdf };
const realKdf: KeyDerivation = {
  ...fakeKdf,
  pbkdf2Sha256: async (password, salt, iterations, keyBytes) =>
    new Uint8Array(pbkdf2Sync(password, salt, iterations, keyBytes, 'sha256')),
};

async function twoItems(): Promise<WritableKeyring> {
  const empty = await createV1(options);
  return empty.edit(
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
  ).keyring;
}

test('the file of secret-tool is opened with its password', async () => {
  const { vector, bytes } = readVector('v1-secret-tool');
  const keyring = await openV1(bytes, utf8(vector.password ?? ''), realKdf);
  assertItems(keyring.items, vector);
  assert.deepEqual(keyring.rejected, []);
  assert.deepEqual(keyring.encode(), bytes);
  await rejectsCode('wrong-password', openV1(bytes, utf8('correct horse\n'), realKdf));
});

// @rule file/keys-of-refused-files
test('a key that opens nothing is wiped', async () => {
  const keys: Uint8Array[] = [];
  const kdf: KeyDerivation = {
    ...fakeKdf,
    pbkdf2Sha256: async (...args) => {
      const key = await fakeKdf.pbkdf2Sha256(...args);
      keys.push(key);
      return key;
    },
  };
  await rejectsCode('wrong-password', openV1((await twoItems()).encode(), utf8('other'), kdf));
  assert.deepEqual(keys, [new Uint8Array(16)]);
});

test('a new keyring has the header that libsecret writes', async () => {
  const file = parseV1((await createV1(options)).encode());
  assert.equal(file.salt.length, 32);
  assert.equal(file.iterations, 100_000);
  assert.equal(file.modified, 500);
  assert.equal(file.usageCount, 0);
  const more = await createV1({ ...options, iterations: 200_000 });
  assert.equal(parseV1(more.encode()).iterations, 200_000);
  await rejectsCode('too-weak', createV1({ ...options, iterations: 99_999 }));
});

// @rule file/v1-content-type
test('a content type that is given as an attribute is the property, at once and later', async () => {
  const attributes = { a: '1', 'xdg:content-type': 'text/x' };
  const put = (keyring: WritableKeyring, init: object = {}): WritableKeyring =>
    keyring.edit(
      [{ kind: 'put', isReplacing: true, item: { attributes, secret: 's', ...init } }],
      sources,
    ).keyring;
  const seen = ({ items }: WritableKeyring): unknown[] =>
    items.map((item) => [item.id, [...item.attributes], item.contentType]);
  const first = put(await createV1(options));
  const again = await openV1(first.encode(), utf8('pw'), fakeKdf);
  assert.deepEqual(seen(first), [[first.items[0]?.id, [['a', '1']], 'text/x']]);
  assert.deepEqual(seen(again), seen(first));
  assert.deepEqual(seen(put(again)), seen(first));
  assert.equal(put(again, { contentType: 'text/y' }).items[0]?.contentType, 'text/y');
  assert.equal(put(again, { contentType: 'text/plain' }).items[0]?.contentType, 'text/x');
  const id = first.items[0]?.id ?? '';
  const changes = { attributes: { a: '1', 'xdg:content-type': 'text/z' } };
  const updated = again.edit([{ kind: 'update', id, changes }], sources).keyring;
  assert.deepEqual(seen(updated), [[id, [['a', '1']], 'text/z']]);
});

test('what is put is read back by another process', async () => {
  const keyring = await twoItems();
  const again = await openV1(keyring.encode(), utf8('pw'), fakeKdf);
  assert.deepEqual(
    again.items.map((item) => [item.label, text(item.readSecret()), item.created]),
    [
      ['A', 'sa', 500],
      ['B', 'sb', 500],
    ],
  );
  assert.deepEqual(
    again.items.map((item) => item.id),
    keyring.items.map((item) => item.id),
  );
  assert.equal(parseV1(keyring.encode()).usageCount, 1);
});

// @rule file/v1-wrong-password
test('a password that opens nothing is wrong, one that opens something is right', async () => {
  const keyring = await twoItems();
  await rejectsCode('wrong-password', openV1(keyring.encode(), utf8('other'), fakeKdf));
  const file = parseV1(keyring.encode());
  const broken = file.items.map((item, index) =>
    index === 0
      ? { ...item, blob: item.blob.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }
      : item,
  );
  const opened = await openV1(encodeV1({ ...file, items: broken }), utf8('pw'), fakeKdf);
  assert.deepEqual(
    opened.items.map((item) => item.label),
    ['B'],
  );
  assert.deepEqual(
    opened.rejected.map(({ error }) => error.code),
    ['tampered-item'],
  );
});

test('a rejected item stays in the file byte for byte until it is deleted', async () => {
  const file = parseV1((await twoItems()).encode());
  const [first, second] = file.items;
  assert.ok(first !== undefined && second !== undefined);
  const damaged = { ...first, blob: first.blob.map((byte) => byte ^ 1) };
  const opened = await openV1(encodeV1({ ...file, items: [damaged, second] }), utf8('pw'), fakeKdf);
  const { keyring } = opened.edit(
    [{ kind: 'put', isReplacing: true, item: { attributes: { c: '1' }, secret: 'sc' } }],
    sources,
  );
  assert.deepEqual(parseV1(keyring.encode()).items[0], damaged);
  await rejectsCode('tampered-item', keyring.rekey({ ...options, password: utf8('new') }));
  const [rejected] = keyring.rejected;
  const cleaned = keyring.edit([{ kind: 'delete', id: rejected?.id ?? '' }], sources);
  assert.deepEqual(cleaned.hasChanged, [true]);
  assert.deepEqual(cleaned.keyring.rejected, []);
  assert.equal(cleaned.keyring.items.length, 2);
});

test('ids stand for the attribute set and tell items of one set apart', async () => {
  const keyring = await twoItems();
  const put = {
    kind: 'put',
    isReplacing: false,
    item: { attributes: { a: '1' }, secret: 'x' },
  } as const;
  const { keyring: more, items } = keyring.edit([put, put], sources);
  assert.equal(new Set(more.items.map((item) => item.id)).size, 4);
  assert.deepEqual(
    items.map((item) => item?.id),
    more.items.slice(2).map((item) => item.id),
  );
  const [first] = keyring.items;
  assert.match(first?.id ?? '', /^[0-9a-f]{32}$/u);
  const changed = more.edit(
    [{ kind: 'update', id: first?.id ?? '', changes: { label: 'Z', secret: 'new' } }],
    sources,
  );
  assert.equal(changed.items[0]?.id, first?.id);
  assert.equal(changed.items[0]?.label, 'Z');
  const relabelled = changed.keyring.edit(
    [{ kind: 'update', id: first?.id ?? '', changes: { label: 'Y' } }],
    sources,
  );
  assert.equal(text(relabelled.items[0]?.readSecret() ?? utf8('')), 'new');
});

// @rule file/v1-ids-stay
test('an item keeps its id when another one of its set goes, also read again', async () => {
  const put = {
    kind: 'put',
    isReplacing: false,
    item: { attributes: { a: '1' }, secret: 'x' },
  } as const;
  const { keyring } = (await createV1(options)).edit([put, put, put], sources);
  const [first = '', second = '', third = ''] = keyring.items.map(({ id }) => id);
  const ids = ({ items }: WritableKeyring): string[] => items.map(({ id }) => id);
  const without = keyring.edit([{ kind: 'delete', id: first }], sources).keyring;
  assert.deepEqual(ids(without), [second, third]);
  // As another process has written it, which numbers them by their places.
  assert.deepEqual(ids(keyring.reload(without.encode())), [second, third]);
  assert.deepEqual(ids(await openV1(without.encode(), utf8('pw'), fakeKdf)), [first, second]);
  const updated = without.edit(
    [{ kind: 'update', id: third, changes: { secret: 'new' } }, put],
    sources,
  );
  assert.deepEqual(ids(updated.keyring), [second, third, first]);
  assert.deepEqual(
    updated.items.map((item) => item?.id),
    [third, first],
  );
  const moved = without.edit(
    [{ kind: 'update', id: second, changes: { attributes: { b: '2' } } }],
    sources,
  ).keyring;
  assert.deepEqual(ids(moved).includes(second), false);
  assert.deepEqual(ids(moved)[1], third);
});

test('every process derives the same ids from the key, the set and the place', async () => {
  const put = {
    kind: 'put',
    isReplacing: false,
    item: { attributes: { b: '2', a: '1' }, secret: 'x' },
  } as const;
  const { keyring } = (await createV1(options)).edit([put, put, put], sources);
  const { salt, iterations } = parseV1(keyring.encode());
  const key = await fakeKdf.pbkdf2Sha256(utf8('pw'), salt, iterations, 16);
  const idAt = (place: number): string =>
    createHmac('sha256', key)
      .update(`keywire id ${place} item [["a","1"],["b","2"]]`)
      .digest('hex')
      .slice(0, 32);
  assert.deepEqual(
    keyring.items.map(({ id }) => id),
    [idAt(0), idAt(1), idAt(2)],
  );
});

test('of equal copies in a file each has an id of its own', async () => {
  const file = parseV1((await twoItems()).encode());
  const [copy] = file.items;
  assert.ok(copy !== undefined);
  const bytes = encodeV1({ ...file, items: [copy, copy, { ...copy, blob: new Uint8Array(3) }] });
  const keyring = await openV1(bytes, utf8('pw'), fakeKdf);
  const ids = [...keyring.items, ...keyring.rejected].map(({ id }) => id);
  assert.equal(new Set(ids).size, 3);
  const again = keyring.reload(bytes);
  assert.deepEqual(
    [...again.items, ...again.rejected].map(({ id }) => id),
    ids,
  );
});

test('a label has no place in the form', async () => {
  const keyring = await twoItems();
  throwsCode('invalid-item', () => keyring.edit([{ kind: 'label', label: 'L' }], sources));
  assert.equal(keyring.label, undefined);
  assert.equal(keyring.revision, undefined);
});

test('the same file is reopened with the key at hand, another salt is not', async () => {
  const keyring = await twoItems();
  const deleted = keyring.edit([{ kind: 'delete', id: keyring.items[0]?.id ?? '' }], sources);
  assert.equal(keyring.reload(deleted.keyring.encode()).items.length, 1);
  const other = await createV1(options);
  throwsCode('changed-underneath', () => keyring.reload(other.encode()));
});

// @rule file/cost-only-upward
test('rekey seals every item anew and never lowers the count', async () => {
  const keyring = await twoItems();
  await rejectsCode('too-weak', keyring.rekey({ ...options, iterations: 99_999 }));
  const next = await keyring.rekey({ ...options, password: utf8('new'), iterations: 150_000 });
  const bytes = next.encode();
  await rejectsCode('wrong-password', openV1(bytes, utf8('pw'), fakeKdf));
  const again = await openV1(bytes, utf8('new'), fakeKdf);
  assert.deepEqual(
    again.items.map((item) => text(item.readSecret())),
    ['sa', 'sb'],
  );
  const [before, after] = [parseV1(keyring.encode()), parseV1(bytes)];
  assert.equal(after.iterations, 150_000);
  assert.equal(after.usageCount, before.usageCount + 1);
  assert.notDeepEqual(after.salt, before.salt);
  await rejectsCode('too-weak', next.rekey({ ...options, iterations: 100_000 }));
});

test('any items through any changes are read back', async () => {
  await roundTripItems(
    () => createV1(options),
    // An empty v1 keyring fits every password, any other only its own.
    (bytes) => openV1(bytes, utf8('pw'), fakeKdf),
  );
});

test('a closed keyring gives no secret and makes no change', async () => {
  const keyring = await twoItems();
  const [item] = keyring.items;
  keyring.close();
  throwsCode('closed', () => item?.readSecret());
  throwsCode('closed', () => keyring.reload(keyring.encode()));
  throwsCode('closed', () =>
    keyring.edit([{ kind: 'put', isReplacing: true, item: { secret: 'x' } }], sources),
  );
});
