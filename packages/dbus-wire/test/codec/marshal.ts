import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { marshalSlowly } from '../../../../test-fixtures/src/slow-reference/marshal.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import { withWriter } from '../../src/codec/writer.ts';
import type { ByteOrder } from '../../src/types/values.ts';
import { Variant } from '../../src/variant.ts';
import { typedValues } from '../support/arbitrary-values.ts';
import { valueVectors } from '../support/wire-vectors.ts';

const RUNS = process.env['SLOW'] === '1' ? 20_000 : 500;
const ORDERS: readonly ByteOrder[] = ['little', 'big'];

const refusal = (code: string, offset?: number) => (error: unknown) =>
  isWireError(error) && error.code === code && (offset === undefined || error.offset === offset);

/** An error of ours, that names the type in question. */
const complaint = (name: string, code = '') => ({ name, message: new RegExp(`^marshal "${code}`) });

test('the bytes of another implementation, in both byte orders', () => {
  for (const { name, signature, values, little, big } of valueVectors()) {
    assert.deepEqual(marshal(signature, values), little, name);
    assert.deepEqual(marshal(signature, values, { byteOrder: 'big' }), big, name);
  }
});

test('the same bytes as the slow reference, in both byte orders', () => {
  fc.assert(
    fc.property(typedValues, fc.constantFrom(...ORDERS), ({ signature, values }, byteOrder) => {
      const bytes = marshal(signature, values, { byteOrder });
      assert.deepEqual([...bytes], [...marshalSlowly(signature, values, byteOrder === 'little')]);
    }),
    { numRuns: RUNS },
  );
});

test('dictionaries are taken as Map, entries or plain object', () => {
  const expected = marshal('a{si}', [
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  ]);
  assert.deepEqual(
    marshal('a{si}', [
      [
        ['a', 1],
        ['b', 2],
      ],
    ]),
    expected,
  );
  assert.deepEqual(marshal('a{si}', [{ a: 1, b: 2 }]), expected);
  assert.deepEqual(
    marshal('a{si}', [Object.assign(Object.create(null), { a: 1, b: 2 })]),
    expected,
  );
  const inherited = Object.create({ a: 1 });
  assert.throws(() => marshal('a{si}', [inherited]), TypeError);
  assert.deepEqual(marshal('a{oy}', [{ '/a': 1 }]), marshal('a{oy}', [[['/a', 1]]]));
  assert.deepEqual(marshal('a{gy}', [{ ai: 1 }]), marshal('a{gy}', [[['ai', 1]]]));
});

test('only keys that are text can be those of an object', () => {
  const signature: string = 'a{us}';
  assert.throws(() => marshal(signature, [{ 1: 'a' }]), TypeError);
  assert.throws(() => marshal(signature, [new Date(0)]), TypeError);
});

test('bytes are taken as Uint8Array, Buffer view or numbers', () => {
  const expected = Uint8Array.of(4, 0, 0, 0, 1, 2, 0, 255);
  const holder = Uint8Array.of(9, 1, 2, 0, 255, 9);
  assert.deepEqual(marshal('ay', [holder.subarray(1, 5)]), expected);
  assert.deepEqual(marshal('ay', [[1, 2, 0, 255]]), expected);
});

test('what has bytes in it is in a buffer of its own, and nowhere else', () => {
  const secret = Uint8Array.of(7, 7, 7);
  // What was encoded before, and has no bytes in it, stays.
  withWriter(true, (w) => w.plain.fill(0, w.base));
  const taken = [
    marshal('ay', [secret]),
    marshal('a{sv}', [{ a: new Variant('ay', secret) }]),
    marshal('(oayays)', [['/', [], [7, 7, 7], 'text/plain']]),
  ];
  for (const bytes of taken) assert.equal(bytes.buffer.byteLength, bytes.length);
  assert.throws(() => marshal('ay', [[7, 7, 7, 256]]), RangeError);
  assert.throws(() => marshal('ays', [secret, '\0']), refusal('string-contains-nul'));
  // The second value does not fit where the first one was put.
  assert.equal(marshal('ays', [secret, 'x'.repeat(100_000)]).length, 100_013);
  withWriter(true, (w) => assert.deepEqual([...w.plain.subarray(w.base)].filter(Boolean), []));
});

test('many small values are written whole, however they are grouped', () => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => i % 251);
  const pairs = numbers.map((n, i) => [i, BigInt(n)] as const);
  const structs = 'v'.repeat(200);
  const struct = new Variant(`(${'yt'.repeat(120)})`, pairs.slice(0, 120).flat());
  for (const { signature, values } of [
    { signature: 'a{ut}', values: [new Map(pairs)] },
    { signature: 'a(ut)', values: [pairs.map(([a, b]) => [a, b])] },
    { signature: 'av', values: [numbers.map((n) => new Variant('y', n))] },
    { signature: 'ab', values: [numbers.map((n) => n > 99)] },
    { signature: 'aau', values: [numbers.map((n) => [n])] },
    { signature: structs, values: new Array<Variant>(200).fill(struct) },
  ]) {
    assert.deepEqual(unmarshal(signature, marshal(signature, values)), values, signature);
  }
});

