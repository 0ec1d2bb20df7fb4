/**
 * A connection to a message bus, or to one other program: calls, replies, signals, names.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages
 *
 * It is made of the parts in the neighbouring files and decides what each received message means,
 * in which order things are written, and how everything ends: it never waits for a reader, and
 * every promise it gave out settles. Longer than its neighbours because it is what users call:
 * half of it says what each method promises.
 */

import { checkSignal, onAbort } from '../abort-listeners.ts';
import {
  atLeast,
  checkFunction,
  checkObject,
  checkOptionNames,
  wrongArgument,
} from '../codec/arguments.ts';
import { encodeMessage } from '../codec/encode-message.ts';
import type { Message, MessageInit } from '../codec/message.ts';
import { MessageParser } from '../codec/message-parser.ts';
import { isBusName } from '../codec/names.ts';
import { isWireError } from '../codec/wire-error.ts';
import { ConnectionError } from '../connection-error.ts';
import { quietly, settleable } from '../settle-quietly.ts';
import type { Dial } from '../transport/dialer.ts';
import { Outbox } from '../transport/outbox.ts';
import type { Clock, Transport } from '../transport/transport.ts';
import { BusDriver, type RequestNameOptions, type RequestNameResult } from './bus-driver.ts';
import { Caller } from './caller.ts';
import {
  answersUnread,
  closedByUs,
  connectedTooLate,
  disconnected,
  givenUp,
  helloFailed,
  helloHungUp,
  protocolBroken,
  traceFailed,
} from './connection-end.ts';
import {
  type CallHandler,
  type CallOptions,
  type ConnectionSettings,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_MAX_PENDING_CALLS,
  DEFAULT_REPLY_TIMEOUT_MS,
  type ExportOptions,
  type SignalOptions,
} from './connection-options.ts';
import { Deadlines } from './deadlines.ts';
import { ExportedPaths } from './exported-paths.ts';
import type { IncomingCalls, MachineIdSource } from './incoming-calls.ts';
import type { MatchRule } from './match-rule.ts';
import { NameOwners } from './name-owners.ts';
import { NameWatch } from './name-watch.ts';
import { SignalRouter } from './signal-router.ts';
import type { SignalStream, SignalStreamOptions } from './signal-stream.ts';
import { type Trace, traceTo } from './trace.ts';

/** What surrounds a connection; src/io/ fills it in. */
export interface ConnectionSurroundings {
  readonly dial: Dial;
  readonly clock: Clock;
  /** False towards one other program: no Hello, no names, no vouched senders. */
  readonly isOnBus: boolean;
  /** Answers Peer.GetMachineId; undefined when this machine has no id. */
  readonly machineId: MachineIdSource;
}

/** How long nothing is read because nothing that we answer is read. */
const STALL_MS = 30_000;

// @rule connection/option-names keywire#bad-input
const SIGNAL_OPTION_NAMES = { queueLimit: true, signal: true } as const;
const NAME_OPTION_NAMES = {
  allowReplacement: true,
  replaceExisting: true,
  queue: true,
  signal: true,
} as const;

/** How long `close()` waits for replies that are still under way. */
const CLOSE_DRAIN_MS = 2_000;

/** An open or opening connection. */
export class Connection implements AsyncDisposable {
  /** Resolves when calls can be answered; rejects as `connect()` would. Never unhandled. */
  readonly ready: Promise<void>;
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #isOnBus: boolean;
  readonly #trace: Trace | undefined;
  readonly #parser: MessageParser;
  readonly #outbox = new Outbox();
  readonly #deadlines: Deadlines;
  readonly #caller: Caller;
  readonly #bus: BusDriver;
  readonly #owners: NameOwners;
  readonly #signals: SignalRouter;
  readonly #exported = new ExportedPaths();
  readonly #machineId: MachineIdSource;
  #incoming: Promise<IncomingCalls> | undefined;
  readonly #watches = new Set<NameWatch>();
  readonly #dialling = new AbortController();
  #transport: Transport | undefined;
  /** `ended`: closing, and the other side has been told that nothing more is written. */
  #state: 'connecting' | 'open' | 'closing' | 'ended' | 'closed' = 'connecting';
  #endReason: ConnectionError | undefined;
  #uniqueName: string | undefined;
  #keepsProcessAlive = true;
  readonly #settleReady: (error?: Error) => void;
  readonly #settleClosed: () => void;

