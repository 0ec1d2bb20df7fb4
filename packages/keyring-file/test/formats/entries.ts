import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeyringFileError } from '../../src/errors.ts';
import {
  type Entry,
  type EntryCodec,
  editEntries,
  openEntry,
  readOnce,
  viewEntries,
} from '../../src/formats/entries.ts';
import { contentsOf, type KeyringItemInit } from '../../src/item.ts';
import type { KeyringEdit } from '../../src/types/opened-keyring.ts';
import { throwsCode } from '../support/codes.ts';
import { text, utf8 } from '../support/memory-io.ts';

/** "Seals" a secret by keeping it as text; numbers new entries. */
function plainCodec(): EntryCodec<string> {
  let count = 0;
  return {
    seal: ({ secret, ...fields }, id) => {
      count += 1;
      return { id: id ?? `new${count}`, sealed: text(secret), fields };
    },
    readSecret: utf8,
  };
}

function entry(id: string, attributes: Record<string, string>, secret = id): Entry<string> {
  const { secret: _secret, ...fields } = contentsOf({ attributes, secret }, 1);
  return { id, sealed: secret, fields };
}

const put = (item: KeyringItemInit, isReplacing = true): KeyringEdit => ({
  kind: 'put',
  item,
  isReplacing,
});

function edit(before: readonly Entry<string>[], edits: readonly KeyringEdit[]) {
  return editEntries(before, edits, plainCodec(), 99);
}

const broken: Entry<string> = {
  id: 'broken',
  sealed: '???',
  error: new KeyringFileError('tampered-item', 'item: …'),
};

// @rule file/exact-replace
test('a replacing put takes the place of the exact set and no other', () => {
  const before = [entry('1', { a: '1' }), entry('2', { a: '1', b: '2' }), entry('3', { b: '2' })];
  const after = edit(before, [put({ attributes: { b: '2', a: '1' }, secret: 'new' })]);
  assert.deepEqual(
    after.entries.map(({ id, sealed }) => [id, sealed]),
    [
      ['1', '1'],
      ['2', 'new'],
      ['3', '3'],
    ],
  );
  assert.deepEqual(after.written, [1]);
  assert.deepEqual(after.hasChanged, [true]);
});

// @rule file/attributes-read-once
test('attributes of an iterator, which ends, are those of the item', () => {
  const attributes = new Map([['a', '1']]);
  const edits = [
    put({ attributes: attributes.entries(), secret: 'new' }),
    { kind: 'update' as const, id: '1', changes: { attributes: attributes.entries() } },
  ].map(readOnce);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { entries } = edit([entry('1', {})], edits);
    assert.deepEqual(
      entries.map((each) => 'fields' in each && each.fields.attributes),
      [attributes, attributes],
    );
  }
  assert.deepEqual(readOnce({ kind: 'update', id: '1', changes: { label: 'L' } }), {
    kind: 'update',
    id: '1',
    changes: { label: 'L' },
  });
});

// @rule file/exact-replace
test('several items of the same set become one', () => {
  const before = [entry('1', { a: '1' }), entry('2', {}), entry('3', { a: '1' })];
  const after = edit(before, [put({ attributes: { a: '1' }, secret: 'new' })]);
  assert.deepEqual(
    after.entries.map(({ id }) => id),
    ['1', '2'],
  );
});

test('a put that does not replace adds', () => {
  const after = edit(
    [entry('1', { a: '1' })],
    [put({ attributes: { a: '1' }, secret: 'n' }, false)],
  );
  assert.deepEqual(
    after.entries.map(({ id }) => id),
    ['1', 'new1'],
  );
  assert.deepEqual(after.written, [1]);
});

test('a replaced item keeps its time of creation unless one is given', () => {
  const created = (init: Partial<KeyringItemInit>): unknown => {
    const { entries } = edit(
      [entry('1', { a: '1' })],
      [put({ attributes: { a: '1' }, secret: 'n', ...init })],
    );
    const [first] = entries;
    return first !== undefined && 'fields' in first
      ? [first.fields.created, first.fields.modified]
      : undefined;
  };
  assert.deepEqual(created({}), [1, 99]);
  assert.deepEqual(created({ created: 7 }), [7, 99]);
});

// @rule file/item-limit
test('a keyring takes no more items than it may have, and lets go of those it has', () => {
  const full = Array.from({ length: 100_000 }, (_, at) => entry(`${at}`, { n: `${at}` }));
  throwsCode('too-large', () => edit(full, [put({ secret: '' })]));
  edit(full, [put({ attributes: { n: '7' }, secret: 'new' })]);
  edit(full.slice(1), [put({ secret: '' })]);
  const over = [...full, entry('more', {}), entry('and more', {})];
  edit(over, [{ kind: 'delete', id: '1' }]);
});

test('an update changes what it names and keeps the rest', () => {
  const before = [entry('1', { a: '1' }, 'secret')];
  const { entries, written } = edit(before, [{ kind: 'update', id: '1', changes: { label: 'L' } }]);
  const [first] = entries;
  assert.ok(first !== undefined && 'fields' in first);
  assert.equal(first.sealed, 'secret');
  assert.equal(first.fields.label, 'L');
  assert.deepEqual(first.fields.attributes, new Map([['a', '1']]));
  assert.deepEqual([first.fields.created, first.fields.modified], [1, 99]);
  assert.deepEqual(written, [0]);
});