const WRONG_TYPES: readonly (readonly [string, readonly unknown[]])[] = [
  ['y', ['1', null, undefined, 1n, true]],
  ['b', [0, 1, 'true', null]],
  ['n', ['1', 1n]],
  ['q', [{}]],
  ['i', [[]]],
  ['u', [undefined]],
  ['h', ['3']],
  ['x', [1, '1']],
  ['t', [1, null]],
  ['d', [1n, '1.5']],
  ['s', [1, null, undefined, new String('a'), ['a']]],
  ['o', [1, null]],
  ['g', [1, null]],
  ['v', [1, 'text', { signature: 's', value: 'a' }]],
  ['ay', ['text', 5, { length: 1 }]],
  ['ai', ['12', 5, { length: 1 }, new DataView(new ArrayBuffer(4))]],
  ['ax', [[1], [1n, '2']]],
  ['ad', [['1']]],
  ['as', ['text', new Set(['a']), [1]]],
  ['(ss)', ['ab', ['a'], ['a', 'b', 'c'], { 0: 'a', 1: 'b', length: 2 }]],
  ['a{ss}', ['ab', 5, null, [['a']], [['a', 'b', 'c']], ['ab'], new Map([['a', 1]])]],
];

for (const [signature, values] of WRONG_TYPES) {
  test(`"${signature}": a value of the wrong JavaScript type is a TypeError`, () => {
    for (const value of values) {
      assert.throws(() => marshal(signature, [value]), complaint('TypeError'), typeof value);
    }
  });
}

const OUT_OF_RANGE: readonly (readonly [string, readonly unknown[]])[] = [
  ['y', [-1, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY]],
  ['n', [-32769, 32768, 0.5]],
  ['q', [-1, 65536]],
  ['i', [-(2 ** 31) - 1, 2 ** 31]],
  ['u', [-1, 2 ** 32]],
  ['h', [-1, 2 ** 32]],
  ['x', [-(2n ** 63n) - 1n, 2n ** 63n]],
  ['t', [-1n, 2n ** 64n]],
  ['ay', [[256], [1, -1]]],
  ['an', [[32768], [0, -32769]]],
  ['aq', [[65536], [-1]]],
  ['ai', [[2 ** 31], [0.5], new Float64Array([1.5])]],
  ['au', [[2 ** 32], [-1], Int8Array.of(-1)]],
  ['ah', [[-1]]],
  ['ax', [[2n ** 63n], BigUint64Array.of(2n ** 63n)]],
  ['at', [[-1n]]],
];

for (const [signature, values] of OUT_OF_RANGE) {
  test(`"${signature}": a number that does not fit is a RangeError`, () => {
    const code = signature === 'ay' ? 'y' : signature;
    for (const value of values) {
      assert.throws(() => marshal(signature, [value]), complaint('RangeError', code));
    }
  });
}

test('there is room for what follows a variant, however deep and wherever it lies', () => {
  const tail = new Array<bigint>(250).fill(7n);
  let value: Variant = new Variant('t', 1n);
  for (let level = 1; level <= 31; level += 1) {
    value = new Variant(`(v${'t'.repeat(250)})`, [value, ...tail]);
    for (const text of ['', 'x'.repeat(97 * level), 'x'.repeat(28_000 + 97 * level)]) {
      const bytes = marshal('svs', [text, value, text]);
      assert.deepEqual(unmarshal('svs', bytes), [text, value, text], `${level} ${text.length}`);
    }
  }
});

test('the smallest and the largest number of each type are written', () => {
  for (const [signature, min, max] of [
    ['y', 0, 255],
    ['n', -32_768, 32_767],
    ['q', 0, 65_535],
    ['i', -(2 ** 31), 2 ** 31 - 1],
    ['u', 0, 2 ** 32 - 1],
    ['h', 0, 2 ** 32 - 1],
    ['x', -(2n ** 63n), 2n ** 63n - 1n],
    ['t', 0n, 2n ** 64n - 1n],
  ] as const) {
    const twice: string = signature + signature;
    assert.deepEqual(unmarshal(twice, marshal(twice, [min, max])), [min, max], signature);
  }
});

test('errors say nothing of the value', () => {
  const secret = 'hunter2';
  for (const run of [
    () => marshal('ay' as string, [secret]),
    () => marshal('s' as string, [[secret]]),
    () => marshal('s', [`${secret}\0`]),
    () => marshal('o', [secret]),
    () => marshal('a{sy}' as string, [new Map([[secret, secret]])]),
  ]) {
    assert.throws(
      run,
      (error: unknown) => error instanceof Error && !String(error).includes(secret),
    );
  }
});

test('the number of values is that of the types', () => {
  const signature: string = 'yy';
  assert.throws(() => marshal(signature, [1]), TypeError);
  assert.throws(() => marshal(signature, [1, 2, 3]), TypeError);
  assert.deepEqual(marshal('', []), new Uint8Array(0));
});

