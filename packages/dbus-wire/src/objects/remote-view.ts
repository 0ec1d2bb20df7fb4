/**
 * Keeping a copy of another program's state: subscribe, load, apply what is signalled, and load
 * again when the name gets another owner. What is signalled while loading is applied afterwards;
 * as the signals end with the loaded state, so does the copy.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-properties
 */

import type { Message } from '../codec/message.ts';
import { isUniqueName } from '../codec/names.ts';
import type { Connection } from '../connection/connection.ts';
import { BUS_NAME } from '../connection/connection-options.ts';
import type { MatchRule } from '../connection/match-rule.ts';
import type { NameWatch } from '../connection/name-watch.ts';
import { SignalQueue } from '../connection/signal-queue.ts';
import type { SignalStream } from '../connection/signal-stream.ts';

/** What is copied, and how. */
export interface RemoteState<C extends object> {
  /** Whose state; left out on a connection without a bus. */
  readonly destination?: string | undefined;
  /** Which signals tell of changes; the sender is added. */
  readonly rules: readonly MatchRule[];
  /** Replaces the copy by the whole state. */
  readonly load: () => Promise<C>;
  /** Applies one signal; undefined when it changes nothing. */
  readonly apply: (signal: Message) => C | undefined;
  /** Empties the copy: the owner is gone. */
  readonly clear: () => C;
}

/** Changes that wait for a slow reader; the copy itself never lags behind. */
const MAX_QUEUED_CHANGES = 256;

/** A copy that keeps up; iterate over it for its changes. */
export class RemoteView<C extends object> implements AsyncIterable<C>, AsyncDisposable {
  /** Resolves when the state is loaded for the first time; never an unhandled rejection. */
  readonly ready: Promise<void>;
  readonly #state: RemoteState<C>;
  readonly #streams: readonly SignalStream[];
  readonly #watch: NameWatch | undefined;
  readonly #queues = new Set<SignalQueue<C>>();
  #end: { readonly error: Error | undefined } | undefined;

  constructor(connection: Connection, state: RemoteState<C>) {
    const { destination } = state;
    this.#state = state;
    const sender = destination === undefined ? {} : { sender: destination };
    this.#streams = state.rules.map((rule) => connection.signals({ ...rule, ...sender }));
    const isName = destination !== undefined && !isUniqueName(destination);
    this.#watch =
      isName && destination !== BUS_NAME ? connection.watchName(destination) : undefined;
    this.ready = this.#run();
    this.ready.catch(() => {});
  }

  /** Iterates over the changes from now on. */
  [Symbol.asyncIterator](): AsyncIterableIterator<C> {
    const queue: SignalQueue<C> = new SignalQueue(MAX_QUEUED_CHANGES, () =>
      this.#queues.delete(queue),
    );
    if (this.#end !== undefined) queue.end(this.#end.error);
    else this.#queues.add(queue);
    return queue;
  }

  /** Stops keeping up; the copy stays as it is. */
  close(): void {
    this.#finish(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #run(): Promise<void> {
    const changes = this.#watch?.[Symbol.asyncIterator]();
    try {
      this.#tell(await this.#state.load());
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    for (const stream of this.#streams) {
      let dropped = 0;
      void this.#follow(stream, async (signal) => {
        const isWhole = stream.dropped === dropped;
        dropped = stream.dropped;
        // More came at once than a stream keeps: what they said, only the whole state tells.
        return isWhole ? this.#state.apply(signal) : this.#reload();
      });
    }
    if (changes !== undefined) {
      void this.#follow(changes, async ({ newOwner }) => {
        // Overtaken by a change that is told next.
        if (newOwner !== this.#watch?.owner) return undefined;
        return newOwner === undefined ? this.#state.clear() : this.#reload();
      });
    }
  }

  /** Nothing comes of it when the owner changes meanwhile: that is told next. */
  async #reload(): Promise<C | undefined> {
    const owner = this.#watch?.owner;
    try {
      return await this.#state.load();
    } catch (error) {
      if (this.#watch?.owner === owner) throw error;
      return undefined;
    }
  }

  async #follow<T>(source: AsyncIterable<T>, take: (entry: T) => Promise<C | undefined>) {
    try {
      for await (const entry of source) this.#tell(await take(entry));
      this.#finish(undefined);
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(change: C | undefined): void {
    if (change === undefined) return;
    for (const queue of this.#queues) queue.push(change);
  }

  #fail(error: unknown): void {
    this.#finish(
      error instanceof Error ? error : new Error('remote state: lost', { cause: error }),
    );
  }

  #finish(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#watch?.close();
    for (const stream of this.#streams) stream.close();
    for (const queue of this.#queues) queue.end(error);
    this.#queues.clear();
  }
}
