/**
 * The signal streams of a connection: which rules the bus holds for them, and which stream gets
 * what arrives.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing
 */

import type { BusDriver } from './bus-driver.ts';
import { ConnectionError } from './connection-error.ts';
import { BUS_NAME } from './connection-options.ts';
import type { OwnsName } from './match-evaluation.ts';
import { formatMatchRule, type MatchRule, parseMatchRule } from './match-rule.ts';
import type { Message } from './message.ts';
import type { NameWatch } from './name-watch.ts';
import { isUniqueName } from './names.ts';
import { SignalStream, type SignalStreamOptions } from './signal-stream.ts';
import { Subscriptions } from './subscriptions.ts';

/** What the router needs of its connection. */
export interface SignalHost {
  /** Whether there is a bus, which routes by match rules. */
  readonly isOnBus: boolean;
  readonly bus: BusDriver;
  readonly owns: OwnsName;
  /** Whether rules can still be given back; a connection that ends takes them with it. */
  isUsable(): boolean;
  watchName(name: string): NameWatch;
}

/** Opens streams and feeds them. */
export class SignalRouter {
  readonly #host: SignalHost;
  readonly #subscriptions: Subscriptions;
  readonly #streams = new Set<SignalStream>();

  constructor(host: SignalHost) {
    this.#host = host;
    this.#subscriptions = new Subscriptions(host.bus);
  }

  /** Opens a stream; what the bus has to be told is written before this returns. */
  open(given: MatchRule | string, options: SignalStreamOptions): SignalStream {
    // Spread, anything that is no rule would be one for every signal of everybody.
    if (typeof given !== 'string' && (typeof given !== 'object' || given === null)) {
      throw new TypeError('rule: expected a match rule');
    }
    const asked = typeof given === 'string' ? parseMatchRule(given) : given;
    const rule: MatchRule = { ...asked, type: 'signal' };
    formatMatchRule(rule);
    if (asked.type !== undefined && asked.type !== 'signal') {
      throw new ConnectionError('match-rule-invalid', 'match rule: expected signals as its type');
    }
    let release = (): void => {};
    const stream = new SignalStream(rule, options, () => {
      this.#streams.delete(stream);
      release();
    });
    this.#streams.add(stream);
    if (!this.#host.isOnBus) {
      stream.acknowledge();
      return stream;
    }
    const { sender } = rule;
    const isFollowed = sender !== undefined && sender !== BUS_NAME && !isUniqueName(sender);
    // The owner is asked for first: its answer is here before the first signal can be.
    const watch = isFollowed ? this.#host.watchName(sender) : undefined;
    release = () => {
      watch?.close();
      if (this.#host.isUsable()) this.#subscriptions.release(rule);
    };
    // A stream that does not know whom to believe would wait for ever.
    watch?.ready.catch((error: Error) => stream.end(error));
    this.#subscriptions.acquire(rule, (error) => {
      if (error === undefined) stream.acknowledge();
      else stream.end(error);
    });
    return stream;
  }

  /** Offers a signal to every stream. */
  receive(signal: Message): void {
    for (const stream of this.#streams) stream.offer(signal, this.#host.owns);
  }

  /** Ends every stream. */
  endAll(error: Error | undefined): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }
}
