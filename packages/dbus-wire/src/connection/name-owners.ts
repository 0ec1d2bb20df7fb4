/**
 * Who owns which well-known name, told by the bus alone: one GetNameOwner, then every
 * NameOwnerChanged. Both are subscribed to before they are asked for, so that nothing is missed.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-name-owner-changed
 */

import type { Message } from '../codec/message.ts';
import { isDBusErrorReply } from '../connection-error.ts';
import { BUS_NAME, BUS_PATH } from './connection-options.ts';

/** What the bus is asked on behalf of a name; its answers are told at the moment they arrive. */
export interface NameQueries {
  addMatch(rule: string, done: (error?: Error) => void): void;
  removeMatch(rule: string): void;
  /** `owner` is undefined when the name has none. */
  getNameOwner(
    name: string,
    answered: (owner: string | undefined) => void,
    failed: (error: Error) => void,
  ): void;
}

/** A name got another owner, or none (`undefined`). */
export interface OwnerChange {
  readonly oldOwner: string | undefined;
  readonly newOwner: string | undefined;
}

/** Something that has to know at once when a name changes hands. */
export interface OwnerListener {
  /** `wasKnown` is false for what is told first: the present state, which is not a change. */
  ownerChanged?(change: OwnerChange, wasKnown: boolean): void;
  /** The bus would not tell us about the name. */
  fail(error: Error): void;
}

const OWNER_CHANGED = 'NameOwnerChanged';

/** Names nobody uses any more stay known, since the next call to them is likely; up to so many. */
const MAX_IDLE_NAMES = 32;

/** One name that is followed. */
export class TrackedName {
  readonly name: string;
  /** Who is told of changes; a name with listeners is never forgotten. */
  readonly listeners: Set<OwnerListener> = new Set();
  #owner: string | undefined;
  #isKnown = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Unique name of the owner; undefined when there is none, or none known yet. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** Whether the bus has said who owns the name, or that nobody does. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Notes what the bus said. */
  setOwner(newOwner: string | undefined): void {
    const wasKnown = this.#isKnown;
    const change = { oldOwner: this.#owner, newOwner };
    this.#isKnown = true;
    this.#owner = newOwner;
    if (wasKnown && change.oldOwner === newOwner) return;
    for (const listener of [...this.listeners]) listener.ownerChanged?.(change, wasKnown);
  }
}

/** Every name that is followed. */
export class NameOwners {
  readonly #queries: NameQueries;
  readonly #names = new Map<string, TrackedName>();

  constructor(queries: NameQueries) {
    this.#queries = queries;
  }

  /** Follows a name from now on, unless it is followed already. */
  track(name: string): TrackedName {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#forgetIdle();
    const tracked = new TrackedName(name);
    this.#names.set(name, tracked);
    // @rule connection/subscribe-before-ask dbus#bus-messages-get-name-owner
    const rule = ownerChangedRule(name);
    let isHeld = true;
    this.#queries.addMatch(rule, (error) => {
      if (error === undefined) return;
      isHeld = false;
      this.#lose(tracked, error);
    });
    const refused = (error: Error): void => {
      // Else each try would leave one more rule with the bus.
      if (isHeld && isDBusErrorReply(error)) this.#queries.removeMatch(rule);
      this.#lose(tracked, error);
    };
    this.#queries.getNameOwner(name, (owner) => tracked.setOwner(owner), refused);
    return tracked;
  }

  /** Tells whether a connection owns a name that is followed. */
  owns(uniqueName: string, wellKnownName: string): boolean {
    return this.#names.get(wellKnownName)?.owner === uniqueName;
  }

  /** Takes a signal; only the bus's own are believed. */
  receive(signal: Message): void {
    // @rule connection/owner-changed-from-bus keywire#owner-binding
    if (
      signal.sender !== BUS_NAME ||
      signal.member !== OWNER_CHANGED ||
      signal.interface !== BUS_NAME ||
      signal.signature !== 'sss'
    ) {
      return;
    }
    const [name, , newOwner] = signal.body;
    if (typeof name !== 'string' || typeof newOwner !== 'string') return;
    this.#names.get(name)?.setOwner(newOwner === '' ? undefined : newOwner);
  }

  /** Without the signals the owner would go stale: the next use of the name asks anew. */
  #lose(tracked: TrackedName, error: Error): void {
    if (this.#names.get(tracked.name) !== tracked) return;
    this.#names.delete(tracked.name);
    for (const listener of [...tracked.listeners]) listener.fail(error);
  }

  #forgetIdle(): void {
    if (this.#names.size < MAX_IDLE_NAMES) return;
    for (const [name, tracked] of this.#names) {
      if (tracked.listeners.size > 0 || !tracked.isKnown) continue;
      this.#names.delete(name);
      this.#queries.removeMatch(ownerChangedRule(name));
      return;
    }
  }
}

/** A bus name has nothing in it that would have to be quoted. */
function ownerChangedRule(name: string): string {
  return `type='signal',sender='${BUS_NAME}',interface='${BUS_NAME}',member='${OWNER_CHANGED}',path='${BUS_PATH}',arg0='${name}'`;
}
