/**
 * A slow and plain little-endian marshaller, whose bytes every peer's output is compared with. It
 * validates nothing; the C drivers read its bytes back through the C libraries, which do.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling
 */
import { TypedValue, type WorkloadMessage } from './workloads.ts';

const FIELD = {
  path: [1, 'o'],
  interface: [2, 's'],
  member: [3, 's'],
  replySerial: [5, 'u'],
  destination: [6, 's'],
  sender: [7, 's'],
  signature: [8, 'g'],
} as const;
const TYPE_CODE = { method_call: 1, method_return: 2 } as const;
const FIXED_SIZE: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
};

/** The whole message, header and body. */
export function referenceMessage(message: WorkloadMessage): Uint8Array {
  const body = new Output();
  let rest = message.signature;
  for (const value of message.body) rest = write(body, rest, value);
  const header = new Output();
  header.bytes.push(0x6c, TYPE_CODE[message.type], 0, 1);
  header.number(body.bytes.length, 4);
  header.number(message.serial, 4);
  const fields = Object.entries(FIELD).flatMap(([name, [code, signature]]) => {
    const value = Object.entries(message).find(([key]) => key === name)?.[1];
    return value === undefined || value === '' ? [] : [[code, new TypedValue(signature, value)]];
  });
  write(header, 'a(yv)', fields);
  header.align(8);
  return concat(header.bytes, body.bytes);
}

class Output {
  readonly bytes: number[] = [];

  align(size: number): void {
    while (this.bytes.length % size !== 0) this.bytes.push(0);
  }

  number(value: number | bigint, size: number): void {
    this.align(size);
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    for (let n = 0; n < size; n++, rest >>= 8n) this.bytes.push(Number(rest & 0xffn));
  }

  text(value: string, lengthSize: number): void {
    const utf8 = new TextEncoder().encode(value);
    this.number(utf8.length, lengthSize);
    this.bytes.push(...utf8, 0);
  }
}

/** Writes one value of the first complete type and returns the signature that is left. */
function write(out: Output, signature: string, value: unknown): string {
  const type = signature[0] ?? '';
  const rest = signature.slice(1);
  const size = FIXED_SIZE[type];
  if (type === 'd') out.number(doubleBits(Number(value)), 8);
  else if (size !== undefined) out.number(toInteger(value), size);
  else if (type === 's' || type === 'o') out.text(String(value), 4);
  else if (type === 'g') out.text(String(value), 1);
  else if (type === 'v' && value instanceof TypedValue) {
    out.text(value.signature, 1);
    write(out, value.signature, value.value);
  } else if (type === 'a') return writeArray(out, rest, elementsOf(value));
  else if (type === '(' || type === '{') return writeStruct(out, rest, elementsOf(value));
  else throw new Error(`reference marshal: a type it knows, got ${signature}`);
  return rest;
}

function writeStruct(out: Output, signature: string, members: Iterable<unknown>): string {
  out.align(8);
  let rest = signature;
  for (const member of members) rest = write(out, rest, member);
  return rest.slice(1);
}

function writeArray(out: Output, element: string, values: Iterable<unknown>): string {
  const lengthAt = out.bytes.length + (-out.bytes.length & 3);
  out.number(0, 4);
  out.align(/^[({xtd]/u.test(element) ? 8 : (FIXED_SIZE[element[0] ?? ''] ?? 4));
  const start = out.bytes.length;
  for (const value of values) write(out, element, value);
  const length = new Output();
  length.number(out.bytes.length - start, 4);
  out.bytes.splice(lengthAt, 4, ...length.bytes);
  return element.slice(typeLength(element));
}

/** How many characters the first complete type takes. */
function typeLength(signature: string): number {
  if (signature[0] === 'a') return 1 + typeLength(signature.slice(1));
  if (signature[0] !== '(' && signature[0] !== '{') return 1;
  let end = 1;
  while (signature[end] !== ')' && signature[end] !== '}') end += typeLength(signature.slice(end));
  return end + 1;
}

function elementsOf(value: unknown): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Map || value instanceof Uint8Array) return value;
  throw new Error(`reference marshal: an array or a Map, got ${typeof value}`);
}

function toInteger(value: unknown): number | bigint {
  return typeof value === 'bigint' ? value : Number(value);
}

function doubleBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function concat(first: readonly number[], second: readonly number[]): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
