/**
 * Prompt objects: each belongs to the connection that got it, can be used once, and ends with exactly
 * one `Completed`, sent to that connection alone, whether it is answered or dismissed.
 * https://specifications.freedesktop.org/secret-service/latest/#prompts
 */
import type { Variant } from '@keywire/dbus-wire';
import { PROMPT_PREFIX } from '../api/names.ts';
import { noSuchObject, Refusal } from '../api/refusal.ts';
import type { Prompter, PromptRequest } from '../prompters/prompter.ts';
import type { PromptScript } from '../stores/store.ts';
import type { Delay } from '../types/clock.ts';
import type { Caller } from '../types/policy.ts';
import { CallOrder } from './call-order.ts';

/** What a prompt is for. */
export interface PromptAction {
  readonly request: Pick<PromptRequest, 'action' | 'access' | 'label' | 'count' | 'needsPassword'>;
  /** Answers in place of the prompter. */
  readonly script?: PromptScript | undefined;
  /** Does what was asked for; `'wrong-password'` asks again. */
  readonly perform: (password: Uint8Array | undefined) => Promise<Variant | 'wrong-password'>;
  /** Whether what was done is told as a dismissal. */
  readonly isVain?: boolean;
  /** The result that goes with a dismissal. */
  readonly dismissed: Variant;
  /** A result of a type that does not belong here; for the script of that name. */
  readonly wrongType: Variant;
  /** Wipes what was kept for an action that will not be performed. */
  readonly abandon?: () => void;
}

/** What prompts need of the world around them. */
export interface PromptSurroundings {
  readonly prompter: Prompter;
  readonly completed: (owner: string, path: string, dismissed: boolean, result: Variant) => void;
  readonly delay: Delay;
  /** What the bus knows about a client. */
  readonly describeCaller: (uniqueName: string) => Promise<Caller>;
  /** Leaves the bus without a word: what the script `vanish` means. */
  readonly vanish: () => void;
  /** Told about an action that failed; the client sees a dismissal. */
  readonly actionFailed: (error: unknown) => void;
  /** Whether Dismiss is followed by `Completed`, as it should be. */
  readonly dismissCompletes: boolean;
  /** Whether others than its owner may use a prompt; they should not. */
  readonly isShared: boolean;
}

interface Prompt {
  readonly path: string;
  readonly owner: string;
  readonly action: PromptAction;
  readonly abort: AbortController;
  isShown: boolean;
  /** Set once what was asked for is being done: too late to dismiss. */
  isAccepted: boolean;
}

/** A person may mistype; more than this is guessing. */
const MAX_WRONG_PASSWORDS = 3;

const MAX_PROMPTS_PER_CALLER = 256;

export class Prompts {
  readonly #prompts = new Map<string, Prompt>();
  readonly #surroundings: PromptSurroundings;
  /** A key takes a second to derive: who has many prompts accepted at once holds up nobody else. */
  readonly #order = new CallOrder(async () => {});
  #last = 0;

  constructor(surroundings: PromptSurroundings) {
    this.#surroundings = surroundings;
  }

