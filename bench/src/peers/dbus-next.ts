/**
 * dbus-next 0.10.2 and its maintained fork @jellybrick/dbus-next 0.11.3, driven through the
 * functions that their connections send and receive messages with. The fork does not export these,
 * so its file is loaded with one line appended that hands them out.
 */
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { TypedValue, type WorkloadMessage } from '../workloads.ts';
import {
  GET_ID,
  MessageSource,
  type PeerConnection,
  type PeerLibrary,
  type PreparedMessage,
  type ReadableMessage,
} from './peer.ts';

interface LibraryMessage {
  readonly body: readonly unknown[];
}

interface Bus {
  call(message: LibraryMessage): Promise<LibraryMessage>;
  disconnect(): void;
  once(event: 'connect' | 'error', listener: (fault?: Error) => void): void;
}

interface Library {
  readonly Message: new (fields: object) => LibraryMessage;
  readonly Variant: new (signature: string, value: unknown) => unknown;
  sessionBus(options: object): Bus;
}

interface Codec {
  marshallMessage(message: LibraryMessage): readonly [Buffer, unknown];
  messageToJsFmt(message: object): object;
  unmarshalMessages(
    stream: ReadableMessage,
    onMessage: (message: object) => void,
    options: object,
  ): void;
}

const TYPE_CODE = { method_call: 1, method_return: 2 } as const;
const require = createRequire(import.meta.url);

export function loadDbusNext(): PeerLibrary {
  const codec: Codec = {
    ...require('dbus-next/lib/marshall-compat.js'),
    ...require('dbus-next/lib/message.js'),
  };
  return adapt(require('dbus-next'), codec, require('dbus-next/package.json'));
}

export function loadJellybrick(): PeerLibrary {
  const file = path.join(
    path.dirname(require.resolve('@jellybrick/dbus-next/package.json')),
    'dist/index.cjs',
  );
  const source = `${readFileSync(file, 'utf8')}
module.exports.codec = { marshallMessage, messageToJsFmt, unmarshalMessages };`;
  const module = new Module(file);
  Reflect.set(module, 'paths', require.resolve.paths('x'));
  Reflect.get(module, '_compile').call(module, source, file);
  const library: Library & { codec: Codec } = module.exports;
  return adapt(library, library.codec, require('@jellybrick/dbus-next/package.json'));
}

function adapt(library: Library, codec: Codec, manifest: { version: string }): PeerLibrary {
  return {
    version: manifest.version,
    prepare: (message) => prepare(library, codec, message),
    connect: (address) => connect(library, address),
  };
}

function prepare(library: Library, codec: Codec, message: WorkloadMessage): PreparedMessage {
  const source = new MessageSource();
  let last: readonly unknown[] = [];
  codec.unmarshalMessages(
    source,
    (raw) => {
      last = new library.Message(codec.messageToJsFmt(raw)).body;
    },
    {},
  );
  const body = message.body.map((value) => toLibrary(library, value));
  const fields = { ...message, type: TYPE_CODE[message.type] };
  return {
    // Marshalling replaces the body of the message it is given, so each needs a message of its own.
    encode: () => codec.marshallMessage(new library.Message({ ...fields, body }))[0],
    decode: (bytes) => {
      source.feed(bytes);
      return last;
    },
  };
}

function toLibrary(library: Library, value: unknown): unknown {
  if (value instanceof TypedValue) {
    return new library.Variant(value.signature, toLibrary(library, value.value));
  }
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, held]) => [key, toLibrary(library, held)]));
  }
  return Array.isArray(value) ? value.map((member) => toLibrary(library, member)) : value;
}

async function connect(library: Library, address: string): Promise<PeerConnection> {
  const bus = library.sessionBus({ busAddress: address });
  await new Promise<void>((resolve, reject) => {
    bus.once('connect', () => resolve());
    bus.once('error', reject);
  });
  return {
    getId: async () => (await bus.call(new library.Message(GET_ID))).body[0],
    close: () => bus.disconnect(),
  };
}
