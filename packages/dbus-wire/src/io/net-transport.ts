/**
 * A transport over node:net: sockets by path, abstract sockets and TCP.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports
 */

import { connect, type Socket } from 'node:net';
import type { Transport, TransportHandlers } from '../transport.ts';
import type { TransportTarget } from '../transport-target.ts';

/**
 * Opens a socket; rejects with the system's error.
 *
 * @param signal closes the socket when it aborts before the connection is made
 */
export function openSocket(target: TransportTarget, signal: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket =
      target.kind === 'unix'
        ? connect({ path: target.path })
        : connect({ host: target.host, port: target.port, family: target.family });
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    const settled = (): void => signal.removeEventListener('abort', abort);
    socket.once('connect', () => {
      settled();
      socket.off('error', reject);
      resolve(new SocketTransport(socket));
    });
    socket.once('error', reject);
    socket.once('close', settled);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** A connected socket as a {@link Transport}. */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  #error: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    // From here on an error always has a listener: it can never end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
  }

  start(handlers: TransportHandlers): void {
    const socket = this.#socket;
    socket.on('data', handlers.received);
    socket.on('drain', handlers.drained);
    // The other side has said its last word: what we would still write, nobody reads.
    socket.once('end', () => socket.destroy());
    if (socket.destroyed) queueMicrotask(() => handlers.closed(this.#error));
    else socket.once('close', () => handlers.closed(this.#error));
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    let isTaken = true;
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) isTaken = socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
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