  /** The connections that have one. */
  owners(): string[] {
    return [...this.#prompts.values()].map(({ owner }) => owner);
  }

  has(path: string): boolean {
    return this.#prompts.has(path);
  }

  /** Whether there is one at this path that is somebody else's alone. */
  isForeign(owner: string, path: string): boolean {
    const prompt = this.#prompts.get(path);
    return prompt !== undefined && prompt.owner !== owner && !this.#surroundings.isShared;
  }

  add(owner: string, action: PromptAction): string {
    const own = [...this.#prompts.values()].filter((prompt) => prompt.owner === owner);
    // @rule provider/prompt-limit keywire#provider-limits
    if (own.length >= MAX_PROMPTS_PER_CALLER) {
      throw new Refusal(
        'limits-exceeded',
        `prompts: expected at most ${MAX_PROMPTS_PER_CALLER} for one connection`,
      );
    }
    this.#last += 1;
    const path = `${PROMPT_PREFIX}p${this.#last}`;
    const abort = new AbortController();
    this.#prompts.set(path, { path, owner, action, abort, isShown: false, isAccepted: false });
    return path;
  }

  /** Shows the prompt; returns at once, `Completed` follows. */
  show(owner: string, path: string, windowId: string): void {
    const prompt = this.#require(owner, path);
    // @rule provider/prompt-once secret#org.freedesktop.Secret.Prompt
    if (prompt.isShown) throw new Refusal('prompt-shown', 'Prompt: it is being shown already');
    prompt.isShown = true;
    this.#run(prompt, windowId).catch((error: unknown) => {
      // Whoever was waiting for an answer gives up when the prompt is dismissed: no fault.
      if (!this.#prompts.has(path)) return;
      this.#surroundings.actionFailed(error);
      this.#complete(prompt, true, prompt.action.dismissed);
    });
  }

  // @rule provider/dismiss-completes secret#org.freedesktop.Secret.Prompt
  dismiss(owner: string, path: string): void {
    const prompt = this.#require(owner, path);
    // What is being done is not undone: its own Completed, with its result, is on its way.
    if (prompt.isAccepted) return;
    if (this.#surroundings.dismissCompletes) this.#complete(prompt, true, prompt.action.dismissed);
    else this.#drop(prompt);
  }

  /** Drops the prompts of a connection that ended; without one, all of them. */
  dropAll(owner?: string): void {
    for (const prompt of [...this.#prompts.values()]) {
      if (owner === undefined || prompt.owner === owner) this.#drop(prompt);
    }
  }

  #drop(prompt: Prompt): void {
    this.#prompts.delete(prompt.path);
    prompt.abort.abort();
    if (!prompt.isAccepted) prompt.action.abandon?.();
  }

  // @rule provider/prompt-of-sender secret#org.freedesktop.Secret.Prompt
  #require(owner: string, path: string): Prompt {
    const prompt = this.#prompts.get(path);
    if (prompt === undefined) throw noSuchObject(path);
    if (this.isForeign(owner, path)) {
      throw new Refusal('foreign-prompt', `Object does not exist at path "${path}"`);
    }
    return prompt;
  }

  async #run(prompt: Prompt, windowId: string): Promise<void> {
    const { script } = prompt.action;
    if (script !== undefined) {
      await this.#runScript(prompt, script);
      return;
    }
    const { prompter, describeCaller } = this.#surroundings;
    const client = prompt.owner;
    const describeClient = (): Promise<Caller> => describeCaller(client);
    for (let wrong = 0; wrong < MAX_WRONG_PASSWORDS && this.#prompts.has(prompt.path); wrong += 1) {
      const reply = await prompter.ask(
        { ...prompt.action.request, client, describeClient, windowId, wasWrong: wrong > 0 },
        prompt.abort.signal,
      );
      // Only a yes is one, whatever else a prompter of somebody's own may say.
      // @rule provider/only-accept-accepts keywire#provider-policy
      if (reply.answer !== 'accept') break;
      const result = await this.#perform(prompt, checkedPassword(reply.password));
      if (result !== 'wrong-password') {
        this.#complete(prompt, prompt.action.isVain === true, result);
        return;
      }
    }
    this.#complete(prompt, true, prompt.action.dismissed);
  }

  async #runScript(prompt: Prompt, { answer, delayMs = 0 }: PromptScript): Promise<void> {
    // Also without a delay the reply to Prompt() leaves before anything happens.
    await this.#surroundings.delay(delayMs, prompt.abort.signal);
    if (answer === 'vanish') this.#surroundings.vanish();
    if (answer === 'never' || answer === 'vanish') return;
    if (answer === 'dismiss') {
      this.#complete(prompt, true, prompt.action.dismissed);
      return;
    }
    const result = await this.#perform(prompt, undefined);
    if (result === 'wrong-password') this.#complete(prompt, true, prompt.action.dismissed);
    else
      this.#complete(
        prompt,
        prompt.action.isVain === true,
        answer === 'wrong-type' ? prompt.action.wrongType : result,
      );
  }

  // Whoever removes the prompt from the map sends its one signal.
  // @rule provider/completed-once secret#org.freedesktop.Secret.Prompt
  #complete(prompt: Prompt, dismissed: boolean, result: Variant): void {
    if (!this.#prompts.delete(prompt.path)) return;
    prompt.abort.abort();
    if (dismissed) prompt.action.abandon?.();
    this.#surroundings.completed(prompt.owner, prompt.path, dismissed, result);
  }

  // @rule provider/prompts-take-turns keywire#provider-limits
  #perform(prompt: Prompt, password: Uint8Array | undefined): Promise<Variant | 'wrong-password'> {
    return this.#order.run(prompt.owner, () => this.#performNow(prompt, password));
  }

  /** Does what was asked for, unless the prompt was dismissed; wipes the password either way. */
  async #performNow(
    prompt: Prompt,
    password: Uint8Array | undefined,
  ): Promise<Variant | 'wrong-password'> {
    let isDone = false;
    try {
      if (!this.#prompts.has(prompt.path)) return 'wrong-password';
      prompt.isAccepted = true;
      const result = await prompt.action.perform(password);
      isDone = result !== 'wrong-password';
      return result;
    } finally {
      prompt.isAccepted = false;
      password?.fill(0);
      // Its client left while it was tried: nobody will end the prompt any more.
      if (!isDone && !this.#prompts.has(prompt.path)) prompt.action.abandon?.();
    }
  }
}

/** Before anything is done: what cannot be wiped would be found out when it is. */
function checkedPassword(password: unknown): Uint8Array | undefined {
  if (password === undefined || password instanceof Uint8Array) return password;
  throw new TypeError(`prompter: expected the password as a Uint8Array, got ${typeof password}`);
}
