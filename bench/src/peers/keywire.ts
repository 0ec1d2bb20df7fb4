/**
 * Keywire as users get it: the built package. The plain form gives and takes arrays, the typed form
 * typed arrays where a body is one array of numbers.
 */
import { readFileSync } from 'node:fs';
import { TypedValue, type WorkloadMessage } from '../workloads.ts';
import { GET_ID, type PeerConnection, type PeerLibrary, type PreparedMessage } from './peer.ts';

type Wire = typeof import('@keywire/dbus-wire');
type Form = 'plain' | 'typed';

export async function loadKeywire(form: Form): Promise<PeerLibrary> {
  const wire = await import('@keywire/dbus-wire');
  const manifest = new URL('../../../packages/dbus-wire/package.json', import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return {
    version,
    prepare: (message) => prepare(wire, message, form),
    connect: (address) => connect(wire, address),
  };
}

function prepare(wire: Wire, message: WorkloadMessage, form: Form): PreparedMessage {
  const body = message.body.map((value) => toOurs(wire, value));
  const ours = { ...message, body: form === 'typed' ? body.map(toTyped) : body };
  return {
    encode: () => wire.encodeMessage(ours),
    decode:
      form === 'typed'
        ? (bytes) => wire.decodeMessage(bytes, { bulk: 'typed' }).body
        : (bytes) => wire.decodeMessage(bytes).body,
  };
}

function toOurs(wire: Wire, value: unknown): unknown {
  if (value instanceof TypedValue) {
    return new wire.Variant(value.signature, toOurs(wire, value.value));
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, held]) => [key, toOurs(wire, held)]));
  }
  return Array.isArray(value) ? value.map((member) => toOurs(wire, member)) : value;
}

function toTyped(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.every((member) => typeof member === 'bigint')) return BigInt64Array.from(value);
  if (!value.every((member) => typeof member === 'number')) return value;
  return value.every((member) => member === (member | 0))
    ? Int32Array.from(value)
    : Float64Array.from(value);
}

async function connect(wire: Wire, address: string): Promise<PeerConnection> {
  const connection = await wire.connect({ address });
  return {
    getId: async () => (await connection.call(GET_ID)).body[0],
    close: () => {
      void connection.close();
    },
  };
}
