/** What the bench needs of a library that runs in this process: a codec, and a connection to a bus. */
import type { WorkloadMessage } from '../workloads.ts';

export interface PeerLibrary {
  readonly version: string;
  /** Turns a workload into the library's own shape, outside the timed loops. */
  prepare(message: WorkloadMessage): PreparedMessage;
  connect(address: string): Promise<PeerConnection>;
}

export interface PreparedMessage {
  /** Values to the bytes of a whole message. */
  encode(): Uint8Array;
  /** The bytes of a whole message to the values of its body, all of them read. */
  decode(bytes: Uint8Array): readonly unknown[];
}

export interface PeerConnection {
  /** Calls org.freedesktop.DBus.GetId and gives what it returned. */
  getId(): Promise<unknown>;
  close(): void;
}

/** GetId: the call that the daemon answers by itself, so that only the wire is measured. */
export const GET_ID = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'GetId',
} as const;

/** The stream half that the older parsers read from: one message, handed over in two reads. */
export interface ReadableMessage {
  on(event: string, listener: () => void): void;
  read(length: number): Buffer | null;
}

/** Feeds whole messages to a parser that pulls from a stream, with nothing else between them. */
export class MessageSource implements ReadableMessage {
  #onReadable: () => void = () => undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  on(event: string, listener: () => void): void {
    if (event === 'readable') this.#onReadable = listener;
  }

  read(length: number): Buffer | null {
    if (this.#at + length > this.#bytes.length || this.#at === this.#bytes.length) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  feed(bytes: Uint8Array): void {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#onReadable();
  }
}
