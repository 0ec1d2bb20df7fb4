import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { ByteReader, concatBytes } from '../../../src/bytes.ts';
import {
  orderTimes,
  parseV0,
  readAttributes,
  readBlob,
  readText,
  type V0Value,
} from '../../../src/formats/v0/container.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { utf8 } from '../../support/memory-io.ts';
import { readVector } from '../../support/vectors.ts';
import { writeV0 } from '../../support/write-v0.ts';

const bytes = writeV0({
  label: 'Läbel',
  password: 'pw',
  items: [
    {
      id: 7,
      type: 2,
      label: 'note',
      secret: utf8('s'),
      attributes: [
        ['a', '1'],
        ['n', 5],
      ],
    },
    { id: 9, label: null, secret: utf8('') },
  ],
});
/** Magic, version, label: where the fixed fields begin. */
const FIELDS_AT = 20 + 4 + 6;

test('the clear part is read without a password', () => {
  const file = parseV0(bytes);
  assert.equal(file.label, 'Läbel');
  assert.equal(file.created, 1_700_000_000);
  assert.equal(file.modified, 1_700_000_000);
  assert.equal(file.iterations, 1500);
  assert.deepEqual(file.salt, utf8('saltsalt'));
  assert.deepEqual(
    file.items.map(({ id, type }) => [id, type]),
    [
      [7, 2],
      [9, 0],
    ],
  );
  assert.deepEqual(
    file.items[0]?.hashedAttributes,
    new Map<string, string | number>([
      ['a', 'c4ca4238a0b923820dcc509a6f75849b'],
      ['n', 0x18273645 ^ 5 ^ (5 << 16)],
    ]),
  );
  assert.equal(file.sealed.length % 16, 0);
});

test('the file of gnome-keyring is read', () => {
  const file = parseV0(readVector('v0-gnome-keyring').bytes);
  assert.equal(file.label, 'Login');
  assert.deepEqual(
    file.items.map(({ id, type }) => [id, type]),
    [
      [2, 2],
      [3, 0],
      [1, 1],
    ],
  );
});

// @rule file/v0-version
test('foreign, short and other versions are told apart', () => {
  throwsCode('not-a-keyring-file', () => parseV0(new Uint8Array(100)));
  throwsCode('not-a-keyring-file', () => parseV0(bytes.slice(0, 15)));
  for (let at = 16; at < 20; at += 1) {
    throwsCode('unsupported-version', () => parseV0(changed(at, 1)));
    throwsCode('truncated', () => parseV0(bytes.slice(0, at)));
  }
});

test('a file cut anywhere is truncated', () => {
  for (let length = 16; length < bytes.length; length += 1) {
    throwsCode('truncated', () => parseV0(bytes.slice(0, length)));
  }
});

// @rule file/v0-iterations
test('iterations are bounded', () => {
  const at = FIELDS_AT + 16 + 8;
  const withIterations = (count: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, count);
    return copy;
  };
  assert.equal(parseV0(withIterations(1)).iterations, 1);
  assert.equal(parseV0(withIterations(100_000)).iterations, 100_000);
  throwsCode('malformed', () => parseV0(withIterations(0)));
  throwsCode('too-expensive', () => parseV0(withIterations(100_001)));
  throwsCode('too-expensive', () => parseV0(withIterations(0xffff_ffff)));
});

test('an absurd number of items or attributes is refused at once', () => {
  const itemsAt = FIELDS_AT + 16 + 8 + 4 + 8 + 16;
  throwsCode('truncated', () => parseV0(changed(itemsAt, 0x7f)));
  throwsCode('truncated', () => parseV0(changed(itemsAt + 4 + 8, 0x7f)));
  // @rule file/item-limit
  const many = new Uint8Array(itemsAt + 4 + 12 * 100_001);
  many.set(bytes.subarray(0, itemsAt));
  new DataView(many.buffer).setUint32(itemsAt, 100_001);
  throwsCode('too-large', () => parseV0(many));
});

