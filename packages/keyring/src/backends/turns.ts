// Work that must not overlap, by name: each waits for the one before it, however that ended.

import { throwIfAborted, untilAborted } from '../abort.ts';

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Runs the work once everything of the same name that was begun earlier has settled.
   *
   * @param signal - ends the waiting; work that has begun looks after itself
   * @throws {@link KeyringError} with code `aborted`; the work is not begun then
   */
  async take<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const subject = 'waiting for another call';
    const before = this.#last.get(name) ?? Promise.resolve();
    let tellBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (tellBegun = resolve));
    const begin = (): Promise<T> => {
      // @rule keyring/turn-not-begun keywire#nothing-hangs
      throwIfAborted(signal, subject);
      tellBegun();
      return work();
    };
    const turn = before.then(begin, begin);
    this.#last.set(name, turn);
    const forget = (): void => {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    };
    turn.then(forget, forget);
    await untilAborted(begun, signal, subject);
    return await turn;
  }
}
