/**
 * A prompter that asks the person at a terminal, one question after the other. What a client wrote is
 * shown as text that steers no terminal. Leaving a question unanswered dismisses the prompt; when its
 * client takes it back, the question goes.
 */

import type { Caller } from '../types/policy.ts';
import type { Prompter, PromptReply, PromptRequest } from './prompter.ts';
import { describeQuestion } from './terminal-question.ts';

/** The terminal itself, as far as a prompter needs it. */
export interface PromptTerminal {
  /**
   * Asks without showing what is typed. Resolves to the line without its end, in a buffer that the
   * prompter wipes or hands on; to `undefined` when it was left unanswered or the signal aborted. The
   * terminal is as it was before then.
   */
  ask(question: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Shows one line of text. */
  tell(line: string): void;
}

const DISMISS: PromptReply = { answer: 'dismiss' };

/** Makes a prompter that asks a person, one question after the other. */
export function terminalPrompter(terminal: PromptTerminal): Prompter {
  return new TerminalPrompter(terminal);
}

class TerminalPrompter implements Prompter {
  readonly #terminal: PromptTerminal;
  /** The last question that stands or waits for its turn. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(terminal: PromptTerminal) {
    this.#terminal = terminal;
  }

  // @rule provider/one-question-at-a-time keywire#terminal-prompter
  ask(request: PromptRequest, signal: AbortSignal): Promise<PromptReply> {
    const turn = this.#tail.then(() => (signal.aborted ? DISMISS : this.#ask(request, signal)));
    // The next question is asked whatever became of this one, which its own prompt hears of.
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  async #ask(request: PromptRequest, signal: AbortSignal): Promise<PromptReply> {
    const question = describeQuestion(request, await who(request));
    const reply = request.needsPassword
      ? await this.#askPassword(question, request, signal)
      : await this.#askConsent(question, signal);
    if (signal.aborted) this.#terminal.tell('the question was taken back');
    else if (reply.answer === 'dismiss') this.#terminal.tell('refused');
    else if (!request.needsPassword) this.#terminal.tell('allowed');
    return reply;
  }

  async #askConsent(question: string, signal: AbortSignal): Promise<PromptReply> {
    const typed = await this.#terminal.ask(`${question} Allow it? Type yes or no: `, signal);
    const word = new TextDecoder().decode(typed).trim().toLowerCase();
    return word === 'yes' || word === 'y' ? { answer: 'accept' } : DISMISS;
  }

  async #askPassword(
    question: string,
    { action, wasWrong }: PromptRequest,
    signal: AbortSignal,
  ): Promise<PromptReply> {
    // What opens a collection is checked against it; what a new one is sealed with is typed twice.
    const isNew = action === 'create-collection';
    let remark = wasWrong ? 'That password was wrong. ' : '';
    for (;;) {
      const what = isNew ? 'New password' : 'Password';
      const password = await this.#terminal.ask(`${remark}${question} ${what}: `, signal);
      if (password === undefined) return DISMISS;
      if (password.length > 0 && !isNew) return { answer: 'accept', password };
      const again =
        password.length > 0 ? await this.#terminal.ask('Once more: ', signal) : password;
      if (again === undefined) {
        password.fill(0);
        return DISMISS;
      }
      const isSame = password.length > 0 && equalBytes(password, again);
      again.fill(0);
      if (isSame) return { answer: 'accept', password };
      remark = password.length > 0 ? 'The two differ. ' : 'That was empty. ';
      password.fill(0);
    }
  }
}

/** Who asks, as far as the bus can tell. */
async function who({ client, describeClient }: PromptRequest): Promise<Caller> {
  try {
    return await describeClient();
  } catch {
    // It left, and its prompt goes with it; until then its name is all that is known.
    return { uniqueName: client };
  }
}

function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
