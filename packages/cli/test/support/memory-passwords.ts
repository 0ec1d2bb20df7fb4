/** Passwords in memory; the newest of a service is the one that was set last. */
import type { FoundPassword, Passwords } from '../../src/types/passwords.ts';

export class MemoryPasswords implements Passwords {
  readonly entries: { service: string; username: string; secret: Uint8Array }[];
  /** What was handed out, to see whether it was wiped. */
  readonly handedOut: Uint8Array[] = [];
  closed = 0;
  /** Thrown by every method, where set. */
  failure: unknown;

  constructor(
    entries: readonly (readonly [service: string, username: string, text: string])[] = [],
  ) {
    this.entries = entries.map(([service, username, text]) => {
      return { service, username, secret: new TextEncoder().encode(text) };
    });
  }

  /** What is stored, as text. */
  get texts(): string[] {
    return this.entries.map(({ service, username, secret }) => {
      return `${service} ${username} ${new TextDecoder().decode(secret)}`;
    });
  }

  async get(service: string, username: string): Promise<Uint8Array | undefined> {
    this.#begin();
    return this.#handOut(this.entries[this.#at(service, username)]?.secret);
  }

  async set(service: string, username: string, secret: Uint8Array): Promise<void> {
    await this.delete(service, username);
    this.entries.push({ service, username, secret: secret.slice() });
  }

  async delete(service: string, username: string): Promise<boolean> {
    this.#begin();
    const at = this.#at(service, username);
    if (at >= 0) this.entries.splice(at, 1);
    return at >= 0;
  }

  async find(service: string): Promise<FoundPassword | undefined> {
    this.#begin();
    const found = this.entries.findLast((each) => each.service === service);
    const secret = this.#handOut(found?.secret);
    return found && secret && { username: found.username, secret };
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  #begin(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  #at(service: string, username: string): number {
    return this.entries.findIndex((each) => each.service === service && each.username === username);
  }

  #handOut(secret: Uint8Array | undefined): Uint8Array | undefined {
    const copy = secret?.slice();
    if (copy !== undefined) this.handedOut.push(copy);
    return copy;
  }
}
