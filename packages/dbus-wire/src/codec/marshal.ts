/**
 * Bytes out of values. A signature is compiled once into closures that check and write; they
 * refuse whatever the decoder would refuse.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling
 */

import type { ByteOrder, Inputs } from '../types/values.ts';
import { Variant } from '../variant.ts';
import { checkObject, isLittle } from './arguments.ts';
import { BoundedCache } from './bounded-cache.ts';
import { isNumeric, NUMERIC_ARRAYS, writeNumbers } from './fixed-array.ts';
import { MAX_ARRAY_BYTES, MAX_VALUE_DEPTH } from './limits.ts';
import { type BasicCode, parseSignature, type Type } from './signature.ts';
import {
  writePath,
  writeSignature,
  writeSignatureText,
  writeString,
  wrongType,
} from './text-writer.ts';
import { pad, put, type Writer, withWriter } from './writer.ts';

/** How {@link marshal} writes its bytes. */
export interface MarshalOptions {
  /** Default `'little'`. */
  readonly byteOrder?: ByteOrder | undefined;
}

type Write = (w: Writer, value: unknown) => void;

/** A compiled signature. */
export interface WritePlan {
  readonly signature: string;
  readonly writes: readonly Write[];
}

const CACHED_PLANS = 128;

const plans = new BoundedCache<WritePlan>(CACHED_PLANS);

/** The plan of a signature; `at` is where its text will lie, for the offset of an error. */
export function writePlan(signature: string, at = 0): WritePlan {
  return plans.get(signature) ?? plans.set(signature, compilePlan(signature, at));
}

/**
 * Encodes the values of a signature.
 *
 * @throws {@link WireError} when a value breaks a rule of the wire format
 * @throws TypeError when a value has the wrong JavaScript type, RangeError when a number does not fit
 */
export function marshal<const S extends string>(
  signature: S,
  values: Inputs<S>,
  options: MarshalOptions = {},
): Uint8Array<ArrayBuffer> {
  checkObject('options', options);
  const little = isLittle(options.byteOrder);
  const plan = writePlan(signature);
  return withWriter(little, (w) => {
    writeValues(w, plan, values);
    return w.take();
  });
}

/** Writes the values of a plan. */
export function writeValues(w: Writer, plan: WritePlan, values: readonly unknown[]): void {
  const { writes } = plan;
  if (!Array.isArray(values) || values.length !== writes.length) {
    throw wrongType(plan.signature, `${writes.length} values in an array`, values);
  }
  let i = 0;
  for (const write of writes) {
    write(w, values[i]);
    i += 1;
  }
}

/** The writers of the basic types. */
const BASIC_WRITES: Readonly<Record<BasicCode, Write>> = {
  y: (w, value) => w.view.setUint8(put(w, 1), integer(value, 'y', 0, 0xff)),
  b: (w, value) => w.view.setUint32(put(w, 4), boolean(value), w.little),
  n: (w, value) => w.view.setInt16(put(w, 2), integer(value, 'n', -0x8000, 0x7fff), w.little),
  q: (w, value) => w.view.setUint16(put(w, 2), integer(value, 'q', 0, 0xffff), w.little),
  i: (w, value) =>
    w.view.setInt32(put(w, 4), integer(value, 'i', -(2 ** 31), 2 ** 31 - 1), w.little),
  u: (w, value) => w.view.setUint32(put(w, 4), integer(value, 'u', 0, 2 ** 32 - 1), w.little),
  h: (w, value) => w.view.setUint32(put(w, 4), integer(value, 'h', 0, 2 ** 32 - 1), w.little),
  x: (w, value) => w.view.setBigInt64(put(w, 8), bigint64(value, 'x'), w.little),
  t: (w, value) => w.view.setBigUint64(put(w, 8), bigint64(value, 't'), w.little),
  d: (w, value) => w.view.setFloat64(put(w, 8), double(value), w.little),
  s: writeString,
  o: writePath,
  g: writeSignature,
};

function compilePlan(signature: string, at: number): WritePlan {
  return { signature, writes: parseSignature(signature, at).map((type) => compile(type, 0)) };
}

/** `depth`: the containers of this signature around the type. */
function compile(type: Type, depth: number): Write {
  switch (type.kind) {
    case 'basic':
      return BASIC_WRITES[type.code];
    case 'variant':
      return (w, value) => writeVariant(w, value, depth);
    case 'struct':
      return compileStruct(type.fields, depth);
    case 'dict':
      return arrayOf(compileEntries(type.key, type.value, depth + 2), true);
    case 'array':
      return compileArray(type.element, depth + 1);
  }
}

/** An integer, checked; `code` is its type, or the name of what has no type of its own. */
export function integer(value: unknown, code: string, min: number, max: number): number {
  if (typeof value !== 'number') throw wrongType(code, 'a number', value);
  if (!Number.isInteger(value) || value < min || value > max) throw outOfRange(code, min, max);
  return value;
}

function bigint64(value: unknown, code: 'x' | 't'): bigint {
  if (typeof value !== 'bigint') throw wrongType(code, 'a bigint', value);
  if (code === 'x') {
    if (BigInt.asIntN(64, value) !== value) throw outOfRange(code, '-2^63', '2^63-1');
  } else if (BigInt.asUintN(64, value) !== value) throw outOfRange(code, 0, '2^64-1');
  return value;
}

