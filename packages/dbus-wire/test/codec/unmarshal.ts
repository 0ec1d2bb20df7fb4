import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { fromHex } from '../../../../test-fixtures/src/hex.ts';
import { marshalSlowly } from '../../../../test-fixtures/src/slow-reference/marshal.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import type { ByteOrder } from '../../src/types/values.ts';
import { Variant } from '../../src/variant.ts';
import { typedValues } from '../support/arbitrary-values.ts';
import { valueVectors } from '../support/wire-vectors.ts';

const RUNS = process.env['SLOW'] === '1' ? 20_000 : 500;
const ORDERS: readonly ByteOrder[] = ['little', 'big'];

const refusal = (code: string, offset?: number) => (error: unknown) =>
  isWireError(error) && error.code === code && (offset === undefined || error.offset === offset);

// @rule wire/byte-order-64-bit
// @rule wire/double-any-value
test("values of another implementation's bytes, in both byte orders", () => {
  for (const { name, signature, values, little, big } of valueVectors()) {
    assert.deepEqual(unmarshal(signature, little), values, name);
    assert.deepEqual(unmarshal(signature, big, { byteOrder: 'big' }), values, name);
  }
});

test('values that are cut off anywhere are refused, and so is a byte too many', () => {
  for (const { name, signature, little } of valueVectors()) {
    for (let length = 0; length < little.length; length += 1) {
      assert.throws(() => unmarshal(signature, little.subarray(0, length)), isWireError, name);
    }
    const longer = Uint8Array.from([...little, 0]);
    assert.throws(() => unmarshal(signature, longer), refusal('values-trailing-bytes'), name);
  }
});

test('what the slow reference writes is read back, in both byte orders', () => {
  fc.assert(
    fc.property(typedValues, fc.constantFrom(...ORDERS), ({ signature, values }, byteOrder) => {
      const bytes = marshalSlowly(signature, values, byteOrder === 'little');
      assert.deepEqual(unmarshal(signature, bytes, { byteOrder }), values);
    }),
    { numRuns: RUNS },
  );
});

test('bytes are copies; those of one message can share a buffer, those of two cannot', () => {
  const bytes = marshal('ayay', [Uint8Array.of(1, 2, 3), new Uint8Array(200).fill(7)]);
  const [first, second] = unmarshal('ayay', bytes);
  const [other] = unmarshal('ayay', bytes);
  bytes.fill(0);
  assert.notEqual(other.buffer, first.buffer);
  first.fill(9);
  assert.deepEqual([...first], [9, 9, 9]);
  assert.deepEqual([...other], [1, 2, 3]);
  assert.deepEqual(second, new Uint8Array(200).fill(7));
});

test('large data is decoded where it lies, wherever that is', () => {
  const strings = Array.from({ length: 9000 }, (_, i) => `string number ${i} é`);
  const plain = Array.from({ length: 9000 }, (_, i) => `string number ${i}`);
  const encoded = marshal('asasay', [strings, plain, new Uint8Array(70_000).fill(5)]);
  for (const shift of [0, 1, 4]) {
    const holder = new Uint8Array(encoded.length + shift);
    holder.set(encoded, shift);
    const [first, second, third] = unmarshal('asasay', holder.subarray(shift));
    assert.deepEqual(first, strings);
    assert.deepEqual(second, plain);
    assert.equal(third.length, 70_000);
  }
  // The reader is back on its own scratch.
  assert.deepEqual(unmarshal('s', marshal('s', ['after'])), ['after']);
});

test('one long string beside short ones', () => {
  const values = ['short', 'x'.repeat(70_000), 'y'.repeat(65_000), 'short'];
  assert.deepEqual(unmarshal('as', marshal('as', [values])), [values]);
});

test('arrays of numbers become typed arrays when asked for, in both byte orders', () => {
  const arrays = [
    Int16Array.of(-1, 2),
    Uint16Array.of(1, 65535),
    Int32Array.of(-1, 2 ** 31 - 1),
    Uint32Array.of(1, 2 ** 32 - 1),
    Uint32Array.of(7),
    BigInt64Array.of(-1n, 2n ** 63n - 1n),
    BigUint64Array.of(1n, 2n ** 64n - 1n),
    Float64Array.of(-0, 1.5, Number.NaN),
  ] as const;
  for (const byteOrder of ORDERS) {
    const bytes = marshal('anaqaiauahaxatad', arrays, { byteOrder });
    const decoded = unmarshal('anaqaiauahaxatad', bytes, { byteOrder, bulk: 'typed' });
    assert.deepEqual(decoded, arrays);
    for (const array of decoded) assert.equal(array.buffer.byteLength, array.byteLength);
    const lists = unmarshal('anaqaiauahaxatad', bytes, { byteOrder });
    assert.deepEqual(
      lists,
      arrays.map((array) => [...array]),
    );
  }
});

