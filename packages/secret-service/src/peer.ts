// The daemon as something to call. The first calls go to the well-known name, because they may have
// to start the daemon; as soon as its unique name is known, only that is addressed. A change of
// owner fails what was under way (the connection's NameWatch sees to it) and is told to listeners.
// Every failure leaves this file as an error of this room.

import type { MatchRule, Message, OwnerChange, CallOptions as WireCall } from '@keywire/dbus-wire';
import { normaliseError } from './error-normalisation.ts';
import { secretServiceError } from './errors.ts';
import { SERVICE_NAME } from './names.ts';

/** What is needed of a connection; the wire layer's `Connection` has it. */
export interface BusConnection {
  call(options: WireCall & { readonly noReply: true }): Promise<undefined>;
  call(options: WireCall): Promise<Message>;
  signals(rule: MatchRule, options?: { readonly queueLimit?: number }): BusSignals;
  watchName(name: string): BusWatch;
  close(): Promise<void>;
}

/** Signals as they come. */
export interface BusSignals extends AsyncIterable<Message> {
  close(): void;
}

/** A name that is followed, and calls that are bound to its owner. */
export interface BusWatch extends AsyncIterable<OwnerChange> {
  readonly owner: string | undefined;
  call(options: Omit<WireCall, 'destination' | 'noReply'>): Promise<Message>;
  close(): void;
}

/** One call, without where it goes. */
export interface CallSpec {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** Whether it changes something in the keyring. */
  readonly isWrite?: boolean;
}

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** The owner that a session was opened with; another one fails the call before it is sent. */
  readonly owner?: string | undefined;
  /** In place of the reply deadline. */
  readonly timeoutMs?: number | undefined;
}

/** Told why what the daemon kept for us is gone: it was replaced, or the connection ended. */
export type LossListener = (code: 'owner-changed' | 'disconnected') => void;

/** The daemon behind the service's name, on one connection. */
export class Peer {
  readonly connection: BusConnection;
  readonly #watch: BusWatch;
  readonly #replyMs: number;
  readonly #listeners = new Set<LossListener>();
  #isClosed = false;

  /** Subscribes to changes of owner at once, so that nothing is written before that. */
  constructor(connection: BusConnection, replyMs: number) {
    this.connection = connection;
    this.#replyMs = replyMs;
    this.#watch = normalised('Service', () => connection.watchName(SERVICE_NAME));
    // It ends with an error when the connection does: every call tells about that by itself.
    this.#followOwner().catch(ignore);
  }

  /** The unique name of the daemon, as soon as it is known. */
  get owner(): string | undefined {
    return this.#watch.owner;
  }

  /** Calls back when an owner is lost, and once when the connection ends. */
  onLoss(listener: LossListener): void {
    this.#listeners.add(listener);
  }

  /**
   * Calls the daemon. Calls made in one go travel in one write.
   *
   * @throws {@link SecretServiceError} with the code that `error-normalisation.ts` gives.
   */
  async call(spec: CallSpec, options: CallOptions = {}): Promise<Message> {
    const subject = subjectOf(spec);
    if (this.#isClosed) throw secretServiceError('closed', subject);
    const owner = this.#watch.owner;
    // @rule secret/session-bound-to-owner keywire#owner-binding
    if (options.owner !== undefined && owner !== undefined && options.owner !== owner) {
      throw secretServiceError('owner-changed', subject);
    }
    const request = {
      path: spec.path,
      interface: spec.interface,
      member: spec.member,
      timeoutMs: options.timeoutMs ?? this.#replyMs,
      ...(spec.signature === undefined ? {} : { signature: spec.signature }),
      ...(spec.body === undefined ? {} : { body: spec.body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    // @rule secret/unique-name-only keywire#owner-binding
    const isFirst = owner === undefined && options.owner === undefined;
    try {
      return owner === undefined
        ? await this.connection.call({ ...request, destination: options.owner ?? SERVICE_NAME })
        : await this.#watch.call(request);
    } catch (error) {
      throw normaliseError(error, { subject, isWrite: spec.isWrite ?? false, isFirst });
    }
  }

  /** Sends a call whose answer is of no interest; nothing waits for it and nothing fails with it. */
  send(spec: CallSpec, owner: string | undefined = this.#watch.owner): void {
    if (owner === undefined) return;
    const { isWrite: _isWrite, ...request } = spec;
    this.connection
      .call({ ...request, destination: owner, noReply: true, noAutoStart: true })
      .catch(ignore);
  }

  /** Subscribes to signals of the daemon; written before this returns. */
  signals(rule: Omit<MatchRule, 'type' | 'sender'>, queueLimit?: number): BusSignals {
    const fromService: MatchRule = { ...rule, type: 'signal', sender: SERVICE_NAME };
    const options = queueLimit === undefined ? {} : { queueLimit };
    return normalised('Service', () => this.connection.signals(fromService, options));
  }

  /** Ends the watch; the connection stays. */
  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#watch.close();
  }

  async #followOwner(): Promise<void> {
    try {
      for await (const change of this.#watch) {
        // A daemon that appears where none was takes nothing away.
        if (change.oldOwner !== undefined) this.#tell('owner-changed');
      }
    } finally {
      this.#tell('disconnected');
    }
  }

  #tell(code: 'owner-changed' | 'disconnected'): void {
    for (const listener of [...this.#listeners]) listener(code);
  }
}

/** How a call is named in messages: `Item.GetSecret`. */
export function subjectOf(spec: Pick<CallSpec, 'interface' | 'member'>): string {
  return `${spec.interface.slice(spec.interface.lastIndexOf('.') + 1)}.${spec.member}`;
}

/** Does something that can fail at once, with errors of this room. */
function normalised<T>(subject: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw normaliseError(error, { subject, isWrite: false, isFirst: true });
  }
}

/** For what may fail without anyone needing to know: its effect is best effort, and said so. */
function ignore(): void {}
