/**
 * Reads what a recording proxy saw: SASL lines and message headers, written for plainness and
 * independent of every parser under test. It trusts its input, which a real bus let through.
 *
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
import { Buffer } from 'node:buffer';

export interface RecordedMessage {
  readonly direction: 'out' | 'in';
  readonly type: 'method_call' | 'method_return' | 'error' | 'signal';
  readonly flags: number;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
  readonly body: Uint8Array;
}

export interface RecordedStream {
  /** The SASL lines, without their ends; the client's first has lost its NUL byte. */
  readonly saslLines: readonly string[];
  readonly messages: readonly RecordedMessage[];
}

const TYPES = [undefined, 'method_call', 'method_return', 'error', 'signal'] as const;
const FIELDS = [
  undefined,
  'path',
  'interface',
  'member',
  'errorName',
  'replySerial',
  'destination',
  'sender',
  'signature',
] as const;

/** Splits one direction of one connection; an unfinished message at the end is left out. */
export function readStream(bytes: Uint8Array, direction: 'out' | 'in'): RecordedStream {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const saslLines: string[] = [];
  let offset = direction === 'out' && buffer[0] === 0 ? 1 : 0;
  while (offset < buffer.length && !isAtMessage(buffer, offset, direction, saslLines.at(-1))) {
    const end = buffer.indexOf('\r\n', offset);
    if (end < 0) return { saslLines, messages: [] };
    saslLines.push(buffer.toString('latin1', offset, end));
    offset = end + 2;
  }
  return { saslLines, messages: readMessages(buffer.subarray(offset), direction) };
}

/** The client says BEGIN; no line of the server begins as a message does. */
function isAtMessage(
  buffer: Buffer,
  offset: number,
  direction: 'out' | 'in',
  lastLine: string | undefined,
): boolean {
  const first = String.fromCharCode(buffer[offset] ?? 0);
  return direction === 'out' ? lastLine === 'BEGIN' : first === 'l' || first === 'B';
}

function readMessages(buffer: Buffer, direction: 'out' | 'in'): RecordedMessage[] {
  const messages: RecordedMessage[] = [];
  let rest = buffer;
  while (rest.length >= 16) {
    const isLittle = rest[0] === 0x6c;
    const uint32 = (at: number): number =>
      isLittle ? rest.readUInt32LE(at) : rest.readUInt32BE(at);
    const bodyStart = align(16 + uint32(12), 8);
    const end = bodyStart + uint32(4);
    if (end > rest.length) break;
    messages.push({
      direction,
      type: TYPES[rest.readUInt8(1)] ?? 'signal',
      flags: rest.readUInt8(2),
      serial: uint32(8),
      ...readFields(rest, 16 + uint32(12), uint32),
      body: new Uint8Array(rest.subarray(bodyStart, end)),
    });
    rest = rest.subarray(end);
  }
  return messages;
}

/** `a(yv)`, whose variants hold `s`, `o`, `g` or `u` only. */
function readFields(
  buffer: Buffer,
  end: number,
  uint32: (at: number) => number,
): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  let at = 16;
  while (at < end) {
    at = align(at, 8);
    const name = FIELDS[buffer.readUInt8(at)];
    const type = String.fromCharCode(buffer.readUInt8(at + 2)); // after the signature's length, 1
    at += 4;
    let value: string | number;
    if (type === 'u') {
      value = uint32(align(at, 4));
      at = align(at, 4) + 4;
    } else {
      const start = type === 'g' ? at + 1 : align(at, 4) + 4;
      const length = type === 'g' ? buffer.readUInt8(at) : uint32(align(at, 4));
      value = buffer.toString('utf8', start, start + length);
      at = start + length + 1;
    }
    if (name !== undefined) fields[name] = value;
  }
  return fields;
}

function align(offset: number, boundary: number): number {
  return Math.ceil(offset / boundary) * boundary;
}