test('typed arrays reach into containers; booleans and strings stay arrays', () => {
  const signature = 'a(aiab)v';
  const bytes = marshal(signature, [[[[1, 2], [true]]], new Variant('ad', [0.5])]);
  assert.deepEqual(unmarshal(signature, bytes, { bulk: 'typed' }), [
    [[Int32Array.of(1, 2), [true]]],
    new Variant('ad', Float64Array.of(0.5)),
  ]);
});

// @rule wire/dict-duplicate-keys
test('of a key that comes twice the last value stays', () => {
  const bytes = marshal('a{sy}', [
    [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ],
  ]);
  assert.deepEqual(unmarshal('a{sy}', bytes), [
    new Map([
      ['a', 3],
      ['b', 2],
    ]),
  ]);
});

test('a dictionary is a Map: no key of it can reach a prototype', () => {
  const keys = ['__proto__', 'constructor', 'toString'];
  const bytes = marshal('a{sy}', [new Map(keys.map((key, i) => [key, i]))]);
  const [map] = unmarshal('a{sy}', bytes);
  assert.ok(map instanceof Map);
  assert.deepEqual([...map.keys()], keys);
});

test('values that repeat, and values that nearly do, stay what they are', () => {
  const records = Array.from({ length: 60 }, (_, i) => [
    `/org/freedesktop/secrets/collection/login/${i % 7}`,
    i % 3 === 0 ? 'text/plain; charset=utf8' : `text/plain; charset=utf${i % 10}`,
    Uint8Array.of(i),
    new Variant('s', i % 2 === 0 ? 'org.freedesktop.Secret.Generic' : `${'é'.repeat(i)}`),
  ]);
  for (const byteOrder of ORDERS) {
    const bytes = marshalSlowly('a(osayv)', [records], byteOrder === 'little');
    assert.deepEqual(unmarshal('a(osayv)', bytes, { byteOrder }), [records]);
  }
});

// @rule wire/signature-not-single
test('a variant holds exactly one complete type', () => {
  assert.throws(() => unmarshal('v', fromHex('0000')), refusal('signature-not-single', 0));
  assert.throws(() => unmarshal('v', fromHex('0279790001020000')), refusal('signature-not-single'));
  assert.throws(() => unmarshal('v', fromHex('017a0001')), refusal('signature-type-unknown', 1));
});

test('the depth of variants ends at 64, and the reader is none the worse for a refusal', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 7;
    let code = 'y';
    for (let i = 0; i < depth; i += 1) {
      value = new Variant(code, value);
      code = 'v';
    }
    return value;
  };
  const tooDeep = marshalSlowly('v', [nested(65)], true);
  // @rule wire/depth-exceeded
  assert.throws(() => unmarshal('v', tooDeep), refusal('depth-exceeded'));
  assert.deepEqual(unmarshal('v', marshalSlowly('v', [nested(64)], true)), [nested(64)]);
});

test('many different signatures do not pile up', () => {
  for (let i = 0; i < 3000; i += 1) {
    const signature = `(${'y'.repeat(1 + (i % 50))}${'ai'.repeat(i % 7)}${'s'.repeat(i % 11)})`;
    const fields = [...signature.slice(1, -1).replaceAll('ai', 'A')].map((code) =>
      code === 'y' ? 1 : code === 's' ? 'x' : [2],
    );
    assert.deepEqual(unmarshal(signature, marshal(signature, [fields])), [fields]);
  }
});

// @rule wire/depth-of-fixed-arrays
test('an array of fixed elements may stand at the deepest level, one of others may not', () => {
  const nested = (levels: number, signature: string, value: unknown): Variant =>
    levels === 1
      ? new Variant(signature, value)
      : new Variant('v', nested(levels - 1, signature, value));
  const bytes = marshal('v', [nested(64, 'ai', [1])]);
  assert.doesNotThrow(() => unmarshal('v', bytes));
  const code = bytes.lastIndexOf(0x69, bytes.length - 9);
  for (const [element, isAccepted] of [
    ['b', true],
    ['u', true],
    ['v', false],
  ] as const) {
    bytes[code] = element.charCodeAt(0);
    if (isAccepted) assert.doesNotThrow(() => unmarshal('v', bytes), element);
    else assert.throws(() => unmarshal('v', bytes), /depth-exceeded/, element);
  }
});
