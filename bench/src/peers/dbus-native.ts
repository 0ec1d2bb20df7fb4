/**
 * dbus-native 0.16.1. Its manifest asks for Node 22.12; its code loads and works on Node 20 too,
 * and is measured on the same Node as everything else.
 */
import { createRequire } from 'node:module';
import { TypedValue, type WorkloadMessage } from '../workloads.ts';
import {
  GET_ID,
  MessageSource,
  type PeerConnection,
  type PeerLibrary,
  type PreparedMessage,
  type ReadableMessage,
} from './peer.ts';

interface Bus {
  readonly connection: {
    end(): void;
    once(event: string, listener: (fault?: Error) => void): void;
  };
  invoke(message: object, callback: (fault: unknown, id: unknown) => void): void;
}

interface Codec {
  marshall(message: object): Buffer;
  unmarshalMessages(
    stream: ReadableMessage,
    onMessage: (message: { body?: readonly unknown[] }) => void,
    options: object,
    onError: (fault: Error) => void,
  ): void;
}

const TYPE_CODE = { method_call: 1, method_return: 2 } as const;
const require = createRequire(import.meta.url);

export function loadDbusNative(): PeerLibrary {
  const library: { sessionBus(options: object): Bus } = require('dbus-native');
  const codec: Codec = require('dbus-native/lib/message.js');
  const manifest: { version: string } = require('dbus-native/package.json');
  return {
    version: manifest.version,
    prepare: (message) => prepare(codec, message),
    connect: (address) => connect(library.sessionBus({ busAddress: address })),
  };
}

function prepare(codec: Codec, message: WorkloadMessage): PreparedMessage {
  const source = new MessageSource();
  let last: readonly unknown[] = [];
  codec.unmarshalMessages(
    source,
    (read) => {
      last = read.body ?? [];
    },
    {},
    (fault) => {
      throw fault;
    },
  );
  const native = {
    ...message,
    type: TYPE_CODE[message.type],
    body: message.body.map(toLibrary),
  };
  return {
    encode: () => codec.marshall(native),
    decode: (bytes) => {
      source.feed(bytes);
      return last;
    },
  };
}

/** Its explicit forms: pairs for a dictionary, [signature, value] for a variant. */
function toLibrary(value: unknown): unknown {
  if (value instanceof TypedValue) return [value.signature, toLibrary(value.value)];
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Map) return [...value].map(([key, held]) => [key, toLibrary(held)]);
  return Array.isArray(value) ? value.map(toLibrary) : value;
}

async function connect(bus: Bus): Promise<PeerConnection> {
  await new Promise<void>((resolve, reject) => {
    bus.connection.once('connect', () => resolve());
    bus.connection.once('error', reject);
  });
  return {
    getId: () =>
      new Promise((resolve, reject) => {
        bus.invoke({ ...GET_ID }, (fault, id) => (fault ? reject(fault) : resolve(id)));
      }),
    close: () => bus.connection.end(),
  };
}
