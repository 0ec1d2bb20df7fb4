import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { readHeader } from '../../src/codec/header-reader.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { Reader } from '../../src/codec/reader.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import { Variant } from '../../src/variant.ts';

const CALL = { type: 'method_call', serial: 1, path: '/a', member: 'M' } as const;

const refusal = (code: string, offset: number) => (error: unknown) =>
  isWireError(error) && error.code === code && error.offset === offset;

type Field = readonly [code: number, value: Variant];

/** A method call's bytes up to its body, with fields in any order. */
function headerOf(fields: readonly Field[], byteOrder: 'little' | 'big' = 'little'): Uint8Array {
  const mark = byteOrder === 'little' ? 0x6c : 0x42;
  const header = marshal('yyyyuua(yv)', [mark, 1, 0, 1, 0, 7, fields], { byteOrder });
  const padded = new Uint8Array((header.length + 7) & -8);
  padded.set(header);
  return padded;
}

function readerOf(bytes: Uint8Array, little = true): Reader {
  const reader = new Reader();
  reader.load(bytes, 0, bytes.length, little, false);
  return reader;
}

const PATH: Field = [1, new Variant('o', '/a')];
const MEMBER: Field = [3, new Variant('s', 'Ping')];
const UNKNOWN: Field = [77, new Variant('a{sv}', [['k', new Variant('u', 1)]])];

test('fields come in any order and byte order, and the body starts behind the padding', () => {
  for (const byteOrder of ['little', 'big'] as const) {
    for (const fields of [
      [PATH, MEMBER],
      [MEMBER, PATH],
      [UNKNOWN, MEMBER, UNKNOWN, PATH],
    ]) {
      const bytes = headerOf(fields, byteOrder);
      const reader = readerOf(bytes, byteOrder === 'little');
      const { path, member, serial, signature } = readHeader(reader);
      assert.deepEqual([path, member, serial, signature], ['/a', 'Ping', 7, '']);
      assert.equal(reader.pos, bytes.length);
    }
  }
});

test('the body stays with the caller', () => {
  const bytes = encodeMessage({ ...CALL, signature: 'uu', body: [1, 2] });
  const reader = readerOf(bytes);
  const header = readHeader(reader);
  assert.equal(header.plan.signature, 'uu');
  assert.deepEqual(header.body, []);
  assert.equal(reader.pos, bytes.length - 8);
});

test('fields that end in the padding are refused, whatever lay behind the message before', () => {
  // Eight bytes more, so that something is left where the next message ends.
  const longer = encodeMessage({ ...CALL, signature: 't', body: [0x0101_0101_0101_0101n] });
  const { length } = encodeMessage(CALL);
  for (const more of [1, 2, 3]) {
    const bytes = encodeMessage(CALL);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(12, view.getUint32(12, true) + more, true);
    const reader = new Reader();
    reader.load(longer, 0, longer.length, true, false);
    reader.load(bytes, 0, length, true, false);
    assert.throws(() => readHeader(reader), refusal('value-truncated', length));
  }
});

test('a signature that is refused is told by its offset in the message', () => {
  const bytes = encodeMessage({ ...CALL, signature: 'ut', body: [1, 2n] });
  const at = bytes.lastIndexOf(0x75, bytes.length - 17);
  assert.equal(bytes[at - 1], 2);
  bytes[at + 1] = 0x7a;
  const refused = refusal('signature-type-unknown', at + 1);
  assert.throws(() => readHeader(readerOf(bytes)), refused);
});

// @rule wire/header-field-missing
// @rule wire/header-field-duplicate
// @rule wire/header-field-type
// @rule wire/header-field-zero
test('what a header must not be is refused where it is', () => {
  const faults: readonly [string, readonly Field[]][] = [
    ['header-field-missing', [PATH]],
    ['header-field-missing', [MEMBER]],
    ['header-field-duplicate', [PATH, MEMBER, PATH]],
    ['header-field-type', [PATH, [3, new Variant('o', '/b')]]],
    ['header-field-zero', [PATH, MEMBER, [0, new Variant('s', 'a')]]],
  ];
  for (const [code, fields] of faults) {
    const refused = (error: unknown): boolean => isWireError(error) && error.code === code;
    assert.throws(() => readHeader(readerOf(headerOf(fields))), refused, code);
  }
});
