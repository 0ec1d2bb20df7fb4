// A connection whose daemon is a script: for faults that no real daemon can be made to show at will.
// It is never the proof of the protocol; that is in test-integration/, on the real daemons.

import assert from 'node:assert/strict';
import {
  type CallOptions,
  ConnectionError,
  DBusErrorReply,
  decodeMessage,
  encodeMessage,
  type MatchRule,
  type Message,
  type MessageInit,
  type OwnerChange,
  Variant,
} from '@keywire/dbus-wire';
import type { OwnConnection } from '../../src/daemon/bus-links.ts';
import type { BusSignals, BusWatch } from '../../src/index.ts';
import type { Clock } from '../../src/io/clock.ts';

/** What a call is answered with: values and their signature, or an error. */
export type Answer = readonly [signature: string, ...body: unknown[]] | Error;

/** Answers one member; may answer later, or never. */
export type Script = (call: CallOptions) => Answer | Promise<Answer>;

export const OWNER = ':1.5';
export const SERVICE = '/org/freedesktop/secrets';
export const COLLECTION = `${SERVICE}/collection/one`;
export const ITEM = `${COLLECTION}/1`;
export const PROMPT = `${SERVICE}/prompt/p1`;

/** An error reply. */
export function errorReply(name: string, text?: string): DBusErrorReply {
  const full = name.includes('.') ? name : `org.freedesktop.DBus.Error.${name}`;
  return new DBusErrorReply(full, text, { body: () => (text === undefined ? [] : [text]) });
}

/** A call that is never answered. */
export function never(): Promise<Answer> {
  return new Promise(() => {});
}

/** One unlocked collection, no items, plain sessions, nothing that prompts. */
const DEFAULTS: Readonly<Record<string, Script>> = {
  OpenSession: () => ['vo', new Variant('s', ''), `${SERVICE}/session/x1`],
  SearchItems: (call) => (call.path === SERVICE ? ['aoao', [], []] : ['ao', []]),
  ReadAlias: () => ['o', COLLECTION],
  Unlock: () => ['aoo', [], '/'],
  Lock: () => ['aoo', [], '/'],
  Delete: () => ['o', '/'],
  Prompt: () => [''],
  Dismiss: () => [''],
  Close: () => [''],
  Set: () => [''],
  SetSecret: () => [''],
  SetAlias: () => [''],
  CreateItem: () => ['oo', ITEM, '/'],
  CreateCollection: () => ['oo', COLLECTION, '/'],
  'Get Locked': () => ['v', new Variant('b', false)],
  'Get Label': () => ['v', new Variant('s', 'label')],
  'Get Collections': () => ['v', new Variant('ao', [COLLECTION])],
  'Get Items': () => ['v', new Variant('ao', [])],
};

/** The scripted connection. */
export class ScriptedDaemon implements OwnConnection {
  /** What was called after the greeting. */
  readonly calls: CallOptions[] = [];
  /** Where greetings were sent to. */
  readonly greetings: (string | undefined)[] = [];
  readonly #scripts: Record<string, Script>;
  readonly #streams = new Set<{ rule: MatchRule; queue: Queue<Message> }>();
  readonly #watches = new Set<Queue<OwnerChange>>();
  #owner: string | undefined;
  #pending = new Set<(error: Error) => void>();
  #isGreeted = false;
  isClosed = false;
  /** Whether it keeps the process alive. */
  isRef = true;
  #isOver = false;

  /** `Get` and `Set` can be told apart by property: `'Get Locked'`. */
  constructor(scripts: Readonly<Record<string, Script>> = {}, isRunning = true) {
    this.#scripts = { ...DEFAULTS, ...scripts };
    this.#owner = isRunning ? OWNER : undefined;
  }

  /** What was called, in order; properties with their name. */
  get members(): string[] {
    return this.calls.map(memberOf);
  }

