/** Random signatures with values that fit them, for fast-check. */
import fc from 'fast-check';
import { Variant } from '../../src/variant.ts';

/** A signature, and one value for each of its types in the form that decoding gives. */
export interface TypedValues {
  readonly signature: string;
  readonly values: readonly unknown[];
}

interface TypeArbitrary {
  readonly code: string;
  readonly value: fc.Arbitrary<unknown>;
}

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
    fc.constantFrom('org.freedesktop.Secret.Generic', 'text/plain', '\u{10ffff}', '\ufeff'),
  )
  .filter((value) => !value.includes('\0'));

const path = fc
  .array(fc.constantFrom('org', 'freedesktop', 'secrets', 'a', '_', '0', 'collection'), {
    maxLength: 6,
  })
  .map((elements) => `/${elements.join('/')}`);

const signature = fc.constantFrom('', 'y', 'a{sv}', '(ii)as', 'aaaay', 'a{o(oayays)}');

const BASIC: readonly TypeArbitrary[] = [
  { code: 'y', value: fc.integer({ min: 0, max: 255 }) },
  { code: 'b', value: fc.boolean() },
  { code: 'n', value: fc.integer({ min: -0x8000, max: 0x7fff }) },
  { code: 'q', value: fc.integer({ min: 0, max: 0xffff }) },
  { code: 'i', value: fc.integer({ min: -0x80000000, max: 0x7fffffff }) },
  { code: 'u', value: fc.integer({ min: 0, max: 0xffffffff }) },
  { code: 'h', value: fc.integer({ min: 0, max: 0xffffffff }) },
  { code: 'x', value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { code: 't', value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { code: 'd', value: fc.double() },
  { code: 's', value: text },
  { code: 'o', value: path },
  { code: 'g', value: signature },
];

const basic = fc.constantFrom(...BASIC);

const { type } = fc.letrec<{ type: TypeArbitrary }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    basic,
    fc.constant({ code: 'ay', value: fc.uint8Array({ maxLength: 90 }) }),
    tie('type').map(arrayOf),
    fc.tuple(basic, tie('type')).map(([key, held]) => dictOf(key, held)),
    fc.array(tie('type'), { minLength: 1, maxLength: 5 }).map(structOf),
    tie('type').map(variantOf),
  ),
}));

/** Signatures of up to four types, with their values. */
export const typedValues: fc.Arbitrary<TypedValues> = fc
  .array(type, { maxLength: 4 })
  .chain((types) =>
    fc
      .tuple(...types.map(({ value }) => value))
      .map((values) => ({ signature: types.map(({ code }) => code).join(''), values })),
  );

function arrayOf({ code, value }: TypeArbitrary): TypeArbitrary {
  const list = fc.array(value, { maxLength: 5 });
  // Bytes come back as a Uint8Array.
  return { code: `a${code}`, value: code === 'y' ? fc.uint8Array({ maxLength: 90 }) : list };
}

function dictOf(key: TypeArbitrary, { code, value }: TypeArbitrary): TypeArbitrary {
  const entries = fc.uniqueArray(fc.tuple(key.value, value), {
    maxLength: 5,
    selector: ([held]) => held,
    comparator: 'SameValueZero',
  });
  return { code: `a{${key.code}${code}}`, value: entries.map((list) => new Map(list)) };
}

function structOf(fields: readonly TypeArbitrary[]): TypeArbitrary {
  return {
    code: `(${fields.map(({ code }) => code).join('')})`,
    value: fc.tuple(...fields.map(({ value }) => value)),
  };
}

function variantOf({ code, value }: TypeArbitrary): TypeArbitrary {
  return { code: 'v', value: value.map((held) => new Variant(code, held)) };
}