// @rule file/attribute-limit
test('more attributes than a keyring may have are refused before any is made', () => {
  const attributes = new Uint8Array(4 + 12 * 1_000_001);
  const read = (count: number, before?: number): ReadonlyMap<string, V0Value> => {
    new DataView(attributes.buffer).setUint32(0, count);
    return readAttributes(new ByteReader(attributes, 'x'), before);
  };
  assert.equal(read(1_000_000).size, 1);
  throwsCode('too-large', () => read(1_000_001));
  assert.equal(read(2, 999_998).size, 1);
  throwsCode('too-large', () => read(2, 999_999));
});

// @rule file/attribute-limit
test('attributes are counted over all items', () => {
  const itemsAt = FIELDS_AT + 16 + 8 + 4 + 8 + 16;
  const halves = concatBytes(...[500_001, 500_000].map(clearItem));
  const file = concatBytes(bytes.subarray(0, itemsAt), Uint8Array.of(0, 0, 0, 2), halves);
  throwsCode('too-large', () => parseV0(file));
});

/** An item of so many numbers, each under a name of 4 bytes. */
function clearItem(attributes: number): Uint8Array {
  const item = new Uint8Array(12 + 16 * attributes);
  const view = new DataView(item.buffer);
  view.setUint32(8, attributes);
  for (let at = 0; at < attributes; at += 1) {
    view.setUint32(12 + 16 * at, 4);
    // Five bits of the number in each letter.
    for (let byte = 0; byte < 4; byte += 1) {
      item[16 + 16 * at + byte] = 0x40 | ((at >> (5 * byte)) & 0x1f);
    }
    view.setUint32(20 + 16 * at, 1);
  }
  return item;
}

// @rule file/v0-length
test('a length of 2^31 − 1 and more is refused, NULL is empty', () => {
  const reader = (...length: number[]): ByteReader =>
    new ByteReader(Uint8Array.from([...length, 0x61]), 'x');
  throwsCode('malformed', () => readBlob(reader(0x7f, 0xff, 0xff, 0xff)));
  throwsCode('truncated', () => readBlob(reader(0x7f, 0xff, 0xff, 0xfe)));
  throwsCode('malformed', () => readBlob(reader(0xff, 0xff, 0xff, 0xfe)));
  assert.equal(readText(reader(0xff, 0xff, 0xff, 0xff)), '');
  assert.equal(readText(reader(0, 0, 0, 1)), 'a');
});

// @rule file/v0-attribute-type
test('an attribute is text or a number', () => {
  const attribute = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0x61, 0, 0, 0, 2, 0, 0, 0, 0);
  throwsCode('malformed', () => readAttributes(new ByteReader(attribute, 'x')));
  attribute[12] = 1;
  assert.deepEqual(readAttributes(new ByteReader(attribute, 'x')), new Map([['a', 0]]));
});

// @rule file/v0-blocks
test('the sealed part is whole blocks, at least one, to the end of the file', () => {
  throwsCode('malformed', () => parseV0(Uint8Array.from([...bytes, 0])));
  const sealedBytes = parseV0(bytes).sealed.length;
  const at = bytes.length - sealedBytes - 4;
  throwsCode('malformed', () =>
    parseV0(bytes.slice(0, -1).map((byte, i) => (i === at + 3 ? byte - 1 : byte))),
  );
  throwsCode('malformed', () => parseV0(Uint8Array.from([...bytes.subarray(0, at), 0, 0, 0, 0])));
});

test('times are put in order, whichever way round they were written', () => {
  assert.deepEqual(orderTimes(0, 5), { created: 5, modified: 5 });
  assert.deepEqual(orderTimes(5, 0), { created: 5, modified: 5 });
  assert.deepEqual(orderTimes(3, 5), { created: 3, modified: 5 });
  assert.deepEqual(orderTimes(5, 3), { created: 3, modified: 5 });
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(bytes, parseV0);
});

function changed(offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = value;
  return copy;
}
