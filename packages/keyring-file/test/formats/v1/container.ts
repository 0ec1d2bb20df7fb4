import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { concatBytes } from '../../../src/bytes.ts';
import { encodeV1, parseV1, type V1File } from '../../../src/formats/v1/container.ts';
import {
  formatOffsets,
  formatString,
  joinArray,
  joinPair,
} from '../../../src/formats/v1/gvariant.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { seededBytes } from '../../support/memory-io.ts';
import { readVector } from '../../support/vectors.ts';

const { bytes } = readVector('v1-secret-tool');
const random = seededBytes('v1-container');

const file: V1File = {
  salt: random(32),
  iterations: 100_000,
  modified: 1_700_000_000,
  usageCount: 7,
  items: [{ hashedAttributes: new Map([['name', random(32)]]), blob: random(112) }],
};

test('the file of secret-tool is read, and encoded to the same bytes', () => {
  const parsed = parseV1(bytes);
  assert.equal(parsed.salt.length, 32);
  assert.equal(parsed.iterations, 100_000);
  assert.equal(parsed.usageCount, 3);
  assert.equal(parsed.modified, 1_795_381_471);
  assert.deepEqual(
    parsed.items.map((item) => [...item.hashedAttributes.keys()]),
    [['service', 'user'], ['note', 'service', 'user'], ['a']],
  );
  assert.deepEqual(encodeV1(parsed), bytes);
});

test('files of any size are read back', () => {
  for (const saltBytes of [32, 33, 34, 35, 1024]) {
    for (const count of [0, 1, 3, 400]) {
      const items = Array.from({ length: count }, (_, index) => ({
        hashedAttributes: new Map([[`n${index}`, random(32)]]),
        blob: random(16 + index),
      }));
      const made = { ...file, salt: random(saltBytes), items };
      assert.deepEqual(parseV1(encodeV1(made)), made);
    }
  }
});

// @rule file/item-limit
test('more items than a keyring may have are refused', () => {
  const empty = { hashedAttributes: new Map(), blob: new Uint8Array(0) };
  const many = (count: number): V1File => ({ ...file, items: Array(count).fill(empty) });
  assert.equal(parseV1(encodeV1(many(100_000))).items.length, 100_000);
  throwsCode('too-large', () => parseV1(encodeV1(many(100_001))));
});

// @rule file/attribute-limit
test('more attributes than a keyring may have are refused before any is made', () => {
  // Framing alone: attributes that are empty, and so malformed once they are read.
  const empty = (count: number): Uint8Array =>
    joinPair(formatOffsets(0, Array(count).fill(0)), new Uint8Array(0));
  const sound = joinPair(joinArray([joinPair(formatString('n'), random(32))]), random(64));
  const fileOf = (...items: readonly Uint8Array[]): Uint8Array => {
    const head = encodeV1({ ...file, items: [] }).subarray(0, -1);
    const list = joinArray(items);
    return concatBytes(head, list, formatOffsets(head.length - 18 + list.length, [36]));
  };
  throwsCode('too-large', () => parseV1(fileOf(empty(1_000_001))));
  throwsCode('malformed', () => parseV1(fileOf(empty(1_000_000))));
  throwsCode('too-large', () => parseV1(fileOf(sound, empty(1_000_000))));
  throwsCode('malformed', () => parseV1(fileOf(sound, empty(999_999))));
});

// @rule file/attribute-limit
test('more attributes than could be read again are not written', () => {
  const names = Array.from({ length: 1000 }, (_, at): [string, Uint8Array] => [`${at}`, bytes]);
  const item = { hashedAttributes: new Map(names), blob: bytes };
  throwsCode('too-large', () => encodeV1({ ...file, items: Array(1001).fill(item) }));
});

test('the usage count wraps as the 32-bit number it is', () => {
  assert.equal(parseV1(encodeV1({ ...file, usageCount: 2 ** 32 + 1 })).usageCount, 1);
});

// @rule file/v1-version
test('foreign, short and future files are told apart', () => {
  throwsCode('not-a-keyring-file', () => parseV1(new Uint8Array()));
  throwsCode('not-a-keyring-file', () => parseV1(bytes.slice(0, 15)));
  throwsCode('not-a-keyring-file', () => parseV1(new Uint8Array(600)));
  throwsCode('truncated', () => parseV1(bytes.slice(0, 16)));
  throwsCode('truncated', () => parseV1(bytes.slice(0, 17)));
  throwsCode('unsupported-version', () => parseV1(changed(16, 2)));
  throwsCode('unsupported-version', () => parseV1(changed(17, 1)));
  throwsCode('unsupported-version', () => parseV1(changed(16, 0)));
});

test('a file cut anywhere is refused', () => {
  for (let length = 18; length < bytes.length; length += 1) {
    assert.throws(() => parseV1(bytes.slice(0, length)), { name: 'KeyringFileError' });
  }
});

// @rule file/v1-salt
test('the salt is as long as it says, and neither short nor endless', () => {
  throwsCode('malformed', () => parseV1(changed(18, 31)));
  throwsCode('malformed', () => encodeV1({ ...file, salt: random(31) }));
  throwsCode('malformed', () => encodeV1({ ...file, salt: random(1025) }));
});

// @rule file/v1-iterations
test('iterations are bounded both ways', () => {
  const encode = (iterations: number): Uint8Array => encodeV1({ ...file, iterations });
  assert.equal(parseV1(encode(10_000_000)).iterations, 10_000_000);
  throwsCode('too-weak', () => encode(99_999));
  throwsCode('too-expensive', () => encode(10_000_001));
  throwsCode('too-weak', () => parseV1(changed(54, 0x01)));
  throwsCode('too-expensive', () => parseV1(changed(57, 0xff)));
});

// @rule file/v1-attribute-hash
test('hashed attributes have 32 bytes and one value for each name', () => {
  const withHash = (hash: Uint8Array): V1File => ({
    ...file,
    items: [{ hashedAttributes: new Map([['name', hash]]), blob: random(112) }],
  });
  throwsCode('malformed', () => parseV1(encodeV1(withHash(random(31)))));
  const twice = encodeV1({
    ...file,
    items: [
      {
        hashedAttributes: new Map([
          ['n', random(32)],
          ['m', random(32)],
        ]),
        blob: random(99),
      },
    ],
  });
  twice[twice.indexOf('m'.charCodeAt(0), 58)] = 'n'.charCodeAt(0);
  throwsCode('malformed', () => parseV1(twice));
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(bytes, parseV1);
});

function changed(offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = value;
  return copy;
}
