/**
 * A transport over node:net: sockets by path, abstract sockets and TCP.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#transports
 */

import type { Socket } from 'node:net';
import { onAbort } from '../abort-listeners.ts';
import type { Transport, TransportHandlers } from '../transport/transport.ts';
import type { TransportTarget } from '../transport/transport-target.ts';
import { WakefulWait } from '../transport/wakeful-wait.ts';

const NOTHING = new Uint8Array(0);

/** What one read brings at most. */
const READ_BYTES = 65536;

/** Deno's turns are so long that a call takes twice its time with them. */
const CAN_STAY_AWAKE = process.versions['deno'] === undefined;

/**
 * Opens a socket, from which nothing is read before it is started; rejects with the system's error.
 *
 * @param signal closes the socket when it aborts before the connection is made
 */
export async function openSocket(target: TransportTarget, signal: AbortSignal): Promise<Transport> {
  // Taken here, so that a program which only encodes and decodes does not pay for it; and not with
  // an import, which costs as much again in a bundle that is not an ES module.
  const { connect } = process.getBuiltinModule('node:net');
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    // Reads that all go into one buffer take a tenth off the time of a call: without them each read
    // makes a buffer and passes through the stream's own queue. Other runtimes ignore the option.
    const onread = {
      buffer: new Uint8Array(READ_BYTES),
      callback: (length: number, buffer: Uint8Array) =>
        socket.emit('data', buffer.subarray(0, length)),
    };
    const socket: Socket =
      target.kind === 'unix'
        ? connect({ path: target.path, onread })
        : connect({ host: target.host, port: target.port, family: target.family, onread });
    socket.pause();
    const settled = onAbort(signal, () => {
      socket.destroy();
      reject(signal.reason);
    });
    socket.once('connect', () => {
      settled();
      resolve(new SocketTransport(socket, CAN_STAY_AWAKE ? new WakefulWait() : undefined));
    });
    socket.once('error', reject);
    socket.once('close', settled);
  });
}

/**
 * A connected socket as a {@link Transport}.
 *
 * @param wait when to stay awake for an answer, for the side that asks
 */
export class SocketTransport implements Transport {
  readonly #socket: Socket;
  readonly #wait: WakefulWait | undefined;
  #isAwake = false;
  #isPaused = false;
  #error: Error | undefined;

  constructor(socket: Socket, wait?: WakefulWait) {
    this.#socket = socket;
    this.#wait = wait;
    socket.setNoDelay(true);
    // From here on an error always has a listener: it can never end the process.
    socket.on('error', (error) => {
      this.#error = error;
    });
  }

  start({ received, drained, closed }: TransportHandlers): void {
    const socket = this.#socket;
    const wait = this.#wait;
    socket.on('data', (chunk) => {
      wait?.received();
      received(chunk);
      // A secret of a plain session may have come in it.
      chunk.fill(0);
    });
    socket.on('drain', drained);
    // The other side has said its last word: what we would still write, nobody reads.
    socket.once('end', () => socket.destroy());
    if (socket.destroyed) queueMicrotask(() => closed(this.#error));
    else socket.once('close', () => closed(this.#error));
    socket.resume();
  }

  write(chunks: readonly Uint8Array[], released?: (chunk: Uint8Array) => void): boolean {
    const socket = this.#socket;
    let isTaken = true;
    if (chunks.length > 1) socket.cork();
    for (const chunk of chunks) isTaken = socket.write(chunk);
    if (chunks.length > 1) socket.uncork();
    this.#stayAwake();
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

  pause(isPaused: boolean): void {
    const socket = this.#socket;
    this.#isPaused = isPaused;
    const obey = () => (this.#isPaused ? socket.pause() : socket.resume());
    obey();
    // A stream that is resumed starts to read in the next tick, whatever it is told in this one.
    process.nextTick(obey);
  }

  end(): void {
    // The other side then ends too. Closing at once, with something of it unread, would reset the
    // stream, and the other side might not get to read our last words.
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  // While an immediate is due, Node looks for what has come and does not sleep.
  #stayAwake(): void {
    if (this.#wait?.sent() !== true || this.#isAwake) return;
    this.#isAwake = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isAwake = this.#wait?.turned() === true;
    if (this.#isAwake) setImmediate(this.#turn);
  };

  // On a socket that is gone Node would add a listener for a connection that never comes.
  ref(): void {
    if (!this.#socket.destroyed) this.#socket.ref();
  }

  unref(): void {
    if (!this.#socket.destroyed) this.#socket.unref();
  }
}
