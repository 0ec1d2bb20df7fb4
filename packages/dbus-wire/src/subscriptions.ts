/**
 * Which match rules the bus holds for us: each distinct rule once, however many streams use it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-add-match
 */

import { formatMatchRule, type MatchRule } from './match-rule.ts';

/** How rules reach the bus; `done` is called when it has answered. */
export interface MatchRuleSender {
  addMatch(text: string, done: (error: Error | undefined) => void): void;
  removeMatch(text: string): void;
}

interface HeldRule {
  users: number;
  isAcknowledged: boolean;
  readonly waiting: ((error: Error | undefined) => void)[];
}

/** Reference-counted match rules. */
export class Subscriptions {
  readonly #sender: MatchRuleSender;
  readonly #rules = new Map<string, HeldRule>();

  constructor(sender: MatchRuleSender) {
    this.#sender = sender;
  }

  /** How many distinct rules the bus holds for us. */
  get size(): number {
    return this.#rules.size;
  }

  /**
   * Makes sure that the bus holds a rule; every call needs its own {@link release}, unless `done`
   * got an error.
   *
   * @throws {@link ConnectionError} with code `match-rule-invalid`
   */
  acquire(rule: MatchRule, done: (error: Error | undefined) => void): void {
    const text = formatMatchRule(rule);
    const held = this.#rules.get(text);
    if (held !== undefined) {
      held.users++;
      if (held.isAcknowledged) done(undefined);
      else held.waiting.push(done);
      return;
    }
    // @rule connection/match-rule-once dbus#bus-messages-add-match
    // The bus counts equal rules; each one added would have to be removed as often.
    const added: HeldRule = { users: 1, isAcknowledged: false, waiting: [done] };
    this.#rules.set(text, added);
    this.#sender.addMatch(text, (error) => {
      added.isAcknowledged = true;
      if (error !== undefined && this.#rules.get(text) === added) this.#rules.delete(text);
      for (const waiter of added.waiting.splice(0)) waiter(error);
    });
  }

  /** Gives up one use of a rule; the last one removes it from the bus. */
  release(rule: MatchRule): void {
    const text = formatMatchRule(rule);
    const held = this.#rules.get(text);
    if (held === undefined) return;
    held.users--;
    if (held.users > 0) return;
    this.#rules.delete(text);
    this.#sender.removeMatch(text);
  }
}