  constructor(surroundings: ConnectionSurroundings, options: ConnectionSettings = {}) {
    const { clock, isOnBus } = surroundings;
    const { maxMessageBytes, signal, trace } = options;
    const timeoutMs = atLeast(0, 'timeoutMs', options.timeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS);
    checkSignal(signal);
    if (trace !== undefined) checkFunction('trace', trace);
    this.#isOnBus = isOnBus;
    this.#trace = trace && traceTo(trace, clock, (error) => this.#end(traceFailed(error)));
    this.#parser = new MessageParser({ maxMessageBytes });
    this.#deadlines = new Deadlines(clock);
    this.#caller = new Caller({
      isOnBus,
      replyTimeoutMs: options.replyTimeoutMs ?? DEFAULT_REPLY_TIMEOUT_MS,
      maxPendingCalls: options.maxPendingCalls ?? DEFAULT_MAX_PENDING_CALLS,
      deadlines: this.#deadlines,
      encode: encodeMessage,
      push: (frame, init) => this.#push(frame, init),
      track: (name) => this.#owners.track(name),
      busyChanged: () => this.#busyChanged(),
    });
    this.#bus = new BusDriver(this.#caller);
    this.#owners = new NameOwners(this.#bus);
    this.#signals = new SignalRouter({
      bus: isOnBus ? this.#bus : undefined,
      owners: this.#owners,
      isUsable: () => this.#isUsable(),
    });
    this.#machineId = surroundings.machineId;
    [this.ready, this.#settleReady] = settleable();
    [this.closed, this.#settleClosed] = settleable();
    this.#start(surroundings.dial, timeoutMs, signal);
  }

  /** The name that the bus gave us; undefined before `ready`, and without a bus. */
  get uniqueName(): string | undefined {
    return this.#uniqueName;
  }

  /** Why the connection is over; undefined while it is not. */
  get endReason(): ConnectionError | undefined {
    return this.#endReason;
  }

  /** Calls that wait for a reply. */
  get pendingCalls(): number {
    return this.#caller.pendingCalls;
  }

  /** Replies that were dropped: nobody waited for them, or another than the callee sent them. */
  get ignoredReplies(): number {
    return this.#caller.ignoredReplies;
  }

  /** Bytes that the system has not taken yet. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** Resolves when the system takes bytes without keeping them waiting; not while connecting. */
  drained(): Promise<void> {
    return this.#outbox.whenDrained();
  }

  /**
   * Calls a method. Before `ready` the call is queued, and leaves together with the opening of the
   * connection. A promise that nobody looks at is never an unhandled rejection.
   *
   * @throws {@link DBusErrorReply} when the answer is an error
   * @throws {@link ConnectionError} with code `deadline`, `aborted`, `disconnected`, `closed` or
   * one of those of connecting
   * @throws {@link WireError} when a value or a name cannot be sent
   */
  call<S extends string = string>(
    options: CallOptions<S> & { readonly noReply: true },
  ): Promise<undefined>;
  call<S extends string = string>(options: CallOptions<S>): Promise<Message>;
  call(options: CallOptions): Promise<Message | undefined> {
    return this.#promise<Message | undefined>((resolve, reject) => {
      checkObject('call', options);
      if (!options.noReply) {
        this.#caller.begin(options, resolve, reject);
        return;
      }
      this.#caller.beginWithoutReply(options);
      resolve(undefined);
    });
  }

  /**
   * Emits a signal.
   *
   * @throws {@link ConnectionError} with code `closed` or `disconnected`
   * @throws {@link WireError} when a value or a name cannot be sent
   */
  emit(options: SignalOptions): void {
    this.#checkUsable();
    checkObject('signal', options);
    this.#send({ type: 'signal', flags: 1, ...options });
  }

  /**
   * Receives the signals that match a rule. With a well-known name as `sender`, only those of its
   * current owner; with none, those of anybody. AddMatch is written before this returns.
   *
   * @throws {@link ConnectionError} with code `match-rule-invalid`, `closed` or `disconnected`
   */
  signals(rule: MatchRule | string, options: SignalStreamOptions = {}): SignalStream {
    this.#checkUsable();
    checkOptionNames('options', options, SIGNAL_OPTION_NAMES);
    return this.#signals.open(rule, options);
  }

  /**
   * Follows the owner of a well-known name. What is needed for it is written before this returns.
   *
   * @throws TypeError when the name is not a bus name
   * @throws {@link ConnectionError} with code `not-supported` without a bus, `closed`,
   * `disconnected`
   */
  watchName(name: string): NameWatch {
    this.#checkUsable();
    if (!this.#isOnBus) {
      throw new ConnectionError(
        'not-supported',
        'watchName: expected a bus, got one other program',
      );
    }
    if (!isBusName(name)) throw wrongArgument('name', 'a bus name', name);
    const watch = new NameWatch(this.#owners.track(name), {
      prepare: (needed, options) => this.#caller.prepare(needed, options),
      callOwner: (options, tracked) =>
        this.#promise((resolve, reject) => this.#caller.begin(options, resolve, reject, tracked)),
      forget: (ended) => this.#watches.delete(ended),
    });
    this.#watches.add(watch);
    return watch;
  }

  /**
   * Asks the bus for a well-known name.
   *
   * @throws {@link ConnectionError} with code `name-not-acquired` when it is taken
   */
  requestName(name: string, options: RequestNameOptions = {}): Promise<RequestNameResult> {
    return this.#promise((resolve, reject) => {
      checkOptionNames('options', options, NAME_OPTION_NAMES);
      this.#bus.requestName(name, options, resolve, reject);
    });
  }

  /** Gives a well-known name back to the bus. */
  releaseName(name: string): Promise<void> {
    return this.#promise((resolve, reject) => this.#bus.releaseName(name, resolve, reject));
  }

  /**
   * Lets a handler answer the calls to one object path, or to a subtree; `./objects` makes handlers
   * from interfaces.
   *
   * @returns a function that takes the handler away again
   * @throws TypeError when the path is not an object path, or has a handler already
   */
  export(path: string, handler: CallHandler, options: ExportOptions = {}): () => void {
    checkOptionNames('options', options, { subtree: true });
    return this.#exported.export(path, handler, options);
  }

  /** The paths that have a handler. */
  exportedPaths(): IterableIterator<string> {
    return this.#exported.paths();
  }

  /** Makes what `proxyOf` of `./proxy` describes: an object of another program. */
  proxy<T>(create: (connection: Connection) => T): T {
    checkFunction('proxy', create);
    return create(this);
  }

  /** Keeps the process alive while the connection is open; the default. */
  ref(): void {
    this.#keepsProcessAlive = true;
    this.#busyChanged();
  }

  /** Lets the process end while nothing is under way; a call that waits still keeps it alive. */
  unref(): void {
    this.#keepsProcessAlive = false;
    this.#busyChanged();
  }

  /**
   * Closes: takes no more calls, waits for the replies to those made (two seconds at most), sends
   * what is queued, and ends; before `ready` it gives up, and nothing queued is sent. Resolves when
   * the connection is over; never rejects.
   */
  close(): Promise<void> {
    if (this.#state === 'connecting') this.#end(closedByUs());
    if (this.#state !== 'open') return this.closed;
    this.#state = 'closing';
    this.#endReaders(undefined);
    this.#endAfter(CLOSE_DRAIN_MS, closedByUs);
    this.#busyChanged();
    return this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(dial: Dial, timeoutMs: number, signal: AbortSignal | undefined): void {
    const abort = (): void => {
      // Between the answer to Hello and who waits for it there is a moment: it is too late then.
      if (this.#state === 'connecting') this.#end(givenUp(signal?.reason));
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    const forgetDeadline = this.#endAfter(timeoutMs, connectedTooLate);
    const forgetSignal = signal && onAbort(signal, abort);
    const settled = (): void => {
      forgetDeadline();
      forgetSignal?.();
    };
    this.ready.then(settled, settled);
    // @rule connection/hello-first dbus#bus-messages-hello
    if (this.#isOnBus) {
      this.#bus.hello(
        (uniqueName) => this.#opened(uniqueName),
        (error) => this.#end(helloFailed(error)),
      );
    }
    const wiring = {
      outbox: this.#outbox,
      accepted: (transport: Transport) => this.#accepted(transport),
      received: (chunk: Uint8Array) => this.#received(chunk),
      drained: () => this.#outbox.drained(),
      closed: (error: Error | undefined) => this.#hungUp(error),
    };
    dial(wiring, this.#dialling.signal).catch((error: unknown) => this.#end(disconnected(error)));
  }

  #accepted(transport: Transport): void {
    this.#transport = transport;
    if (this.#state === 'closed') transport.destroy();
    else if (!this.#isOnBus) this.#opened(undefined);
    this.#busyChanged();
  }

  #opened(uniqueName: string | undefined): void {
    this.#state = 'open';
    this.#uniqueName = uniqueName;
    this.#busyChanged();
    this.#settleReady();
  }

  #received(chunk: Uint8Array): void {
    // @rule connection/parser-error-closes dbus#message-protocol-messages
    try {
      for (const message of this.#parser.feed(chunk)) this.#dispatch(message);
    } catch (error) {
      try {
        if (isWireError(error)) for (const message of error.messages) this.#dispatch(message);
      } finally {
        this.#end(protocolBroken(error));
      }
    }
  }

  #dispatch(message: Message): void {
    if (this.#state === 'closed') return;
    this.#trace?.('<', message);
    switch (message.type) {
      case 'method_return':
      case 'error':
        this.#caller.receive(message);
        return;
      case 'signal':
        this.#owners.receive(message);
        this.#signals.receive(message);
        return;
      case 'method_call':
        this.#answer(message);
        return;
      default:
        // @rule connection/unknown-type-ignored dbus#message-protocol-messages
        return;
    }
  }

  /** Answers a call; calls are taken up in the order in which they came. */
  #answer(call: Message): void {
    this.#incoming ??= import('./incoming-calls.ts').then(
      ({ IncomingCalls }) =>
        new IncomingCalls(this.#exported, {
          outbox: this.#outbox,
          send: (answer) => this.#send(answer),
          pause: () => this.#pause(),
          machineId: this.#machineId,
          encode: encodeMessage,
        }),
    );
    this.#incoming.then(
      (incoming) => incoming.receive(call),
      (error: unknown) => this.#end(disconnected(error)),
    );
  }

  /** Reads nothing more until the result is called. */
  #pause(): () => void {
    this.#transport?.pause(true);
    const forgetDeadline = this.#endAfter(STALL_MS, answersUnread);
    return () => {
      forgetDeadline();
      this.#transport?.pause(false);
    };
  }

  #send(message: Omit<MessageInit, 'serial'>): void {
    // Written after the end, it would cost what still waits to be sent.
    if (this.#state === 'ended' || this.#state === 'closed') return;
    const init = { ...message, serial: this.#caller.nextSerial() };
    this.#push(encodeMessage(init), init);
  }

  #push(frame: Uint8Array, init: MessageInit): void {
    this.#outbox.push(frame);
    this.#trace?.('>', init);
  }

  /** A promise that nobody has to look at, of something that needs the connection. */
  #promise<T>(
    begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    return quietly(
      new Promise<T>((resolve, reject) => {
        this.#checkUsable();
        begin(resolve, reject);
      }),
    );
  }

  /** Ends the connection after a while; the result calls that off. */
  #endAfter(timeoutMs: number, reason: () => ConnectionError): () => void {
    const deadline = this.#deadlines.after(timeoutMs);
    return this.#deadlines.add({ deadline, expire: () => this.#end(reason()) });
  }

  #isUsable(): boolean {
    return this.#state === 'connecting' || this.#state === 'open';
  }

  #checkUsable(): void {
    if (!this.#isUsable()) throw this.#endReason ?? closedByUs();
  }

  #busyChanged(): void {
    const isBusy = this.#caller.pendingCalls > 0;
    if (this.#keepsProcessAlive || isBusy || this.#state !== 'open') this.#transport?.ref();
    else this.#transport?.unref();
    if (isBusy || this.#state !== 'closing') return;
    this.#state = 'ended';
    this.#outbox.flush();
    this.#transport?.end();
  }

  #hungUp(cause: Error | undefined): void {
    if (this.#state === 'connecting') this.#end(helloHungUp(cause));
    else if (this.#state === 'open') this.#end(disconnected(cause));
    else this.#end(closedByUs());
  }

  /** The one way in which a connection ends; every promise settles with the same reason. */
  #end(reason: ConnectionError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#endReason = reason;
    this.#dialling.abort(reason);
    this.#transport?.destroy();
    this.#settleReady(reason);
    // @rule connection/same-cause-for-all keywire#errors
    this.#caller.failAll(reason);
    this.#endReaders(reason);
    this.#deadlines.clear();
    this.#outbox.close();
    this.#parser.discard();
    this.#settleClosed();
  }

  #endReaders(error: Error | undefined): void {
    for (const watch of [...this.#watches]) watch.end(error);
    this.#signals.endAll(error);
  }
}
