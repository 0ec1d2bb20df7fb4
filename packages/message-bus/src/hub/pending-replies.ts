/**
 * Which replies the bus waits for: only the connection that was asked may answer, and only once.
 * A reply that nobody asked for never reaches anyone.
 */

interface PendingReply {
  readonly caller: string;
  readonly serial: number;
  readonly callee: string;
}

export class PendingReplies {
  /** By `caller serial`: a caller's serials are its own. */
  readonly #byCall = new Map<string, PendingReply>();
  readonly #countByCaller = new Map<string, number>();

  countOf(caller: string): number {
    return this.#countByCaller.get(caller) ?? 0;
  }

  /** Whether a call of this caller with this serial waits. */
  has(caller: string, serial: number): boolean {
    return this.#byCall.has(keyOf(caller, serial));
  }

  add(caller: string, serial: number, callee: string): void {
    const key = keyOf(caller, serial);
    if (!this.#byCall.has(key)) this.#count(caller, 1);
    this.#byCall.set(key, { caller, serial, callee });
  }

  /** Whether `callee` was asked with this serial; if so, it has answered now. */
  settle(caller: string, serial: number, callee: string): boolean {
    const key = keyOf(caller, serial);
    if (this.#byCall.get(key)?.callee !== callee) return false;
    this.#byCall.delete(key);
    this.#count(caller, -1);
    return true;
  }

  /** Forgets a connection that ended; returns the calls that it will never answer. */
  forget(uniqueName: string): { caller: string; serial: number }[] {
    const unanswered: { caller: string; serial: number }[] = [];
    for (const [key, pending] of this.#byCall) {
      if (pending.caller !== uniqueName && pending.callee !== uniqueName) continue;
      this.#byCall.delete(key);
      this.#count(pending.caller, -1);
      if (pending.caller !== uniqueName) {
        unanswered.push({ caller: pending.caller, serial: pending.serial });
      }
    }
    return unanswered;
  }

  #count(caller: string, by: 1 | -1): void {
    const count = this.countOf(caller) + by;
    if (count === 0) this.#countByCaller.delete(caller);
    else this.#countByCaller.set(caller, count);
  }
}

function keyOf(caller: string, serial: number): string {
  return `${caller} ${serial}`;
}
