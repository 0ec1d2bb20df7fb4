/**
 * Whether a peer wrote and read a workload rightly. Header fields may come in any order, the sender
 * may be missing (the bus sets it, so one peer never writes it), and flags of a reply say nothing
 * (one peer marks it as needing no reply itself); the body is compared byte by byte. Values are compared after each library's own containers were turned into plain lists.
 */
import assert from 'node:assert/strict';
import { TypedValue, type WorkloadMessage } from './workloads.ts';

const TYPE_AT = 1;
const FLAGS_AT = 2;
const METHOD_RETURN = 2;
const SENDER_FIELD = '\x07';

/** Throws when the two messages differ in more than the order of their header fields. */
export function assertSameMessage(actual: Uint8Array, expected: Uint8Array): void {
  const [one, other] = [split(actual), split(expected)];
  if (one.fixed[TYPE_AT] === METHOD_RETURN) one.fixed[FLAGS_AT] = other.fixed[FLAGS_AT] ?? 0;
  assert.equal(one.fixed.toString('hex'), other.fixed.toString('hex'), 'start of the header');
  const hasSender = one.fields.some((field) => field.startsWith(SENDER_FIELD));
  const wanted = other.fields.filter((field) => hasSender || !field.startsWith(SENDER_FIELD));
  assert.deepEqual(one.fields, wanted, 'header fields');
  assert.ok(Buffer.compare(one.body, other.body) === 0, 'the same body');
}

/** Throws when decoded values are not those of the workload. */
export function assertSameValues(actual: readonly unknown[], message: WorkloadMessage): void {
  assert.equal(render(actual), render(message.body), 'the same values');
}

function split(message: Uint8Array): { fixed: Buffer; fields: string[]; body: Buffer } {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const end = 16 + bytes.readUInt32LE(12);
  const fields: string[] = [];
  for (let at = 16; at < end; ) {
    const start = at;
    const type = String.fromCharCode(bytes.readUInt8(at + 2));
    const valueAt = at + 4;
    if (type === 'u') at = valueAt + 4;
    else if (type === 'g') at = valueAt + bytes.readUInt8(valueAt) + 2;
    else at = valueAt + 4 + bytes.readUInt32LE(valueAt) + 1;
    fields.push(bytes.toString('latin1', start, at));
    at = (at + 7) & ~7;
  }
  return {
    fixed: bytes.subarray(0, 12),
    fields: fields.sort(),
    body: bytes.subarray((end + 7) & ~7),
  };
}

/** One line of text for a value, whatever stands for a dictionary, a variant or bytes in it. */
function render(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    if (isNumberArray(value)) return `[${Array.from<number | bigint>(value)}]`;
    if (isTyped(value)) return render(value.value);
    if (Array.isArray(value) || value instanceof Map) return `[${[...value].map(render)}]`;
    return `[${Object.entries(value).map(render)}]`;
  }
  return typeof value === 'bigint' || typeof value === 'number'
    ? `${value}`
    : JSON.stringify(value);
}

function isNumberArray(value: object): value is Int32Array | Float64Array | BigInt64Array | Buffer {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isTyped(value: object): value is TypedValue {
  return value instanceof TypedValue || ('signature' in value && 'value' in value);
}
