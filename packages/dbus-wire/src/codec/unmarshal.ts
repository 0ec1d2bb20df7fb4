/**
 * Values out of bytes. A signature is compiled once into closures that check and decode in one pass:
 * nothing is decoded that was not checked, no second copy of a body stays behind, and no code is
 * generated at run time.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling
 */

import type { ByteOrder, Values, ValuesTyped } from '../types/values.ts';
import { Variant } from '../variant.ts';
import { checkBytes, checkObject, isLittle } from './arguments.ts';
import { BoundedCache } from './bounded-cache.ts';
import { isNumeric, listOf, NUMERIC_ARRAYS, readNumbers } from './fixed-array.ts';
import { MAX_ARRAY_BYTES, MAX_VALUE_DEPTH } from './limits.ts';
import { align, type Reader, reader, take } from './reader.ts';
import { type BasicCode, canHoldSecret, parseSignature, type Type } from './signature.ts';
import {
  readKey,
  readPath,
  readPathKey,
  readSignature,
  readSignatureText,
  readString,
} from './text-reader.ts';

/** How values are decoded. */
export interface DecodeOptions {
  /** `'typed'`: arrays of numbers become typed arrays in buffers of their own. Default: `Array`. */
  readonly bulk?: 'typed' | undefined;
}

/** How {@link unmarshal} reads its bytes. */
export interface UnmarshalOptions extends DecodeOptions {
  /** Default `'little'`. */
  readonly byteOrder?: ByteOrder | undefined;
}

type Read = (r: Reader) => unknown;

/** A compiled signature. */
export interface ReadPlan {
  readonly signature: string;
  readonly reads: readonly Read[];
  readonly canHoldSecret: boolean;
}

const CACHED_PLANS = 128;

const plans = new BoundedCache<ReadPlan>(CACHED_PLANS);

/** The plan of a signature; `at` is where its text lies, for the offset of an error. */
export function readPlan(signature: string, at = 0): ReadPlan {
  return plans.get(signature) ?? plans.set(signature, compilePlan(signature, at));
}

/**
 * Decodes the values of a signature from bytes that hold them and nothing else. Values are copies;
 * short arrays of bytes of one call can lie in one buffer: use the `Uint8Array`, not its `buffer`.
 *
 * @throws {@link WireError} at the first rule that the signature or the bytes break
 */
export function unmarshal<const S extends string>(
  signature: S,
  bytes: Uint8Array,
  options: UnmarshalOptions & { readonly bulk: 'typed' },
): ValuesTyped<S>;
export function unmarshal<const S extends string>(
  signature: S,
  bytes: Uint8Array,
  options?: UnmarshalOptions & { readonly bulk?: undefined },
): Values<S>;
export function unmarshal(
  signature: string,
  bytes: Uint8Array,
  options: UnmarshalOptions = {},
): unknown {
  checkObject('options', options);
  const little = isLittle(options.byteOrder);
  checkBytes('bytes', bytes);
  const plan = readPlan(signature);
  reader.load(bytes, 0, bytes.length, little, options.bulk === 'typed');
  try {
    return readValues(reader, plan);
  } finally {
    reader.unload(plan.canHoldSecret);
  }
}

/** Reads the values of a plan, which must end where the bytes end. */
export function readValues(r: Reader, plan: ReadPlan): unknown[] {
  if (!plan.canHoldSecret) r.shareTo = r.end;
  const values: unknown[] = [];
  for (const read of plan.reads) values.push(read(r));
  // @rule wire/values-trailing-bytes dbus#message-protocol-messages
  if (r.pos !== r.end) throw r.fault('values-trailing-bytes');
  return values;
}

/** Reads a variant; `depth`: the containers around it in the signature that it belongs to. */
export function readVariant(r: Reader, depth: number): Variant {
  const at = r.pos;
  const { signature, reads } = readPlan(readSignatureText(r), at + 1);
  const [read] = reads;
  // @rule wire/signature-not-single dbus#container-types
  if (read === undefined || reads.length > 1) throw r.fault('signature-not-single', at);
  const outer = r.depth;
  r.depth = outer + depth + 1;
  checkDepth(r, 0);
  const value = read(r);
  r.depth = outer;
  return new Variant(signature, value);
}

/** `depth`: the containers of this signature around the values that come next. */
function checkDepth(r: Reader, depth: number): void {
  // Without this rule a short message of nested variants overflows the stack.
  // @rule wire/depth-exceeded dbus#message-protocol-marshaling
  if (r.depth + depth > MAX_VALUE_DEPTH) throw r.fault('depth-exceeded');
}

/** The readers of the basic types. */
const BASIC_READS: Readonly<Record<BasicCode, Read>> = {
  y: (r) => r.view.getUint8(take(r, 1)),
  b: readBoolean,
  n: (r) => r.view.getInt16(take(r, 2), r.little),
  q: (r) => r.view.getUint16(take(r, 2), r.little),
  i: (r) => r.view.getInt32(take(r, 4), r.little),
  u: readUint32,
  // An index says nothing until descriptors are received: whatever it is, it is valid.
  // @rule wire/descriptor-index-unchecked dbus#basic-types
  h: readUint32,
  // @rule wire/byte-order-64-bit dbus#message-protocol-marshaling
  x: (r) => r.view.getBigInt64(take(r, 8), r.little),
  t: (r) => r.view.getBigUint64(take(r, 8), r.little),
  // @rule wire/double-any-value dbus#basic-types
  d: (r) => r.view.getFloat64(take(r, 8), r.little),
  s: readString,
  o: readPath,
  g: readSignature,
};

