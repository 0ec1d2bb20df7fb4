/**
 * When to stay awake for an answer. To be woken costs a process that has gone to sleep more than the
 * whole of a call costs the bus, where both run on processors of their own. So a caller who sends
 * one call after the other stays awake for a few turns of the event loop; whether that pays is tried
 * from time to time, and found out by counting turns.
 */

/** What is sent before the first trial; most programs never come that far. */
const FIRST_PAUSE = 64;
/** What is sent between two trials at most, where none of them pays. */
const LONGEST_PAUSE = 4096;
/** The waits of one trial in which none pays; each that does is good for one more, up to twice these. */
const TRIALS = 8;
/** About 0.1 ms; who is not answered by then goes to sleep. */
const MOST_TURNS = 64;
/** An answer within these would have come in as little time to one who sleeps. */
const TOO_FEW_TURNS = 3;

/** The waits of one connection, told by turns of the event loop. */
export class WakefulWait {
  #pause = FIRST_PAUSE;
  #untilTrial = FIRST_PAUSE;
  #credit = 0;
  #turns = 0;
  #isWaiting = false;

  /** Something was sent; returns whether to stay awake for the answer. */
  sent(): boolean {
    if (this.#isWaiting) return true;
    if (this.#credit === 0) {
      this.#untilTrial -= 1;
      if (this.#untilTrial > 0) return false;
      this.#credit = TRIALS;
    }
    this.#isWaiting = true;
    this.#turns = 0;
    return true;
  }

  /** A turn has passed; returns whether to stay awake for another. */
  turned(): boolean {
    if (!this.#isWaiting) return false;
    this.#turns += 1;
    if (this.#turns < MOST_TURNS) return true;
    this.#end(false);
    return false;
  }

  /** Something was received: what is waited for, as it seems. */
  received(): void {
    if (this.#isWaiting) this.#end(this.#turns > TOO_FEW_TURNS);
  }

  #end(hasPaid: boolean): void {
    this.#isWaiting = false;
    this.#credit += hasPaid ? 1 : -1;
    if (this.#credit > 2 * TRIALS) {
      this.#credit = 2 * TRIALS;
      this.#pause = FIRST_PAUSE;
    } else if (this.#credit === 0) {
      this.#untilTrial = this.#pause;
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    }
  }
}
