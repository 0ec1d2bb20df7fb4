/**
 * How far long work has come: one line on stderr that is written over, on a terminal only, and gone
 * when the work has ended.
 */
import type { Host } from '../types/host.ts';

const START_OF_LINE = '\r';
const CLEAR_TO_END = '\u001b[K';

export class Progress {
  readonly #host: Host;
  readonly #verb: string;
  readonly #isShown: boolean;
  #shown = '';
  /** What is told is told in order. */
  #told: Promise<void> = Promise.resolve();

  constructor(host: Host, verb: string) {
    this.#host = host;
    this.#verb = verb;
    this.#isShown = host.isTerminal('stderr');
  }

  step(done: number, total: number): void {
    if (total > 1) this.#show(`${this.#verb} ${done} of ${total}`);
  }

  /** Removes the line; what is said then begins where it stood. */
  async end(): Promise<void> {
    if (this.#shown !== '') this.#show('');
    await this.#told;
  }

  #show(text: string): void {
    if (!this.#isShown || text === this.#shown) return;
    this.#shown = text;
    const line = `${START_OF_LINE}${text}${CLEAR_TO_END}`;
    this.#told = this.#told.then(async () => {
      // A line that nobody sees is no reason to stop the work.
      await this.#host.services.tell('stderr', line);
    });
  }
}