// @rule wire/string-contains-nul
test('text with a NUL is not written', () => {
  for (const text of ['\0', 'a\0', 'é\0', `${'x'.repeat(40)}\0`, `${'é'.repeat(40)}\0`]) {
    assert.throws(() => marshal('s', [text]), refusal('string-contains-nul'));
    assert.throws(() => marshal('a{sy}', [[[text, 1]]]), refusal('string-contains-nul'));
  }
});

// @rule wire/string-lone-surrogate
test('a lone surrogate is refused, not turned into U+FFFD', () => {
  for (const text of ['\ud800', 'a\udfff', `${'x'.repeat(40)}\ud83d`, '\ude00\ud83d']) {
    assert.throws(() => marshal('s', [text]), refusal('string-lone-surrogate'));
  }
  assert.deepEqual(unmarshal('s', marshal('s', ['\ud83d\ude00'])), ['😀']);
});

// @rule wire/object-path-invalid
test('an object path is checked when written, siblings of a valid one too', () => {
  const parent = '/org/freedesktop/secrets/collection';
  for (const bad of [
    '',
    'a',
    '/a/',
    '//',
    '/a-b',
    '/é',
    `${parent}/`,
    `${parent}/a/`,
    `${parent}/é`,
  ]) {
    assert.throws(() => marshal('o', [bad]), refusal('object-path-invalid'), bad);
    assert.throws(() => marshal('ao', [[`${parent}/x`, bad]]), refusal('object-path-invalid'), bad);
  }
  const good = [
    `${parent}/x`,
    `${parent}/y`,
    `${parent}/x`,
    `${parent}/x/y`,
    parent,
    '/',
    `${parent}/z`,
  ];
  assert.deepEqual(unmarshal('ao', marshal('ao', [good])), [good]);
});

test('a signature is checked when written', () => {
  assert.throws(() => marshal('g', ['a']), refusal('signature-array-incomplete'));
  assert.throws(() => marshal('z' as string, [1]), refusal('signature-type-unknown', 0));
  assert.throws(() => marshal('yg', [1, 'yz']), refusal('signature-type-unknown', 3));
  assert.throws(
    () => marshal('yv', [1, new Variant('yz', 1)]),
    refusal('signature-type-unknown', 3),
  );
  const untyped = Object.assign(new Variant('y', 1), { signature: 5 });
  assert.throws(() => marshal('v', [untyped]), TypeError);
  assert.throws(() => marshal('v', [new Variant('', 1)]), refusal('signature-not-single'));
  assert.throws(() => marshal('v', [new Variant('yy', 1)]), refusal('signature-not-single'));
});

// @rule wire/depth-exceeded
test('values nest 64 deep and no deeper, counted as the decoder counts', () => {
  const nested = (links: number, code: string, value: unknown): Variant => {
    let variant = new Variant(code, value);
    for (let i = 1; i < links; i += 1) variant = new Variant('v', variant);
    return variant;
  };
  const limits: readonly (readonly [string, unknown, number])[] = [
    ['y', 1, 64],
    ['ay', [1], 64],
    ['(y)', [1], 63],
    ['av', [nested(1, 'y', 1)], 62],
    ['as', ['a'], 63],
    ['a{yy}', new Map([[1, 2]]), 62],
  ];
  for (const [code, value, links] of limits) {
    const deepest = nested(links, code, value);
    assert.equal(unmarshal('v', marshal('v', [deepest])).length, 1, code);
    const tooDeep = nested(links + 1, code, value);
    assert.throws(() => marshal('v', [tooDeep]), refusal('depth-exceeded'), code);
    assert.throws(() => unmarshal('v', marshalSlowly('v', [tooDeep], true)), isWireError, code);
  }
  // Nothing is inside an empty container, so it may lie deepest of all.
  for (const [code, value] of [
    ['a(y)', []],
    ['a{yy}', new Map()],
    ['av', []],
    ['as', []],
  ] as const) {
    const deepest = nested(64, code, value);
    assert.equal(unmarshal('v', marshal('v', [deepest])).length, 1, code);
  }
});

test('a value whose getter encodes something does not disturb the message around it', () => {
  const meddler = {
    get b() {
      return marshal('s', ['from inside']).length;
    },
  };
  const bytes = marshal('a{su}', [
    { a: 1, ...Object.defineProperty({}, 'x', {}), b: meddler.b, c: 3 },
  ]);
  assert.deepEqual(unmarshal('a{su}', bytes), [
    new Map([
      ['a', 1],
      ['b', 16],
      ['c', 3],
    ]),
  ]);
  const nested = { a: 1 };
  Object.defineProperty(nested, 'b', { get: () => meddler.b, enumerable: true });
  assert.deepEqual(marshal('a{su}', [nested]), marshal('a{su}', [{ a: 1, b: 16 }]));
});

test('a failed value leaves the encoder as it was', () => {
  assert.throws(() => marshal('ays', [new Uint8Array(100).fill(7), '\0']), isWireError);
  const bytes = marshal('yt', [1, 2n]);
  assert.deepEqual([...bytes], [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
});
