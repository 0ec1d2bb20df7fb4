/**
 * Arrays of numbers and booleans. One loop is written out for each type: a loop shared by several
 * becomes polymorphic and takes twice as long. Typed arrays are copied whole where the byte order
 * is the machine's own.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#container-types
 */
import type { Reader } from './reader.ts';

/** The codes of the types whose arrays can be typed arrays, without bytes. */
export type NumericCode = 'n' | 'q' | 'i' | 'u' | 'h' | 'x' | 't' | 'd';

/** Any typed array that one of these types can become. */
export type NumericArray =
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float64Array;

interface NumericArrayConstructor {
  new (buffer: ArrayBuffer): NumericArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** The typed array of each type. */
export const NUMERIC_ARRAYS: Readonly<Record<NumericCode, NumericArrayConstructor>> = {
  n: Int16Array,
  q: Uint16Array,
  i: Int32Array,
  u: Uint32Array,
  h: Uint32Array,
  x: BigInt64Array,
  t: BigUint64Array,
  d: Float64Array,
};

/** Whether this machine stores the least significant byte first. */
export const isLittleEndianHost: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The `count` numbers at `at`, whose bytes the caller has checked to be there. */
export function readNumbers(
  r: Reader,
  code: NumericCode,
  at: number,
  count: number,
  little: boolean,
): (number | bigint)[] {
  const { view } = r;
  const out = new Array<number | bigint>(count);
  switch (code) {
    case 'n':
      for (let i = 0; i < count; i += 1) out[i] = view.getInt16(at + i * 2, little);
      break;
    case 'q':
      for (let i = 0; i < count; i += 1) out[i] = view.getUint16(at + i * 2, little);
      break;
    case 'i':
      for (let i = 0; i < count; i += 1) out[i] = view.getInt32(at + i * 4, little);
      break;
    case 'u':
    case 'h':
      for (let i = 0; i < count; i += 1) out[i] = view.getUint32(at + i * 4, little);
      break;
    case 'x':
      for (let i = 0; i < count; i += 1) out[i] = view.getBigInt64(at + i * 8, little);
      break;
    case 't':
      for (let i = 0; i < count; i += 1) out[i] = view.getBigUint64(at + i * 8, little);
      break;
    case 'd':
      for (let i = 0; i < count; i += 1) out[i] = view.getFloat64(at + i * 8, little);
      break;
  }
  return out;
}

/** The same numbers as a typed array in a buffer of its own. */
export function readNumericArray(
  r: Reader,
  code: NumericCode,
  at: number,
  bytes: number,
  little: boolean,
): NumericArray {
  const typedArray = NUMERIC_ARRAYS[code];
  const copy = r.plain.slice(at, at + bytes);
  if (little !== isLittleEndianHost) swapElements(copy, typedArray.BYTES_PER_ELEMENT);
  return new typedArray(copy.buffer);
}

/** Reverses the bytes of each element. */
export function swapElements(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** The `count` booleans at `at`, whose bytes the caller has checked to be there. */
export function readBooleans(r: Reader, at: number, count: number, little: boolean): boolean[] {
  const out = new Array<boolean>(count);
  for (let i = 0; i < count; i += 1) {
    const value = r.view.getUint32(at + i * 4, little);
    // @rule wire/boolean-invalid dbus#basic-types
    if (value > 1) throw r.fault('boolean-invalid', at + i * 4);
    out[i] = value === 1;
  }
  return out;
}