function double(value: unknown): number {
  if (typeof value !== 'number') throw wrongType('d', 'a number', value);
  return value;
}

function boolean(value: unknown): 0 | 1 {
  if (typeof value !== 'boolean') throw wrongType('b', 'a boolean', value);
  return value ? 1 : 0;
}

function outOfRange(code: string, min: number | string, max: number | string): RangeError {
  return new RangeError(`marshal "${code}": expected an integer from ${min} to ${max}`);
}

function checkDepth(w: Writer, depth: number): void {
  // @rule wire/depth-exceeded dbus#message-protocol-marshaling
  if (w.depth + depth > MAX_VALUE_DEPTH) throw w.fault('depth-exceeded');
}

function writeVariant(w: Writer, value: unknown, depth: number): void {
  if (!(value instanceof Variant)) throw wrongType('v', 'a Variant', value);
  const { signature } = value;
  const at = w.pos;
  const { writes } = writePlan(signature, at + 1 - w.base);
  const [write] = writes;
  writeSignatureText(w, signature);
  // @rule wire/signature-not-single dbus#container-types
  if (write === undefined || writes.length > 1) throw w.fault('signature-not-single', at);
  const outer = w.depth;
  w.depth = outer + depth + 1;
  checkDepth(w, 0);
  write(w, value.value);
  w.depth = outer;
  // A signature of its own has used up what was free for the one around it.
  w.reserve(0);
}

function compileStruct(fields: readonly Type[], depth: number): Write {
  const inner = depth + 1;
  const writes = fields.map((field) => compile(field, inner));
  return (w, value) => {
    if (!Array.isArray(value) || value.length !== writes.length) {
      throw wrongType('(…)', `an array of ${writes.length} fields`, value);
    }
    checkDepth(w, inner);
    pad(w, 8);
    let i = 0;
    for (const write of writes) {
      write(w, value[i]);
      i += 1;
    }
  };
}

/** An array: its length, which is filled in when its elements are written, and the elements. */
function arrayOf(writeElements: Write, isWide: boolean): Write {
  return (w, value) => {
    const at = put(w, 4);
    const start = isWide ? pad(w, 8) : w.pos;
    writeElements(w, value);
    const length = w.pos - start;
    // @rule wire/array-too-long dbus#message-protocol-marshaling
    if (length > MAX_ARRAY_BYTES) throw w.fault('array-too-long', at);
    w.view.setUint32(at, length, w.little);
  };
}

function compileEntries(key: BasicCode, type: Type, depth: number): Write {
  const writeKey = BASIC_WRITES[key];
  const writeValue = compile(type, depth);
  const hasTextKey = key === 's' || key === 'o' || key === 'g';
  return (w, value) => {
    for (const entry of entriesOf(value, hasTextKey)) {
      if (!Array.isArray(entry) || entry.length !== 2) {
        throw wrongType('{…}', 'an entry of key and value', entry);
      }
      checkDepth(w, depth);
      w.reserve(0);
      pad(w, 8);
      writeKey(w, entry[0]);
      writeValue(w, entry[1]);
    }
  };
}

function entriesOf(value: unknown, hasTextKey: boolean): Iterable<unknown> {
  if (value instanceof Map || Array.isArray(value)) return value;
  if (hasTextKey && isPlainObject(value)) return Object.entries(value);
  throw wrongType('a{…}', 'a Map, entries or a plain object', value);
}

/** An object literal, from this realm or another; not an instance of some class. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function compileArray(element: Type, depth: number): Write {
  if (element.kind === 'basic') {
    const { code } = element;
    if (code === 'y') return writeBytes;
    if (isNumeric(code)) {
      const isWide = NUMERIC_ARRAYS[code].BYTES_PER_ELEMENT === 8;
      return arrayOf((w, value) => writeNumbers(w, code, value), isWide);
    }
  }
  const write = compile(element, depth);
  const writeElements: Write = (w, value) => {
    if (!Array.isArray(value)) throw wrongType('a…', 'an array', value);
    if (value.length > 0) checkDepth(w, depth);
    for (const item of value) {
      w.reserve(0);
      write(w, item);
    }
  };
  return arrayOf(writeElements, element.kind === 'struct');
}

function writeBytes(w: Writer, value: unknown): void {
  if (!(value instanceof Uint8Array || Array.isArray(value))) {
    throw wrongType('ay', 'a Uint8Array or an array of numbers', value);
  }
  const { length } = value;
  if (length > MAX_ARRAY_BYTES) throw w.fault('array-too-long');
  w.reserve(length);
  w.hasBytes = true;
  const at = put(w, 4);
  w.view.setUint32(at, length, w.little);
  const start = w.pos;
  // Before the bytes are written: what lies before the position is wiped, also after a fault.
  w.pos = start + length;
  if (value instanceof Uint8Array) w.plain.set(value, start);
  else for (const [i, byte] of value.entries()) w.plain[start + i] = integer(byte, 'y', 0, 0xff);
}
