import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { attributesWithSchema, openV0 } from '../../../src/formats/v0/keyring.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { text, utf8 } from '../../support/memory-io.ts';
import { assertItems, readVector } from '../../support/vectors.ts';
import { type V0SourceItem, writeV0 } from '../../support/write-v0.ts';

const item: V0SourceItem = {
  id: 1,
  label: 'L',
  secret: utf8('s'),
  attributes: [
    ['a', '1'],
    ['n', 5],
  ],
};
const write = (items: readonly V0SourceItem[], dropPlaintext = 0): Uint8Array =>
  writeV0({ label: 'K', password: 'pw', items, dropPlaintext });

test('the file of gnome-keyring is opened with its password', () => {
  const { vector, bytes } = readVector('v0-gnome-keyring');
  const keyring = openV0(bytes, utf8(vector.password ?? ''));
  assertItems(keyring.items, vector);
  assert.deepEqual(
    keyring.items.map(({ id }) => id),
    vector.items.map(({ id }) => id),
  );
  assert.deepEqual(keyring.rejected, []);
  assert.equal(keyring.label, vector.label);
  assert.equal(keyring.isWritable, false);
});

test('text and number attributes, access rules, and NULL are read', () => {
  const keyring = openV0(
    write([
      { ...item, acls: 3 },
      { id: 0xffff_ffff, label: null, secret: utf8('') },
    ]),
    utf8('pw'),
  );
  assert.deepEqual(
    keyring.items.map(({ id, label }) => [id, label]),
    [
      ['1', 'L'],
      ['4294967295', ''],
    ],
  );
  assert.deepEqual(
    keyring.items[0]?.attributes,
    new Map([
      ['a', '1'],
      ['n', '5'],
    ]),
  );
  assert.equal(text(keyring.items[0]?.readSecret() ?? utf8('')), 's');
});

test('numbers over the whole range hash as gnome-keyring hashes them', () => {
  for (const value of [0, 1, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    const keyring = openV0(write([{ ...item, attributes: [['n', value]] }]), utf8('pw'));
    assert.deepEqual(keyring.items[0]?.attributes, new Map([['n', String(value)]]));
  }
});

// @rule file/v0-digest
test('a wrong password, or a damaged block, opens nothing', () => {
  const bytes = write([item]);
  throwsCode('wrong-password', () => openV0(bytes, utf8('pw ')));
  throwsCode('wrong-password', () => openV0(bytes, utf8('')));
  for (let at = bytes.length - 64; at < bytes.length; at += 1) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    throwsCode('wrong-password', () => openV0(changed, utf8('pw')));
  }
});

// @rule file/v0-clear-part
test('an item whose clear part was edited is rejected alone', () => {
  for (const clearAttributes of [
    [],
    [
      ['a', '2'],
      ['n', 5],
    ],
    [
      ['a', '1'],
      ['n', 6],
    ],
    [
      ['b', '1'],
      ['n', 5],
    ],
    [
      ['a', '1'],
      ['n', 5],
      ['more', '1'],
    ],
  ] as const) {
    const keyring = openV0(
      write([
        { ...item, clearAttributes },
        { ...item, id: 2 },
      ]),
      utf8('pw'),
    );
    assert.deepEqual(
      keyring.items.map(({ id }) => id),
      ['2'],
    );
    assert.deepEqual(
      keyring.rejected.map(({ id, error }) => [id, error.code]),
      [['1', 'tampered-item']],
    );
  }
});

test('a block that its writer cut short is truncated', () => {
  throwsCode('truncated', () => openV0(write([item], 40), utf8('pw')));
});

test('an item type stands for a schema where there is none', () => {
  const schema = (type: number, values = new Map<string, string>()): string | undefined =>
    attributesWithSchema(values, type).get('xdg:schema');
  assert.equal(schema(0), undefined);
  assert.equal(schema(1), 'org.gnome.keyring.NetworkPassword');
  assert.equal(schema(2), 'org.gnome.keyring.Note');
  assert.equal(schema(3), 'org.gnome.keyring.ChainedKeyring');
  assert.equal(schema(4), 'org.gnome.keyring.EncryptionKey');
  assert.equal(schema(0x100), 'org.gnome.keyring.PkStorage');
  assert.equal(schema(0x1_0001), 'org.gnome.keyring.NetworkPassword');
  assert.equal(schema(77), undefined);
  assert.equal(schema(1, new Map([['xdg:schema', 'own']])), 'own');
});

test('damaged files are refused with a typed error', () => {
  surviveDamage(writeV0({ label: 'K', password: 'pw', items: [item], iterations: 1 }), (bytes) =>
    openV0(bytes, utf8('pw')),
  );
});
