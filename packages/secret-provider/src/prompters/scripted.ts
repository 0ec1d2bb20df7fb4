/** A prompter for tests: it answers as it was told beforehand, one prompt after the other. */
import { systemDelay } from '../io/system-delay.ts';
import type { Delay } from '../types/clock.ts';
import type { Prompter, PromptReply } from './prompter.ts';

/** How one prompt is answered. */
export interface ScriptedAnswer {
  /** `never` leaves the prompt open until its client dismisses it or ends. */
  readonly answer: 'accept' | 'dismiss' | 'never';
  /** Milliseconds before the answer. Default: 0. */
  readonly delayMs?: number | undefined;
  /** What is typed where a password is wanted. Default: nothing. */
  readonly password?: string | undefined;
}

const ANSWERS: ReadonlySet<string> = new Set(['accept', 'dismiss', 'never']);
const DISMISS: PromptReply = { answer: 'dismiss' };

/**
 * Makes a prompter of a script. Each answer counts once, the last one for all prompts that follow; a
 * password that is wrong is asked for again, with the next answer.
 *
 * @throws RangeError for a script without an answer, TypeError for an answer that there is not
 */
export function scriptedPrompter(
  script: readonly (ScriptedAnswer | ScriptedAnswer['answer'])[],
  delay: Delay = systemDelay,
): Prompter {
  if (script.length === 0) throw new RangeError('script: expected at least one answer');
  for (const line of script) {
    const answer: string = typeof line === 'string' ? line : line.answer;
    if (!ANSWERS.has(answer)) throw new TypeError(`script: expected ${[...ANSWERS].join(', ')}`);
  }
  let next = 0;
  return {
    async ask({ needsPassword }, signal) {
      const line = script[Math.min(next, script.length - 1)] ?? 'dismiss';
      next += 1;
      const { answer, delayMs = 0, password } = typeof line === 'string' ? { answer: line } : line;
      if (answer === 'never') return await untilTakenBack(signal);
      await delay(delayMs, signal);
      if (answer === 'dismiss') return DISMISS;
      if (!needsPassword || password === undefined) return { answer };
      return { answer, password: new TextEncoder().encode(password) };
    },
  };
}

function untilTakenBack(signal: AbortSignal): Promise<PromptReply> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(DISMISS), { once: true });
    if (signal.aborted) resolve(DISMISS);
  });
}
