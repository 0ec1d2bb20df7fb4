/**
 * Following one well-known name: who owns it, calls that are bound to that one owner, and its
 * changes as an async iterable.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-name-owner-changed
 */

import { checkObject } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import { ConnectionError } from '../connection-error.ts';
import { quietly, settleable } from '../settle-quietly.ts';
import type { CallOptions } from './connection-options.ts';
import type { OwnerChange, OwnerListener, TrackedName } from './name-owners.ts';
import { SignalQueue } from './signal-queue.ts';

/** A call through a watch: the destination is the owner. */
export interface OwnerCallOptions extends Omit<CallOptions, 'destination' | 'noReply'> {
  /** The unique name that has to own the name; with any other owner the call is not sent. */
  readonly owner?: string;
}

/** What a watch needs of its connection. */
export interface WatchHost {
  /** Waits as long as a call may take; resolves to the milliseconds that are left of its time. */
  prepare(needed: Promise<void>, options: OwnerCallOptions): Promise<number>;
  /** Sends a call that fails when the name's owner changes. */
  callOwner(options: CallOptions, tracked: TrackedName): Promise<Message>;
  /** The watch is not used any more. */
  forget(watch: NameWatch): void;
}

/** Changes that may wait for a slow reader; older ones are dropped. */
const MAX_QUEUED_CHANGES = 64;

/** A watched name; iterate over it for its changes of owner. */
export class NameWatch implements AsyncIterable<OwnerChange>, AsyncDisposable {
  /** Resolves when the owner, or that there is none, is known; never an unhandled rejection. */
  readonly ready: Promise<void>;
  readonly #tracked: TrackedName;
  readonly #host: WatchHost;
  readonly #settleReady: (error?: Error) => void;
  readonly #listener: OwnerListener = {
    ownerChanged: (change, wasKnown) => {
      this.#settleReady();
      if (wasKnown) for (const queue of this.#queues) queue.push(change);
    },
    fail: (error) => this.end(error),
  };
  readonly #queues = new Set<SignalQueue<OwnerChange>>();
  #isEnded = false;

  constructor(tracked: TrackedName, host: WatchHost) {
    this.#tracked = tracked;
    this.#host = host;
    [this.ready, this.#settleReady] = settleable();
    tracked.listeners.add(this.#listener);
    if (tracked.isKnown) this.#settleReady();
  }

  /** The watched name. */
  get name(): string {
    return this.#tracked.name;
  }

  /** Unique name of the owner; undefined when there is none, or not known before `ready`. */
  get owner(): string | undefined {
    return this.#tracked.owner;
  }

  /**
   * Calls the owner by its unique name, so that nobody who takes the name over can answer. A
   * promise that nobody looks at is never an unhandled rejection.
   *
   * @throws {@link ConnectionError} with code `owner-changed` when the owner changes before the
   * reply or is not `options.owner`, `no-owner` when there is none
   * @throws {@link DBusErrorReply} when the owner answers with an error
   */
  call(options: OwnerCallOptions): Promise<Message> {
    return quietly(this.#call(options));
  }

  async #call(options: OwnerCallOptions): Promise<Message> {
    checkObject('call', options);
    const { owner: expectedOwner, ...call } = options;
    const timeoutMs = this.#tracked.isKnown
      ? call.timeoutMs
      : await this.#host.prepare(this.ready, options);
    const owner = this.#tracked.owner;
    if (this.#isEnded) throw this.#closed();
    if (owner === undefined) {
      throw new ConnectionError('no-owner', `${this.name}: expected an owner, got none`);
    }
    if (expectedOwner !== undefined && expectedOwner !== owner) {
      throw new ConnectionError('owner-changed', `${this.name}: expected the same owner as before`);
    }
    return this.#host.callOwner({ ...call, timeoutMs, destination: owner }, this.#tracked);
  }

  /** Iterates over the changes from now on. */
  [Symbol.asyncIterator](): AsyncIterableIterator<OwnerChange> {
    const queue: SignalQueue<OwnerChange> = new SignalQueue(MAX_QUEUED_CHANGES, () =>
      this.#queues.delete(queue),
    );
    if (this.#isEnded) queue.end(undefined);
    else this.#queues.add(queue);
    return queue;
  }

  /** Stops watching; readers see the end. */
  close(): void {
    this.end(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Ends the watch, for readers with an error when there is one; used by the connection. */
  end(error: Error | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#tracked.listeners.delete(this.#listener);
    this.#settleReady(error ?? this.#closed());
    for (const queue of this.#queues) queue.end(error);
    this.#host.forget(this);
  }

  #closed(): ConnectionError {
    return new ConnectionError('closed', `${this.name}: the watch was closed`);
  }
}
