/**
 * Signals that match one rule, as an async iterable with a bounded queue.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing
 */

import { onAbort } from '../abort-listeners.ts';
import type { Message } from '../codec/message.ts';
import { ConnectionError } from '../connection-error.ts';
import { settleable } from '../settle-quietly.ts';
import { SignalQueue } from './signal-queue.ts';

/** Signals that wait for a slow reader unless told otherwise. */
const DEFAULT_QUEUE_LIMIT = 256;

/** How to receive signals. */
export interface SignalStreamOptions {
  /**
   * Signals that may wait for the reader; beyond that the oldest is dropped. Default 256: one read
   * can bring more.
   */
  readonly queueLimit?: number;
  /** Ends the stream, as `close()` does. */
  readonly signal?: AbortSignal | undefined;
}

/** Signals from the rule's sender; iterate over it once. */
export class SignalStream implements AsyncIterable<Message>, AsyncDisposable {
  /** Resolves when the bus has taken the match rule; never an unhandled rejection. */
  readonly ready: Promise<void>;
  readonly #settleReady: (error?: Error) => void;
  readonly #queue: SignalQueue<Message>;
  #stopAbort: (() => void) | undefined;

  constructor(options: SignalStreamOptions, forget: () => void) {
    this.#queue = new SignalQueue(options.queueLimit ?? DEFAULT_QUEUE_LIMIT, (error) => {
      this.#stopAbort?.();
      this.#settleReady(error ?? new ConnectionError('closed', 'signals: the stream was closed'));
      forget();
    });
    [this.ready, this.#settleReady] = settleable();
  }

  /** Signals that were dropped because the reader was too slow. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  /** Leaving a `for await` loop closes the stream. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    return this.#queue;
  }

  /** Takes no more signals; readers get those that wait, then the end. */
  close(): void {
    this.end(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Ends the stream once a signal aborts, or has; used by the connection. */
  endOn(signal: AbortSignal): void {
    const end = (): void => {
      const options = { cause: signal.reason };
      this.#settleReady(
        new ConnectionError('aborted', 'signals: given up by their caller', options),
      );
      this.close();
    };
    if (signal.aborted) end();
    else this.#stopAbort = onAbort(signal, end);
  }

  /** The bus has taken the rule; used by the connection. */
  acknowledge(): void {
    this.#settleReady();
  }

  /** Takes a signal that matches; used by the connection. */
  push(signal: Message): void {
    this.#queue.push(signal);
  }

  /** Ends the stream, for the reader with an error when there is one; used by the connection. */
  end(error: Error | undefined): void {
    this.#queue.end(error);
  }
}
