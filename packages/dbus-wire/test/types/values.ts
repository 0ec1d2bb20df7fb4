/**
 * Tests of the types that signature literals give: checked by the compiler, never run. What must be
 * refused is marked with `@ts-expect-error`, which is itself an error where nothing is refused.
 */
import {
  type Inputs,
  marshal,
  unmarshal,
  type Values,
  type ValuesTyped,
  Variant,
} from '../../src/index.ts';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectTrue<_T extends true>(): void {}

// Every basic type, in the order of the specification.
expectTrue<
  Same<
    Values<'ybnqiuxtdsogh'>,
    [
      number,
      boolean,
      number,
      number,
      number,
      number,
      bigint,
      bigint,
      number,
      string,
      string,
      string,
      number,
    ]
  >
>();

// No type at all, and one variant.
expectTrue<Same<Values<''>, []>>();
expectTrue<Same<Values<'v'>, [Variant]>>();

// Containers, and containers of containers.
expectTrue<Same<Values<'as'>, [string[]]>>();
expectTrue<Same<Values<'aas'>, [string[][]]>>();
expectTrue<Same<Values<'ay'>, [Uint8Array<ArrayBuffer>]>>();
expectTrue<Same<Values<'aay'>, [Uint8Array<ArrayBuffer>[]]>>();
expectTrue<Same<Values<'(si)'>, [[string, number]]>>();
expectTrue<Same<Values<'a(si)u'>, [[string, number][], number]>>();
expectTrue<Same<Values<'a{sv}'>, [Map<string, Variant>]>>();
expectTrue<Same<Values<'a{sa{sv}}s'>, [Map<string, Map<string, Variant>>, string]>>();
expectTrue<Same<Values<'((yy)a{u(ss)})'>, [[[number, number], Map<number, [string, string]>]]>>();

// The replies of the Secret Service.
expectTrue<Same<Values<'aoao'>, [string[], string[]]>>();
expectTrue<
  Same<
    Values<'a{o(oayays)}'>,
    [Map<string, [string, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, string]>]
  >
>();

// Arrays of numbers as typed arrays; everything else as before.
expectTrue<
  Same<
    ValuesTyped<'anaqaiauahaxatadabas'>,
    [
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
      Float64Array,
      boolean[],
      string[],
    ]
  >
>();
expectTrue<Same<ValuesTyped<'a{s(aiay)}'>, [Map<string, [Int32Array, Uint8Array<ArrayBuffer>]>]>>();

// What is not known before the program runs is unknown.
expectTrue<Same<Values<string>, unknown[]>>();
expectTrue<Same<Inputs<string>, readonly unknown[]>>();

// What is no signature has no values.
expectTrue<Same<Values<'z'>, never>>();
expectTrue<Same<Values<'a{sv'>, never>>();
expectTrue<Same<Values<'(si'>, never>>();

const bytes = new Uint8Array(0);
expectTrue<Same<ReturnType<typeof decodeDict>, [Map<string, number>]>>();
expectTrue<Same<ReturnType<typeof decodeTyped>, [Float64Array]>>();
expectTrue<Same<ReturnType<typeof decodeAnything>, unknown[]>>();
function decodeDict() {
  return unmarshal('a{su}', bytes);
}
function decodeTyped() {
  return unmarshal('ad', bytes, { bulk: 'typed' });
}
function decodeAnything(signature: string) {
  return unmarshal(signature, bytes);
}

// What values are taken from is wider.
marshal('a{si}', [new Map([['a', 1]])]);
marshal('a{si}', [[['a', 1]]]);
marshal('a{si}', [{ a: 1 }]);
marshal('a{us}', [new Map([[1, 'a']])]);
marshal('ayay', [Uint8Array.of(1), [1, 2]]);
marshal('aiax', [Int32Array.of(1), [1n]]);
marshal('aaiaad', [[Int32Array.of(1), [2]], [Float64Array.of(1)]]);
marshal('(sv)as', [['a', new Variant('u', 1)], ['b']]);
marshal('a(sx)', [[['a', 1n]]]);
marshal('', []);
const anySignature: string = 'u';
marshal(anySignature, [1]);

// @ts-expect-error: a number where a string is expected
marshal('s', [1]);
// @ts-expect-error: 64-bit numbers are bigints
marshal('x', [1]);
// @ts-expect-error: one value too few
marshal('ss', ['a']);
// @ts-expect-error: one value too many
marshal('s', ['a', 'b']);
// @ts-expect-error: a variant needs its signature
marshal('v', ['a']);
// @ts-expect-error: keys that are no text cannot be those of an object
marshal('a{us}', [{ 1: 'a' }]);
// @ts-expect-error: the typed array of another type
marshal('ai', [Float64Array.of(1)]);
// @ts-expect-error: bytes are not text
marshal('ay', ['text']);
// @ts-expect-error: a struct has its number of fields
marshal('(ss)', [['a']]);
// @ts-expect-error: no signature
marshal('a{s', [new Map()]);
