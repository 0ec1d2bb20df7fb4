/**
 * Arrays of numbers: they go through typed arrays, which are copied whole where the byte order is
 * the machine's own and turned over element by element where it is not.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#container-types
 */
import { MAX_ARRAY_BYTES } from './limits.ts';
import type { Reader } from './reader.ts';
import type { BasicCode } from './signature.ts';
import { wrongType } from './text-writer.ts';
import type { Writer } from './writer.ts';

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
  new (source: ArrayBuffer | number): NumericArray;
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

/** Tells whether arrays of a type can be typed arrays. */
export function isNumeric(code: BasicCode): code is NumericCode {
  return code in NUMERIC_ARRAYS;
}

/** Whether this machine stores the least significant byte first. */
export const isLittleEndianHost: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** The numbers from the position to `end`, checked to be there, in a buffer of their own. */
export function readNumbers(r: Reader, code: NumericCode, end: number): NumericArray {
  const typedArray = NUMERIC_ARRAYS[code];
  const copy = r.plain.slice(r.pos, end);
  r.pos = end;
  if (r.little !== isLittleEndianHost) swapElements(copy, typedArray.BYTES_PER_ELEMENT);
  return new typedArray(copy.buffer);
}

/** The same numbers as a list. */
export function listOf(array: NumericArray): unknown[] {
  const { length } = array;
  // Of its size from the start, and by a loop: `Array.from` takes six times as long.
  const list = new Array<unknown>(length);
  for (let i = 0; i < length; i += 1) list[i] = array[i];
  return list;
}

/** Writes the elements at the position, which is aligned for them. */
export function writeNumbers(w: Writer, code: NumericCode, value: unknown): void {
  const typedArray = NUMERIC_ARRAYS[code];
  const array = value instanceof typedArray ? value : checkedArray(code, value);
  const { buffer, byteOffset, byteLength } = array;
  // @rule wire/array-too-long dbus#message-protocol-marshaling
  if (byteLength > MAX_ARRAY_BYTES) throw w.fault('array-too-long');
  w.reserve(byteLength);
  const { plain, pos } = w;
  plain.set(new Uint8Array(buffer, byteOffset, byteLength), pos);
  w.pos = pos + byteLength;
  if (w.little !== isLittleEndianHost) {
    swapElements(plain.subarray(pos, w.pos), typedArray.BYTES_PER_ELEMENT);
  }
}

/** A typed array of the values, each of which has to come out of it as it went in. */
function checkedArray(code: NumericCode, values: unknown): NumericArray {
  if (!isList(values)) throw wrongType(`a${code}`, 'an array or a typed array', values);
  const { length } = values;
  const expected = code === 'x' || code === 't' ? 'bigint' : 'number';
  const array = new NUMERIC_ARRAYS[code](length);
  const elements: Record<number, unknown> = array;
  // By a loop: made from a list at once, a typed array takes ten times as long.
  for (let i = 0; i < length; i += 1) {
    const value = values[i];
    if (typeof value !== expected) {
      throw wrongType(`a${code}`, `a ${expected} as element ${i}`, value);
    }
    elements[i] = value;
    // Every double fits, and one of them is not even equal to itself.
    if (elements[i] !== value && code !== 'd') {
      throw new RangeError(
        `marshal "a${code}": expected element ${i} to fit, got one out of range`,
      );
    }
  }
  return array;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Reverses the bytes of each element. */
export function swapElements(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
