/**
 * Writing arrays of numbers: typed arrays of the element's own type are copied whole where the byte
 * order is the machine's own, everything else goes element by element with its range checked. One
 * loop is written out for each type: a shared one becomes polymorphic and takes twice as long.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#container-types
 */
import {
  isLittleEndianHost,
  NUMERIC_ARRAYS,
  type NumericCode,
  swapElements,
} from './fixed-array.ts';
import { MAX_ARRAY_BYTES } from './limits.ts';
import { wrongType } from './text-writer.ts';
import type { Writer } from './writer.ts';

export type { NumericCode };

/** Writes the elements at the position, which is aligned for them. */
export function writeNumbers(w: Writer, code: NumericCode, value: unknown, little: boolean): void {
  const typedArray = NUMERIC_ARRAYS[code];
  const size = typedArray.BYTES_PER_ELEMENT;
  if (value instanceof typedArray) {
    makeRoom(w, value.byteLength);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    w.plain.set(bytes, w.pos);
    const end = w.pos + bytes.length;
    if (little !== isLittleEndianHost) swapElements(w.plain.subarray(w.pos, end), size);
    w.pos = end;
    return;
  }
  if (!isListOfNumbers(value)) throw wrongType(`a${code}`, 'an array or a typed array', value);
  makeRoom(w, value.length * size);
  const fault = writeEach(w.view, w.pos, code, value, little);
  if (fault >= 0) throw wrongElement(code, fault, value[fault]);
  w.pos += value.length * size;
}

/** Writes each element and returns the index of the first that does not fit, or -1. */
function writeEach(
  view: DataView,
  at: number,
  code: NumericCode,
  values: ArrayLike<unknown>,
  little: boolean,
): number {
  const { length } = values;
  switch (code) {
    case 'n':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'number' || (value << 16) >> 16 !== value) return i;
        view.setInt16(at + i * 2, value, little);
      }
      return -1;
    case 'q':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'number' || (value & 0xffff) !== value) return i;
        view.setUint16(at + i * 2, value, little);
      }
      return -1;
    case 'i':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'number' || (value | 0) !== value) return i;
        view.setInt32(at + i * 4, value, little);
      }
      return -1;
    case 'u':
    case 'h':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'number' || value >>> 0 !== value) return i;
        view.setUint32(at + i * 4, value, little);
      }
      return -1;
    case 'x':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return i;
        view.setBigInt64(at + i * 8, value, little);
      }
      return -1;
    case 't':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) return i;
        view.setBigUint64(at + i * 8, value, little);
      }
      return -1;
    case 'd':
      for (let i = 0; i < length; i += 1) {
        const value = values[i];
        if (typeof value !== 'number') return i;
        view.setFloat64(at + i * 8, value, little);
      }
      return -1;
  }
}

function makeRoom(w: Writer, bytes: number): void {
  // @rule wire/array-too-long dbus#message-protocol-marshaling
  if (bytes > MAX_ARRAY_BYTES) throw w.fault('array-too-long');
  w.reserve(bytes);
}

function isListOfNumbers(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function wrongElement(code: NumericCode, index: number, value: unknown): TypeError | RangeError {
  const expected = code === 'x' || code === 't' ? 'bigint' : 'number';
  return typeof value === expected
    ? new RangeError(`marshal "a${code}": expected element ${index} to fit, got one out of range`)
    : wrongType(`a${code}`, `a ${expected} as element ${index}`, value);
}
