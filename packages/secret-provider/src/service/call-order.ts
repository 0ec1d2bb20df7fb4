/**
 * Answers the calls of one connection one after the other, as a service with one thread does: who
 * sends a write and a read without waiting in between reads what was written. Connections do not
 * wait for each other, and one that sends without end gets one answer in a turn of the event loop, so
 * that the others get theirs.
 */
import { Refusal } from '../api/refusal.ts';

/** What of one connection may wait: more is refused at once, whether or not it expects a reply. */
const MAX_WAITING_CALLS = 16_384;
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

/** The calls of one connection that are under way. */
interface Row {
  tail: Promise<unknown>;
  calls: number;
  bytes: number;
}

export class CallOrder {
  readonly #rows = new Map<string, Row>();

  readonly #nextTurn: () => Promise<void>;

  /** @param nextTurn resolves when everything else that is ready has had its turn */
  constructor(nextTurn: () => Promise<void>) {
    this.#nextTurn = nextTurn;
  }

  // @rule provider/callers-take-turns keywire#provider-limits
  /**
   * Runs after all earlier ones of the same caller, whatever became of them.
   *
   * @param bytes about what a call of this size takes while it waits; without, it is never refused
   * @throws {@link Refusal} of kind `limits-exceeded`
   */
  async run<T>(caller: string, answer: () => Promise<T>, bytes?: number): Promise<T> {
    const row = this.#rows.get(caller);
    if (row === undefined) return await this.#join(caller, answer(), bytes ?? 0);
    // @rule provider/waiting-calls-bounded keywire#provider-limits
    const isTooMuch =
      row.calls >= MAX_WAITING_CALLS || row.bytes + (bytes ?? 0) > MAX_WAITING_BYTES;
    if (bytes !== undefined && isTooMuch) {
      throw new Refusal('limits-exceeded', 'too many calls of this connection wait for an answer');
    }
    return await this.#join(caller, row.tail.then(this.#nextTurn).then(answer), bytes ?? 0);
  }

  #join<T>(caller: string, result: Promise<T>, bytes: number): Promise<T> {
    const row = this.#rows.get(caller) ?? { tail: result, calls: 0, bytes: 0 };
    this.#rows.set(caller, row);
    row.calls += 1;
    row.bytes += bytes;
    const leave = (): void => {
      row.calls -= 1;
      row.bytes -= bytes;
      if (row.calls === 0) this.#rows.delete(caller);
    };
    // What failed is told to who made that call; the next one goes on.
    row.tail = result.then(leave, leave);
    return result;
  }
}
