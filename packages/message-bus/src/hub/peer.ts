/** One client of the bus: its unique name, its match rules, and the link its bytes leave by. */
import {
  type CompiledMatchRule,
  compileMatchRule,
  formatMatchRule,
  type MatchableMessage,
  type MatchRule,
  type OwnsName,
} from '@keywire/dbus-wire';

/** The way to a client; the bus never sees a socket. */
export interface Link {
  /** Bytes that were sent and have not left the process. */
  readonly queuedBytes: number;
  /** @param wipes whether the bytes are wiped once they have left */
  send(bytes: Uint8Array, wipes: boolean): void;
  /** Reads nothing more from another link until what is queued here has left. */
  hold(other: Link): void;
  /** Stops reading, until as many calls of {@link Link.resume}. */
  pause(): void;
  resume(): void;
  /** Ends the connection at once; the owner of the link then reports it as gone. */
  close(): void;
}

interface CountedRule {
  readonly accepts: CompiledMatchRule;
  count: number;
}

export class Peer {
  readonly link: Link;
  /** `''` until Hello. */
  uniqueName = '';
  /** A monitor receives and never sends. */
  isMonitor = false;
  /** Rules by their canonical text: the same rule added twice needs two removals. */
  readonly #rules = new Map<string, CountedRule>();
  #ruleCount = 0;

  constructor(link: Link) {
    this.link = link;
  }

  /** How many rules are in force, each as often as it was added. */
  get ruleCount(): number {
    return this.#ruleCount;
  }

  addRule(rule: MatchRule): void {
    const text = formatMatchRule(rule);
    const known = this.#rules.get(text);
    if (known === undefined) {
      this.#rules.set(text, { accepts: compileMatchRule(rule), count: 1 });
    } else known.count += 1;
    this.#ruleCount += 1;
  }

  /** Takes one rule back; false when no equal rule is in force. */
  // @rule bus/same-rule-twice dbus#bus-messages-remove-match
  removeRule(rule: MatchRule): boolean {
    const text = formatMatchRule(rule);
    const known = this.#rules.get(text);
    if (known === undefined) return false;
    known.count -= 1;
    if (known.count === 0) this.#rules.delete(text);
    this.#ruleCount -= 1;
    return true;
  }

  clearRules(): void {
    this.#rules.clear();
    this.#ruleCount = 0;
  }

  wants(message: MatchableMessage, owns: OwnsName): boolean {
    for (const { accepts } of this.#rules.values()) {
      if (accepts(message, owns)) return true;
    }
    return false;
  }
}
