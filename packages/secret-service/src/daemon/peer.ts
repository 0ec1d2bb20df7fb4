// The daemon as something to call. The first calls go to the well-known name, because they may have
// to start the daemon; as soon as its unique name is known, only that is addressed. A change of
// owner fails what was under way (the connection's NameWatch sees to it). Every failure leaves this
// file as an error of this room.

import { isConnectionError, type MatchRule, type Message } from '@keywire/dbus-wire';
import { normaliseError } from '../errors/error-normalisation.ts';
import { secretServiceError } from '../errors/errors.ts';
import type { CallSpec } from '../protocol/calls.ts';
import { SERVICE_NAME } from '../protocol/names.ts';
import { BusLinks, type BusSignals, type Link, type LinkSource } from './bus-links.ts';

/** Where something lives that a daemon keeps for us: on which connection, and at which daemon. */
export interface Origin {
  readonly link: Link;
  /** The unique name of the daemon; on another bus it may be anybody's. */
  readonly owner: string;
}

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the session or the prompt of the call lives; elsewhere the call is not sent. */
  readonly origin?: Origin | undefined;
}

/** The daemon behind the service's name. */
export class Peer {
  readonly #links: BusLinks;
  readonly #replyMs: number;
  readonly #linkOf = new WeakMap<Message, Link>();
  readonly #streams = new Set<BusSignals>();
  #isClosed = false;

  constructor(source: LinkSource, replyMs: number) {
    this.#links = normalised('Service', () => new BusLinks(source));
    this.#replyMs = replyMs;
  }

  /** The connections it is reached through. */
  get links(): BusLinks {
    return this.#links;
  }

  /** The unique name of the daemon, as soon as it is known. */
  get owner(): string | undefined {
    return this.#links.current?.watch.owner;
  }

  /**
   * Calls the daemon. Calls made in one go travel in one write.
   *
   * @throws {@link SecretServiceError} with the code that `error-normalisation.ts` gives.
   */
  async call(spec: CallSpec, options: CallOptions = {}): Promise<Message> {
    const subject = subjectOf(spec);
    const { origin } = options;
    if (this.#isClosed) throw secretServiceError('closed', subject);
    // @rule secret/session-bound-to-link keywire#self-healing
    if (origin !== undefined && origin.link !== this.#links.current) {
      throw secretServiceError('disconnected', subject);
    }
    const link = normalised(subject, () => this.#links.openGreeted());
    const { owner } = link.watch;
    // @rule secret/session-bound-to-owner keywire#owner-binding
    if (origin !== undefined && owner !== undefined && origin.owner !== owner) {
      throw secretServiceError('owner-changed', subject);
    }
    const request = {
      path: spec.path,
      interface: spec.interface,
      member: spec.member,
      timeoutMs: this.#replyMs,
      ...(spec.signature === undefined ? {} : { signature: spec.signature }),
      ...(spec.body === undefined ? {} : { body: spec.body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    // @rule secret/unique-name-only keywire#owner-binding
    const isFirst = owner === undefined && origin === undefined;
    try {
      const reply =
        owner === undefined
          ? await link.connection.call({ ...request, destination: origin?.owner ?? SERVICE_NAME })
          : await link.watch.call(request);
      this.#linkOf.set(reply, link);
      return reply;
    } catch (error) {
      const isWrite = spec.isWrite ?? false;
      const isOver = isEnd(error);
      if (isOver) this.#links.lose(link, error);
      if (isOver && this.#isClosed) {
        throw secretServiceError('closed', subject, { cause: error, mayHaveHappened: isWrite });
      }
      throw normaliseError(error, { subject, isWrite, isFirst });
    }
  }

  /**
   * Where a reply came from: what it names lives there, and nowhere else.
   *
   * @throws {@link ProtocolError} for a reply without a sender.
   */
  originOf(reply: Message, subject: string): Origin {
    const link = this.#linkOf.get(reply);
    if (link !== undefined && reply.sender !== undefined) return { link, owner: reply.sender };
    throw secretServiceError('protocol', subject, {
      detail: 'expected a reply with a sender, got one without',
    });
  }

  /** Sends a call whose answer is of no interest; nothing waits for it and nothing fails with it. */
  send(spec: CallSpec, origin: Origin): void {
    if (origin.link !== this.#links.current || origin.owner !== this.owner) return;
    const { isWrite: _isWrite, ...request } = spec;
    origin.link.connection
      .call({ ...request, destination: origin.owner, noReply: true, noAutoStart: true })
      .catch(() => {});
  }

  /** Subscribes to signals of the daemon; written before this returns. */
  signals(rule: Omit<MatchRule, 'type' | 'sender'>, queueLimit?: number): BusSignals {
    const fromService: MatchRule = { ...rule, type: 'signal', sender: SERVICE_NAME };
    const options = queueLimit === undefined ? {} : { queueLimit };
    if (this.#isClosed) throw secretServiceError('closed', 'Service');
    const { connection } = normalised('Service', () => this.#links.open());
    const stream = normalised('Service', () => connection.signals(fromService, options));
    this.#streams.add(stream);
    return {
      close: () => {
        this.#streams.delete(stream);
        stream.close();
      },
      [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
    };
  }

  /** Ends it, and the connection if it is ours; on one that is not, its subscriptions end with it. */
  close(): Promise<void> {
    this.#isClosed = true;
    // @rule secret/subscriptions-end keywire#nothing-hangs
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    return this.#links.close();
  }
}

/** Whether a call failed because its connection is over. */
function isEnd(error: unknown): boolean {
  return isConnectionError(error) && (error.code === 'disconnected' || error.code === 'closed');
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
