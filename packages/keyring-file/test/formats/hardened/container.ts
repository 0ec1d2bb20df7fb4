import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { formatHex } from '../../../src/bytes.ts';
import {
  associatedData,
  encodeHardened,
  encodeIndex,
  type HardenedFile,
  type HardenedIndex,
  parseHardened,
  parseIndex,
  splitBody,
} from '../../../src/formats/hardened/container.ts';
import { encodeHeader } from '../../../src/formats/hardened/header.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { seededBytes } from '../../support/memory-io.ts';

const random = seededBytes('hardened-container');
const file: HardenedFile = {
  header: { cost: { kdf: 'scrypt', logN: 14, r: 8, p: 1 }, salt: random(32) },
  mac: random(32),
  sealedIndex: random(72),
  body: random(200),
};
const index: HardenedIndex = {
  revision: 3,
  created: 1,
  modified: 2,
  label: 'Läbel',
  entries: [
    { id: formatHex(random(16)), sealedBytes: 104, tag: random(16) },
    { id: formatHex(random(16)), sealedBytes: 96, tag: random(16) },
  ],
};

test('what is encoded is parsed', () => {
  assert.deepEqual(parseHardened(encodeHardened(file)), file);
  const small = { ...file, sealedIndex: random(40), body: new Uint8Array() };
  assert.deepEqual(parseHardened(encodeHardened(small)), small);
});

// @rule file/hardened-sizes
test('an index is at least a nonce and a tag, and within the file', () => {
  throwsCode('malformed', () =>
    parseHardened(encodeHardened({ ...file, sealedIndex: random(39) })),
  );
  const bytes = encodeHardened(file);
  for (let length = 64; length < 100 + 72; length += 1) {
    throwsCode('truncated', () => parseHardened(bytes.slice(0, length)));
  }
  bytes[96] = 0xff;
  throwsCode('truncated', () => parseHardened(bytes));
});

test('the index is read back', () => {
  assert.deepEqual(parseIndex(encodeIndex(index)), index);
  assert.deepEqual(parseIndex(encodeIndex({ ...index, entries: [] })).entries, []);
});

test('an index cut short or with an absurd count is refused', () => {
  const bytes = encodeIndex(index);
  for (let length = 0; length < bytes.length; length += 1) {
    throwsCode('truncated', () => parseIndex(bytes.slice(0, length)));
  }
  bytes[24 + 4 + 6] = 0x7f;
  throwsCode('truncated', () => parseIndex(bytes));
});

// @rule file/item-limit
test('an index of more items than a keyring may have is refused', () => {
  const many = (count: number): Uint8Array =>
    encodeIndex({ ...index, entries: Array(count).fill(index.entries[0]) });
  assert.equal(parseIndex(many(100_000)).entries.length, 100_000);
  throwsCode('too-large', () => parseIndex(many(100_001)));
});

// @rule file/hardened-no-remainder
test('the body is exactly the items that the index lists', () => {
  const parts = splitBody(file.body, index.entries);
  assert.deepEqual(
    parts.map(({ box }) => box),
    [file.body.slice(0, 104), file.body.slice(104)],
  );
  assert.deepEqual(
    parts.map((part) => part.index),
    index.entries,
  );
  throwsCode('truncated', () => splitBody(file.body.slice(1), index.entries));
  throwsCode('malformed', () => splitBody(random(201), index.entries));
});

test('associated data is header, id, context', () => {
  const header = encodeHeader(file.header);
  const id = '00112233445566778899aabbccddeeff';
  assert.equal(formatHex(associatedData(file.header, 'c', id)), `${formatHex(header)}${id}63`);
  assert.equal(formatHex(associatedData(file.header, '')), formatHex(header));
  assert.throws(() => associatedData(file.header, '', 'no hex'), /internal error/u);
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(encodeHardened(file), parseHardened);
  surviveDamage(encodeIndex(index), parseIndex);
});
