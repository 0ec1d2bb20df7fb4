/**
 * The signal streams of a connection: which rules the bus holds for them, each distinct one once
 * however many streams share it, and which streams get what arrives.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing
 */

import { checkSignal } from '../abort-listeners.ts';
import { checkObject } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import { isUniqueName } from '../codec/names.ts';
import { ConnectionError } from '../connection-error.ts';
import { BUS_NAME } from './connection-options.ts';
import { type CompiledMatchRule, compileMatchRule, type OwnsName } from './match-evaluation.ts';
import { formatMatchRule, type MatchRule, parseMatchRule } from './match-rule.ts';
import type { NameOwners, NameQueries, OwnerListener } from './name-owners.ts';
import { SignalStream, type SignalStreamOptions } from './signal-stream.ts';

/** What the router needs of its connection. */
export interface SignalHost {
  /** Routes by match rules; undefined where there is no bus, and everything is for us. */
  readonly bus: Pick<NameQueries, 'addMatch' | 'removeMatch'> | undefined;
  readonly owners: NameOwners;
  /** Whether rules can still be given back; a connection that ends takes them with it. */
  isUsable(): boolean;
}

/** One rule, and the streams that share it. */
interface HeldRule {
  readonly matches: CompiledMatchRule;
  readonly streams: Set<SignalStream>;
  isAcknowledged: boolean;
}

/** Opens streams and feeds them. */
export class SignalRouter {
  readonly #host: SignalHost;
  /** By the rules' texts. */
  readonly #rules = new Map<string, HeldRule>();

  constructor(host: SignalHost) {
    this.#host = host;
  }

  /** How many distinct rules there are. */
  get size(): number {
    return this.#rules.size;
  }

  /** Opens a stream; what the bus has to be told is written before this returns. */
  open(given: MatchRule | string, options: SignalStreamOptions): SignalStream {
    checkSignal(options.signal);
    const asked = typeof given === 'string' ? parseMatchRule(given) : given;
    // Spread, anything that is no rule would be one for every signal of everybody.
    checkObject('match rule', asked);
    const rule: MatchRule = { ...asked, type: 'signal' };
    const text = formatMatchRule(rule);
    if (asked.type !== undefined && asked.type !== 'signal') {
      throw new ConnectionError('match-rule-invalid', 'match rule: expected signals as its type');
    }
    let forgetOwner = (): void => {};
    const stream = new SignalStream(options, () => {
      forgetOwner();
      this.#release(text, stream);
    });
    const { sender } = rule;
    if (this.#host.bus !== undefined && sender && sender !== BUS_NAME && !isUniqueName(sender)) {
      // The owner is asked for first: its answer is here before the first signal can be.
      forgetOwner = this.#followOwner(sender, stream);
    }
    this.#acquire(text, rule, stream);
    if (options.signal) stream.endOn(options.signal);
    return stream;
  }

  /** Offers a signal to every stream. */
  receive(signal: Message): void {
    const owns: OwnsName = (owner, name) => this.#host.owners.owns(owner, name);
    for (const { matches, streams } of this.#rules.values()) {
      // @rule connection/signal-from-owner keywire#owner-binding
      // A unicast signal reaches us whatever we asked for: the rule is applied again here.
      if (!matches(signal, owns)) continue;
      for (const stream of streams) stream.push(signal);
    }
  }

  /** Ends every stream. */
  endAll(error: Error | undefined): void {
    for (const { streams } of [...this.#rules.values()]) {
      for (const stream of [...streams]) stream.end(error);
    }
  }

  #followOwner(name: string, stream: SignalStream): () => void {
    const { listeners } = this.#host.owners.track(name);
    const listener: OwnerListener = {
      // A stream that does not know whom to believe would wait for ever.
      fail: (error) => stream.end(error),
    };
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Makes sure that the bus holds a rule for a stream. */
  #acquire(text: string, rule: MatchRule, stream: SignalStream): void {
    const { bus } = this.#host;
    const known = this.#rules.get(text);
    const held = known ?? {
      matches: compileMatchRule(rule),
      streams: new Set(),
      isAcknowledged: bus === undefined,
    };
    held.streams.add(stream);
    if (held.isAcknowledged) stream.acknowledge();
    if (known !== undefined) return;
    // @rule connection/match-rule-once dbus#bus-messages-add-match
    // The bus counts equal rules; each one added would have to be removed as often.
    this.#rules.set(text, held);
    bus?.addMatch(text, (error) => {
      held.isAcknowledged = true;
      // What the bus refused need not be given back.
      if (error !== undefined && this.#rules.get(text) === held) this.#rules.delete(text);
      for (const each of [...held.streams]) {
        if (error === undefined) each.acknowledge();
        else each.end(error);
      }
    });
  }

  /** Gives up one use of a rule; the last one removes it from the bus. */
  #release(text: string, stream: SignalStream): void {
    const held = this.#rules.get(text);
    if (!held?.streams.delete(stream) || held.streams.size > 0) return;
    this.#rules.delete(text);
    if (this.#host.isUsable()) this.#host.bus?.removeMatch(text);
  }
}