test('an update takes a secret as text or bytes, and leaves the bytes alone', () => {
  const bytes = utf8('bytes');
  const before = [entry('1', {})];
  assert.equal(
    edit(before, [{ kind: 'update', id: '1', changes: { secret: bytes } }]).entries[0]?.sealed,
    'bytes',
  );
  assert.deepEqual(bytes, utf8('bytes'));
  assert.equal(
    edit(before, [{ kind: 'update', id: '1', changes: { secret: 't' } }]).entries[0]?.sealed,
    't',
  );
});

test('what was in the clear while an item was sealed is wiped', () => {
  const clear: Uint8Array[] = [];
  const codec = plainCodec();
  const watched: EntryCodec<string> = {
    seal: (contents, id) => {
      clear.push(contents.secret);
      return codec.seal(contents, id);
    },
    readSecret: (sealed) => {
      const secret = codec.readSecret(sealed);
      clear.push(secret);
      return secret;
    },
  };
  const changes = { label: 'L' };
  const edits: KeyringEdit[] = [put({ secret: 'new' }), { kind: 'update', id: '1', changes }];
  const { entries } = editEntries([entry('1', { a: '1' }, 'secret')], edits, watched, 99);
  assert.deepEqual(
    entries.map(({ sealed }) => sealed),
    ['secret', 'new'],
  );
  assert.deepEqual(
    clear.map((bytes) => bytes.every((byte) => byte === 0)),
    [true, true, true],
  );
});

test('what was in the clear is wiped also where the change fails', () => {
  const clear: Uint8Array[] = [];
  const keep = <Bytes extends Uint8Array>(bytes: Bytes): Bytes => {
    clear.push(bytes);
    return bytes;
  };
  const failing: EntryCodec<string> = {
    seal: ({ secret }) => {
      keep(secret);
      throw new KeyringFileError('closed', 'x');
    },
    readSecret: (sealed) => keep(utf8(sealed)),
  };
  const update = (label: string): void => {
    const edits: KeyringEdit[] = [{ kind: 'update', id: '1', changes: { label } }];
    editEntries([entry('1', {}, 'secret')], edits, failing, 99);
  };
  throwsCode('invalid-item', () => update('a\0'));
  throwsCode('closed', () => update('L'));
  assert.deepEqual(clear, [new Uint8Array(6), new Uint8Array(6), new Uint8Array(6)]);
});

test('an update moves an item to its new set', () => {
  const after = edit(
    [entry('1', { a: '1' })],
    [
      { kind: 'update', id: '1', changes: { attributes: { b: '2' } } },
      put({ attributes: { a: '1' }, secret: 'x' }),
      put({ attributes: { b: '2' }, secret: 'y' }),
    ],
  );
  assert.deepEqual(
    after.entries.map(({ id, sealed }) => [id, sealed]),
    [
      ['1', 'y'],
      ['new2', 'x'],
    ],
  );
});

test('an update of an item that is gone or rejected fails', () => {
  const update: KeyringEdit = { kind: 'update', id: '1', changes: {} };
  throwsCode('item-not-found', () => edit([], [update]));
  throwsCode('item-not-found', () => edit([entry('1', {})], [{ kind: 'delete', id: '1' }, update]));
  throwsCode('tampered-item', () => edit([broken], [{ ...update, id: 'broken' }]));
});

test('a delete says whether there was anything', () => {
  const before = [entry('1', { a: '1' }), broken, entry('2', {})];
  const after = edit(before, [
    { kind: 'delete', id: '1' },
    { kind: 'delete', id: '1' },
    { kind: 'delete', id: 'broken' },
    { kind: 'delete', id: 'never' },
    put({ attributes: { a: '1' }, secret: 'x' }),
  ]);
  assert.deepEqual(after.hasChanged, [true, false, true, false, true]);
  assert.deepEqual(
    after.entries.map(({ id }) => id),
    ['2', 'new1'],
  );
  assert.deepEqual(after.written, [-1, -1, -1, -1, 1]);
});

test('what was put and deleted again in one batch is nowhere', () => {
  const after = edit([entry('1', {})], [put({ secret: 'x' }), { kind: 'delete', id: '1' }]);
  assert.deepEqual(after.entries, []);
  assert.deepEqual(after.written, [-1, -1]);
});

test('rejected entries are carried along and a label changes no entry', () => {
  const after = edit([broken], [{ kind: 'label', label: 'L' }]);
  assert.deepEqual(after.entries, [broken]);
  assert.deepEqual(after.hasChanged, [true]);
});

test('a view gives items, rejected ones, and items by place', () => {
  const view = viewEntries([entry('1', {}), broken], utf8);
  assert.deepEqual(
    view.items.map(({ id }) => id),
    ['1'],
  );
  assert.deepEqual(view.rejected, [{ id: 'broken', error: broken.error }]);
  assert.equal(view.itemAt(0), view.items[0]);
  assert.equal(view.itemAt(1), undefined);
  assert.equal(view.itemAt(-1), undefined);
  assert.equal(text(view.items[0]?.readSecret() ?? new Uint8Array()), '1');
});

test('opening keeps a refusal, wipes the secret, and passes on what is no refusal', () => {
  const contents = contentsOf({ secret: 'x' }, 1);
  const opened = openEntry('1', 's', () => contents);
  assert.ok('fields' in opened && !('secret' in opened.fields));
  assert.deepEqual([...contents.secret], [0]);
  const refused = openEntry('1', 's', () => {
    throw new KeyringFileError('tampered-item', 'x');
  });
  assert.ok('error' in refused);
  throwsCode('closed', () =>
    openEntry('1', 's', () => {
      throw new KeyringFileError('closed', 'x');
    }),
  );
  assert.throws(
    () =>
      openEntry('1', 's', () => {
        throw new Error('internal error: x');
      }),
    /internal error/u,
  );
});