function compilePlan(signature: string, at: number): ReadPlan {
  const reads = parseSignature(signature, at).map((type) => compile(type, 0));
  return { signature, reads, canHoldSecret: canHoldSecret(signature) };
}

/** `depth`: the containers of this signature around the type. */
function compile(type: Type, depth: number): Read {
  switch (type.kind) {
    case 'basic':
      return BASIC_READS[type.code];
    case 'variant':
      return (r) => readVariant(r, depth);
    case 'struct':
      return compileStruct(type.fields, depth);
    case 'dict':
      return arrayOf(true, 1, compileEntries(type.key, type.value, depth + 2));
    case 'array':
      return compileArray(type.element, depth + 1);
  }
}

function readUint32(r: Reader): number {
  return r.view.getUint32(take(r, 4), r.little);
}

function readBoolean(r: Reader): boolean {
  const value = readUint32(r);
  // @rule wire/boolean-invalid dbus#basic-types
  if (value > 1) throw r.fault('boolean-invalid', r.pos - 4);
  return value === 1;
}

function compileStruct(fields: readonly Type[], depth: number): Read {
  const inner = depth + 1;
  const reads = fields.map((field) => compile(field, inner));
  return (r) => {
    if ((r.pos & 7) !== 0) align(r, 8);
    checkDepth(r, inner);
    const values: unknown[] = [];
    for (const read of reads) values.push(read(r));
    return values;
  };
}

/** Reads the elements of an array, which must end at `end`. */
type ReadElements = (r: Reader, end: number) => unknown;

/** An array: its length in bytes, a multiple of `size`, and the elements. */
function arrayOf(isWide: boolean, size: number, readElements: ReadElements): Read {
  return (r) => {
    const at = take(r, 4);
    const length = r.view.getUint32(at, r.little);
    // @rule wire/array-too-long dbus#message-protocol-marshaling
    if (length > MAX_ARRAY_BYTES) throw r.fault('array-too-long', at);
    // The padding before the first element is there even when there is none, and is not counted.
    // @rule wire/array-padding dbus#message-protocol-marshaling
    if (isWide && (r.pos & 7) !== 0) align(r, 8);
    const end = r.pos + length;
    if (end > r.end) throw r.fault('value-truncated', at);
    // @rule wire/array-length-not-multiple dbus#message-protocol-marshaling
    if (length % size !== 0) throw r.fault('array-length-not-multiple');
    const values = readElements(r, end);
    // @rule wire/array-length-mismatch dbus#message-protocol-marshaling
    if (r.pos !== end) throw r.fault('array-length-mismatch', end);
    return values;
  };
}

/** Texts of one array without bytes in it may share a string, whatever is around them. */
function shareTexts(r: Reader, end: number): void {
  if (r.shareTo < end) r.shareTo = end;
}

function compileEntries(key: BasicCode, value: Type, depth: number): ReadElements {
  const readDictKey = compileKey(key);
  const readDictValue = compile(value, depth);
  const isBasic = value.kind === 'basic';
  return (r, end) => {
    if (isBasic) shareTexts(r, end);
    const map = new Map<unknown, unknown>();
    if (r.pos < end) checkDepth(r, depth);
    while (r.pos < end) {
      if ((r.pos & 7) !== 0) align(r, 8);
      const entryKey = readDictKey(r);
      // A key may come twice; the last one stays.
      // @rule wire/dict-duplicate-keys dbus#container-types
      map.set(entryKey, readDictValue(r));
    }
    return map;
  };
}

/** Keys are likely to come again, in other messages too. */
function compileKey(code: BasicCode): Read {
  if (code === 's') return readKey;
  return code === 'o' ? readPathKey : BASIC_READS[code];
}

function compileArray(element: Type, depth: number): Read {
  if (element.kind === 'basic') {
    const { code } = element;
    if (code === 'y') return arrayOf(false, 1, readBytes);
    if (code === 'b') return arrayOf(false, 4, (r, end) => readList(r, end, readBoolean));
    if (isNumeric(code)) {
      const { BYTES_PER_ELEMENT } = NUMERIC_ARRAYS[code];
      return arrayOf(BYTES_PER_ELEMENT === 8, BYTES_PER_ELEMENT, (r, end) => {
        const array = readNumbers(r, code, end);
        return r.typed ? array : listOf(array);
      });
    }
  }
  const isBasic = element.kind === 'basic';
  const read = compile(element, depth);
  return arrayOf(element.kind === 'struct', 1, (r, end) => {
    if (isBasic) shareTexts(r, end);
    // Elements of fixed size are not counted as a level: libdbus looks at them without descending.
    // @rule wire/depth-of-fixed-arrays dbus#message-protocol-marshaling
    if (r.pos < end) checkDepth(r, depth);
    return readList(r, end, read);
  });
}

function readList(r: Reader, end: number, read: Read): unknown[] {
  const values: unknown[] = [];
  while (r.pos < end) values.push(read(r));
  return values;
}

function readBytes(r: Reader, end: number): Uint8Array {
  const start = r.pos;
  r.pos = end;
  return r.takeBytes(start, end);
}
