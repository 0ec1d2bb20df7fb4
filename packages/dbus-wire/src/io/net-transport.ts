/**
 * A transport over node:net: sockets by path, abstract sockets and TCP.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports
 */

import type { Socket } from 'node:net';
import type { Transport, TransportHandlers } from '../transport.ts';
import type { TransportTarget } from '../transport-target.ts';

const NOTHING = new Uint8Array(0);

/** What one read brings at most. */
const READ_BYTES = 65536;

/** Whether the runtime can read into a buffer of ours; the others ignore the option. */
const READS_INTO_BUFFER = !('Bun' in globalThis) && !('Deno' in globalThis);

/**
 * Opens a socket; rejects with the system's error.
 *
 * @param signal closes the socket when it aborts before the connection is made
 */
export async function openSocket(target: TransportTarget, signal: AbortSignal): Promise<Transport> {
  // Taken here, so that a program which only encodes and decodes does not pay for it; and not with
  // an import, which costs as much again in a bundle that is not an ES module.
  const { connect } = process.getBuiltinModule('node:net');
  const reads = READS_INTO_BUFFER ? new BufferedReads() : undefined;
  const options = reads === undefined ? {} : { onread: reads.option() };
  return new Promise((resolve, reject) => {
    const socket =
      target.kind === 'unix'
        ? connect({ path: target.path, ...options })
        : connect({ host: target.host, port: target.port, family: target.family, ...options });
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    const settled = (): void => signal.removeEventListener('abort', abort);
    socket.once('connect', () => {
      settled();
      socket.off('error', reject);
      resolve(new SocketTransport(socket, reads));
    });
    socket.once('error', reject);
    socket.once('close', settled);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Reads that all go into one buffer, which takes a tenth off the time of a call: without them each
 * read makes a buffer and passes through the stream's own queue. A secret that came over a plain
 * session is wiped from the buffer as soon as it was taken in.
 */
class BufferedReads {
  #receive: ((chunk: Uint8Array) => void) | undefined;
  /** What came before anybody listened; nothing more is read until then. */
  #early: Uint8Array | undefined;

  /** The option of `connect` that brings them about. */
  option(): { buffer: Uint8Array; callback: (length: number, buffer: Uint8Array) => boolean } {
    return {
      buffer: new Uint8Array(READ_BYTES),
      callback: (length, buffer) => this.#take(buffer.subarray(0, length)),
    };
  }

  start(socket: Socket, receive: (chunk: Uint8Array) => void): void {
    this.#receive = receive;
    const early = this.#early;
    if (early === undefined) return;
    this.#early = undefined;
    queueMicrotask(() => {
      receive(early);
      early.fill(0);
      socket.resume();
    });
  }

  /** Returns whether to go on reading. */
  #take(chunk: Uint8Array): boolean {
    lend(chunk, this.#receive ?? ((early) => (this.#early = early.slice())));
    return this.#early === undefined;
  }
}

/** Hands a chunk over and wipes it: a secret of a plain session may have come in it. */
function lend(chunk: Uint8Array, receive: (chunk: Uint8Array) => void): void {
  receive(chunk);
  chunk.fill(0);
}

/** A connected socket as a {@link Transport}. */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #reads: BufferedReads | undefined;
  #error: Error | undefined;

  constructor(socket: Socket, reads?: BufferedReads) {
    this.#socket = socket;
    this.#reads = reads;
    socket.setNoDelay(true);
    // From here on an error always has a listener: it can never end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
  }

  start(handlers: TransportHandlers): void {
    const socket = this.#socket;
    if (this.#reads === undefined) socket.on('data', (chunk) => lend(chunk, handlers.received));
    else this.#reads.start(socket, handlers.received);
    socket.on('drain', handlers.drained);
    // The other side has said its last word: what we would still write, nobody reads.
    socket.once('end', () => socket.destroy());
    if (socket.destroyed) queueMicrotask(() => handlers.closed(this.#error));
    else socket.once('close', () => handlers.closed(this.#error));
  }

  write(chunks: readonly Uint8Array[], released?: (chunk: Uint8Array) => void): boolean {
    const socket = this.#socket;
    let isTaken = true;
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) isTaken = socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
    if (released === undefined) return isTaken;
    // Mostly the system takes everything at once. Where it does not, an empty write tells when what
    // came before it was taken; a callback with every write would cost a call three per cent.
    if (socket.writableLength === 0) chunks.forEach(released);
    else socket.write(NOTHING, () => chunks.forEach(released));
    return isTaken;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  end(): void {
    // The other side then ends too. Closing at once, with something of it unread, would reset the
    // stream, and the other side might not get to read our last words.
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  // On a socket that is gone Node would add a listener for a connection that never comes.
  ref(): void {
    if (!this.#socket.destroyed) this.#socket.ref();
  }

  unref(): void {
    if (!this.#socket.destroyed) this.#socket.unref();
  }
}
