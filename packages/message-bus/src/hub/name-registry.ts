/**
 * Who owns which bus name, with queueing and the three request flags. Pure: callers learn from the
 * returned changes which signals to send.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-names
 * Unique names are kept by the bus itself and never enter this registry.
 */

/** The flags of RequestName. */
export const NameFlag = { ALLOW_REPLACEMENT: 1, REPLACE_EXISTING: 2, DO_NOT_QUEUE: 4 } as const;

/** What RequestName answers. */
export const RequestNameReply = {
  PRIMARY_OWNER: 1,
  IN_QUEUE: 2,
  EXISTS: 3,
  ALREADY_OWNER: 4,
} as const;
export type RequestNameReply = (typeof RequestNameReply)[keyof typeof RequestNameReply];

/** What ReleaseName answers. */
export const ReleaseNameReply = { RELEASED: 1, NON_EXISTENT: 2, NOT_OWNER: 3 } as const;
export type ReleaseNameReply = (typeof ReleaseNameReply)[keyof typeof ReleaseNameReply];

/** A name went from one primary owner to another; `''` stands for nobody, as in NameOwnerChanged. */
export interface OwnerChange {
  readonly name: string;
  readonly oldOwner: string;
  readonly newOwner: string;
}

interface Claim {
  readonly owner: string;
  flags: number;
}

export class NameRegistry {
  /** Claims per name; the first one is the primary owner, the others wait in order. */
  readonly #claims = new Map<string, Claim[]>();

  /** The primary owner's unique name. */
  ownerOf(name: string): string | undefined {
    return this.#claims.get(name)?.[0]?.owner;
  }

  /** Every claimed name, in the order in which they were first claimed. */
  names(): string[] {
    return [...this.#claims.keys()];
  }

  /** The primary owner first, then who waits; empty for a name nobody owns. */
  queuedOwners(name: string): string[] {
    return (this.#claims.get(name) ?? []).map((claim) => claim.owner);
  }

  /** How many names `owner` owns or waits for: the limit per connection counts both. */
  claimsOf(owner: string): number {
    let count = 0;
    for (const claims of this.#claims.values()) {
      if (claims.some((claim) => claim.owner === owner)) count += 1;
    }
    return count;
  }

  request(
    name: string,
    owner: string,
    flags: number,
  ): { reply: RequestNameReply; change?: OwnerChange } {
    const claims = this.#claims.get(name);
    const primary = claims?.[0];
    if (claims === undefined || primary === undefined) {
      this.#claims.set(name, [{ owner, flags }]);
      return {
        reply: RequestNameReply.PRIMARY_OWNER,
        change: { name, oldOwner: '', newOwner: owner },
      };
    }
    if (primary.owner === owner) {
      // @rule bus/request-updates-flags dbus#bus-messages-request-name
      primary.flags = flags;
      return { reply: RequestNameReply.ALREADY_OWNER };
    }
    const mayReplace =
      (flags & NameFlag.REPLACE_EXISTING) !== 0 &&
      (primary.flags & NameFlag.ALLOW_REPLACEMENT) !== 0;
    return mayReplace
      ? this.#replace(name, claims, primary, { owner, flags })
      : { reply: this.#enqueue(name, claims, { owner, flags }) };
  }

  release(name: string, owner: string): { reply: ReleaseNameReply; change?: OwnerChange } {
    const claims = this.#claims.get(name);
    if (claims === undefined) return { reply: ReleaseNameReply.NON_EXISTENT };
    if (!claims.some((claim) => claim.owner === owner)) {
      return { reply: ReleaseNameReply.NOT_OWNER };
    }
    const change = this.#withdraw(name, claims, owner);
    return {
      reply: ReleaseNameReply.RELEASED,
      ...(change === undefined ? {} : { change }),
    };
  }

  /** Withdraws every claim of a connection that ended. */
  releaseAll(owner: string): OwnerChange[] {
    const changes: OwnerChange[] = [];
    for (const [name, claims] of [...this.#claims]) {
      if (!claims.some((claim) => claim.owner === owner)) continue;
      const change = this.#withdraw(name, claims, owner);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  // @rule bus/replaced-owner-waits-first dbus#message-bus-names
  #replace(
    name: string,
    claims: readonly Claim[],
    primary: Claim,
    claim: Claim,
  ): { reply: RequestNameReply; change: OwnerChange } {
    const others = claims.filter((each) => each !== primary && each.owner !== claim.owner);
    // An owner that asked not to be queued loses its claim when it is replaced.
    const keepsPlace = (primary.flags & NameFlag.DO_NOT_QUEUE) === 0;
    this.#claims.set(name, keepsPlace ? [claim, primary, ...others] : [claim, ...others]);
    return {
      reply: RequestNameReply.PRIMARY_OWNER,
      change: { name, oldOwner: primary.owner, newOwner: claim.owner },
    };
  }

  #enqueue(name: string, claims: Claim[], claim: Claim): RequestNameReply {
    const waiting = claims.find((each) => each.owner === claim.owner);
    if ((claim.flags & NameFlag.DO_NOT_QUEUE) !== 0) {
      // @rule bus/do-not-queue-leaves-queue dbus#bus-messages-request-name
      this.#claims.set(
        name,
        claims.filter((each) => each !== waiting),
      );
      return RequestNameReply.EXISTS;
    }
    if (waiting !== undefined) waiting.flags = claim.flags;
    else claims.push(claim);
    return RequestNameReply.IN_QUEUE;
  }

  #withdraw(name: string, claims: readonly Claim[], owner: string): OwnerChange | undefined {
    const rest = claims.filter((claim) => claim.owner !== owner);
    if (rest.length === 0) this.#claims.delete(name);
    else this.#claims.set(name, rest);
    if (claims[0]?.owner !== owner) return undefined;
    return { name, oldOwner: owner, newOwner: rest[0]?.owner ?? '' };
  }
}