  call(options: CallOptions & { readonly noReply: true }): Promise<undefined>;
  call(options: CallOptions): Promise<Message>;
  async call(options: CallOptions): Promise<Message | undefined> {
    if (this.#isOver) throw over();
    const isForBus = options.destination === 'org.freedesktop.DBus';
    const needsNone = isForBus || (options.noReply === true && options.member !== 'Ping');
    if (!this.#isGreeted && !needsNone) return this.#greet(options);
    this.calls.push(options);
    if (options.signal?.aborted === true) throw abort(options.signal);
    const script = this.#scripts[memberOf(options)] ?? this.#scripts[options.member];
    if (script === undefined) throw errorReply('UnknownMethod', 'not in the script');
    const answer = await this.#orFailure(options, Promise.resolve(options).then(script));
    if (answer instanceof Error) throw answer;
    if (options.noReply === true) return undefined;
    const [signature, ...body] = answer;
    return message({ type: 'method_return', replySerial: 1, signature, body });
  }

  /** Takes the first call to an owner of the name: one that nothing depends on and nobody waits for. */
  #greet(options: CallOptions): undefined {
    const { destination, path, interface: name, member, noReply } = options;
    assert.deepEqual(
      { destination, path, name, member, noReply },
      {
        destination: this.#owner ?? 'org.freedesktop.secrets',
        path: SERVICE,
        name: 'org.freedesktop.DBus.Peer',
        member: 'Ping',
        noReply: true,
      },
    );
    this.#isGreeted = true;
    this.greetings.push(destination);
    return undefined;
  }

  signals(rule: MatchRule): BusSignals {
    if (this.#isOver) throw over();
    const entry = { rule, queue: new Queue<Message>() };
    this.#streams.add(entry);
    return {
      close: () => entry.queue.end(),
      [Symbol.asyncIterator]: () => entry.queue[Symbol.asyncIterator](),
    };
  }

  watchName(): BusWatch {
    if (this.#isOver) throw over();
    const queue = new Queue<OwnerChange>();
    this.#watches.add(queue);
    const owner = (): string | undefined => this.#owner;
    return {
      get owner() {
        return owner();
      },
      call: (options) => this.call({ ...options, destination: this.#owner ?? '' }),
      close: () => queue.end(),
      [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator](),
    };
  }

  ref(): void {
    this.isRef = true;
  }

  unref(): void {
    this.isRef = false;
  }

  /** A wanted end is none that streams end with an error for. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { queue } of this.#streams) queue.end();
    this.disconnect();
  }

  /** Sends a signal to whoever subscribed to its interface and member. */
  signal(init: {
    path: string;
    interface: string;
    member: string;
    signature: string;
    body: unknown[];
  }): void {
    for (const { rule, queue } of this.#streams) {
      if (rule.interface !== undefined && rule.interface !== init.interface) continue;
      if (rule.member !== undefined && rule.member !== init.member) continue;
      queue.push(message({ type: 'signal', ...init }));
    }
  }

  /** Completes a prompt. */
  complete(path: string, isDismissed: boolean, result: Variant): void {
    this.signal({
      path,
      interface: 'org.freedesktop.Secret.Prompt',
      member: 'Completed',
      signature: 'bv',
      body: [isDismissed, result],
    });
  }

  /** Another daemon takes the name, or none; what is under way fails. */
  changeOwner(newOwner: string | undefined): void {
    const oldOwner = this.#owner;
    this.#owner = newOwner;
    this.#isGreeted = false;
    this.#failPending(new ConnectionError('owner-changed', 'the owner changed'));
    for (const queue of this.#watches) queue.push({ oldOwner, newOwner });
  }

  /** The connection ends. */
  disconnect(): void {
    this.#isOver = true;
    this.#failPending(over());
    for (const queue of this.#watches) queue.end(over());
    for (const { queue } of this.#streams) queue.end(over());
  }

  #orFailure(options: CallOptions, answer: Promise<Answer>): Promise<Answer> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      signal?.addEventListener('abort', () => reject(abort(signal)));
      answer.then(resolve, reject).finally(() => this.#pending.delete(reject));
    });
  }

  #failPending(error: Error): void {
    const pending = this.#pending;
    this.#pending = new Set();
    for (const fail of pending) fail(error);
  }
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers = new Set<{ atMs: number; callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

/** Lets everything that is ready run: one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A plain secret as the wire has it. */
export function plainSecret(text: string): readonly [string, Uint8Array, Uint8Array, string] {
  return [`${SERVICE}/session/x1`, new Uint8Array(0), new TextEncoder().encode(text), 'text/plain'];
}

function memberOf(call: CallOptions): string {
  const isProperty =
    call.interface === 'org.freedesktop.DBus.Properties' && call.member !== 'GetAll';
  return isProperty ? `${call.member} ${String(call.body?.[1])}` : call.member;
}

function message(init: Omit<MessageInit, 'serial' | 'sender'>): Message {
  return decodeMessage(encodeMessage({ serial: 7, sender: OWNER, ...init }));
}

function over(): Error {
  return new ConnectionError('disconnected', 'the connection was lost');
}

function abort(signal: AbortSignal): Error {
  return new ConnectionError('aborted', 'aborted by its caller', { cause: signal.reason });
}

class Queue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #wake: (() => void) | undefined;
  #end: { readonly error: Error | undefined } | undefined;

  push(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    for (;;) {
      const [value] = this.#values;
      if (value !== undefined) {
        this.#values.shift();
        yield value;
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return undefined;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
