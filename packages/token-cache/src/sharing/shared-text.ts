/**
 * One kept text that many processes read and change. Reads take no lock: they look at the version,
 * and load what is new. Changes are made under the lock, to what was loaded there, and are checked
 * against the loss of the lock right before they are saved.
 */
import type { CrossProcessLock } from '@keywire/file-lock';
import { anySignal, type CallOptions } from '../abort.ts';
import { isPersistenceError } from '../errors.ts';
import type { Persistence } from '../types/persistence.ts';
import { type CacheLockOptions, withCacheLock } from './cache-lock.ts';

/** How a text is used: throws for one that is not whole. */
export type TextParser<Value> = (text: string, location: string) => Value;

/** What was read. */
export interface SharedValue<Value> {
  /** `undefined` when nothing is kept, or an empty text, as other programs leave it. */
  readonly text: string | undefined;
  readonly value: Value;
}

/** A change of a value, by what it returns; `undefined` leaves everything as it is. */
export type Change<Value, Result> = (current: Value) => {
  readonly text: string | undefined;
  readonly result: Result;
};

export class SharedText<Value> {
  readonly persistence: Persistence;
  readonly #lockOptions: CacheLockOptions;
  readonly #parse: TextParser<Value>;
  readonly #empty: () => Value;
  #version: string | undefined;
  #last: SharedValue<Value> | undefined;
  /** How often this object has saved: what was read before a save is old after it. */
  #saves = 0;

  constructor(
    persistence: Persistence,
    options: CacheLockOptions,
    parse: TextParser<Value>,
    empty: () => Value,
  ) {
    const isWhole = [persistence?.load, persistence?.save].every(
      (method) => typeof method === 'function',
    );
    if (!isWhole || typeof persistence.location !== 'string') {
      throw new TypeError('persistence: expected an object with load, save and a location');
    }
    this.persistence = persistence;
    this.#lockOptions = options;
    this.#parse = parse;
    this.#empty = empty;
  }

  /** Reads what is kept now, from memory when the version says that it is the same. */
  async read(options: CallOptions = {}): Promise<SharedValue<Value>> {
    const saves = this.#saves;
    const version = await this.persistence.version();
    if (this.#last !== undefined && version !== undefined && version === this.#version) {
      return this.#last;
    }
    const text = await this.#load(this.#signal(options));
    // @rule token/torn-read keywire#token-cache
    const read = this.#whole(text) ?? (await this.#readLocked(options));
    if (saves !== this.#saves && this.#last !== undefined) return this.#last;
    this.#version = version;
    this.#last = read;
    return read;
  }

  /**
   * Changes what is kept, at once and on top of what every other process has saved.
   *
   * @throws `LockError` with code `lock-lost` when the lock was broken before saving: nothing was
   * saved; or after it, when the change may have been lost
   */
  async update<Result>(change: Change<Value, Result>, options: CallOptions = {}): Promise<Result> {
    const signal = this.#signal(options);
    return this.#locked(signal, async (lock) => {
      const { value } = this.#parsed(await this.#load(signal));
      const { text, result } = change(value);
      if (text === undefined) return result;
      const next = this.#parsed(text);
      // @rule token/lock-lost keywire#token-cache
      await lock.assertHeld();
      await this.persistence.save(text, { signal });
      this.#saves += 1;
      this.#version = undefined;
      this.#last = next;
      return result;
    });
  }

  /** A program that writes in place leaves half a text for a moment, and holds the lock meanwhile. */
  #readLocked(options: CallOptions): Promise<SharedValue<Value>> {
    const signal = this.#signal(options);
    return this.#locked(signal, async () => this.#parsed(await this.#load(signal)));
  }

  #locked<Result>(
    signal: AbortSignal | undefined,
    body: (lock: CrossProcessLock) => Promise<Result>,
  ): Promise<Result> {
    return withCacheLock(this.persistence.location, body, { ...this.#lockOptions, signal });
  }

  /** That of the call, and that of the object. */
  #signal({ signal }: CallOptions): AbortSignal | undefined {
    return anySignal(this.#lockOptions.signal, signal);
  }

  async #load(signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      return await this.persistence.load({ signal });
    } catch (error) {
      if (isPersistenceError(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /** `undefined` for what may be half a text. */
  #whole(text: string | undefined): SharedValue<Value> | undefined {
    if (text === '') return undefined;
    try {
      return this.#parsed(text);
    } catch {
      // Read again under the lock, where its error counts.
      return undefined;
    }
  }

  #parsed(text: string | undefined): SharedValue<Value> {
    if (text === undefined || text === '') return { text: undefined, value: this.#empty() };
    return { text, value: this.#parse(text, this.persistence.location) };
  }
}
