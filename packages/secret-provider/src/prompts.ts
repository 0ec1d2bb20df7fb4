/**
 * Prompt objects: each belongs to the connection that got it, can be used once, and ends with exactly
 * one `Completed`, sent to that connection alone, whether it is answered or dismissed.
 * https://specifications.freedesktop.org/secret-service/latest/#prompts
 */
import type { Variant } from '@keywire/dbus-wire';
import { failed, noSuchObject } from './dbus-error.ts';
import { PROMPT_PREFIX } from './names.ts';
import type { Prompter, PromptRequest } from './prompter.ts';
import type { PromptScript } from './store.ts';

/** What a prompt is for. */
export interface PromptAction {
  readonly request: Omit<PromptRequest, 'client' | 'wasWrong' | 'windowId'>;
  /** Answers in place of the prompter. */
  readonly script?: PromptScript | undefined;
  /** Does what was asked for; `'wrong-password'` asks again. */
  readonly perform: (password: Uint8Array | undefined) => Promise<Variant | 'wrong-password'>;
  /** The result that goes with a dismissal. */
  readonly dismissed: Variant;
  /** A result of a type that does not belong here; for the script of that name. */
  readonly wrongType: Variant;
}

/** What prompts need of the world around them. */
export interface PromptSurroundings {
  readonly prompter: Prompter;
  readonly completed: (owner: string, path: string, dismissed: boolean, result: Variant) => void;
  /** Resolves after a delay; rejects when the signal aborts. */
  readonly delay: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Leaves the bus without a word: what the script `vanish` means. */
  readonly vanish: () => void;
  /** Told about an action that failed; the client sees a dismissal. */
  readonly actionFailed: (error: unknown) => void;
}

interface Prompt {
  readonly path: string;
  readonly owner: string;
  readonly action: PromptAction;
  readonly abort: AbortController;
  isShown: boolean;
}

/** A person may mistype; more than this is guessing. */
const MAX_WRONG_PASSWORDS = 3;

export class Prompts {
  readonly #prompts = new Map<string, Prompt>();
  readonly #surroundings: PromptSurroundings;
  #last = 0;

  constructor(surroundings: PromptSurroundings) {
    this.#surroundings = surroundings;
  }

  has(path: string): boolean {
    return this.#prompts.has(path);
  }

  add(owner: string, action: PromptAction): string {
    this.#last += 1;
    const path = `${PROMPT_PREFIX}p${this.#last}`;
    this.#prompts.set(path, { path, owner, action, abort: new AbortController(), isShown: false });
    return path;
  }

  /** Shows the prompt; returns at once, `Completed` follows. */
  show(owner: string, path: string, windowId: string): void {
    const prompt = this.#require(owner, path);
    // @rule provider/prompt-once secret#org.freedesktop.Secret.Prompt
    if (prompt.isShown) throw failed('Prompt: this prompt is being shown already');
    prompt.isShown = true;
    this.#run(prompt, windowId).catch((error: unknown) => {
      this.#surroundings.actionFailed(error);
      this.#complete(prompt, true, prompt.action.dismissed);
    });
  }

  // @rule provider/dismiss-completes secret#org.freedesktop.Secret.Prompt
  dismiss(owner: string, path: string): void {
    const prompt = this.#require(owner, path);
    this.#complete(prompt, true, prompt.action.dismissed);
  }

  /** Drops the prompts of a connection that ended. */
  dropAll(owner: string): void {
    for (const prompt of [...this.#prompts.values()]) {
      if (prompt.owner !== owner) continue;
      this.#prompts.delete(prompt.path);
      prompt.abort.abort();
    }
  }

  // @rule provider/prompt-of-sender secret#org.freedesktop.Secret.Prompt
  #require(owner: string, path: string): Prompt {
    const prompt = this.#prompts.get(path);
    if (prompt?.owner !== owner) throw noSuchObject(path);
    return prompt;
  }

  async #run(prompt: Prompt, windowId: string): Promise<void> {
    const { script } = prompt.action;
    if (script !== undefined) {
      await this.#runScript(prompt, script);
      return;
    }
    for (let wrong = 0; wrong < MAX_WRONG_PASSWORDS; wrong += 1) {
      const reply = await this.#surroundings.prompter.ask(
        { ...prompt.action.request, client: prompt.owner, windowId, wasWrong: wrong > 0 },
        prompt.abort.signal,
      );
      if (!this.#prompts.has(prompt.path) || reply.answer === 'dismiss') break;
      const result = await performWith(prompt.action, reply.password);
      if (result !== 'wrong-password') {
        this.#complete(prompt, false, result);
        return;
      }
    }
    this.#complete(prompt, true, prompt.action.dismissed);
  }

  async #runScript(prompt: Prompt, { answer, delayMs = 0 }: PromptScript): Promise<void> {
    if (delayMs > 0) await this.#surroundings.delay(delayMs, prompt.abort.signal);
    if (answer === 'vanish') this.#surroundings.vanish();
    if (answer === 'never' || answer === 'vanish') return;
    if (answer === 'dismiss') {
      this.#complete(prompt, true, prompt.action.dismissed);
      return;
    }
    const result = await prompt.action.perform(undefined);
    if (result === 'wrong-password') this.#complete(prompt, true, prompt.action.dismissed);
    else this.#complete(prompt, false, answer === 'wrong-type' ? prompt.action.wrongType : result);
  }

  // Whoever removes the prompt from the map sends its one signal.
  // @rule provider/completed-once secret#org.freedesktop.Secret.Prompt
  #complete(prompt: Prompt, dismissed: boolean, result: Variant): void {
    if (!this.#prompts.delete(prompt.path)) return;
    prompt.abort.abort();
    this.#surroundings.completed(prompt.owner, prompt.path, dismissed, result);
  }
}

async function performWith(
  action: PromptAction,
  password: Uint8Array | undefined,
): Promise<Variant | 'wrong-password'> {
  try {
    return await action.perform(password);
  } finally {
    password?.fill(0);
  }
}
