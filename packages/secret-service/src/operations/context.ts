// What a service shares with its collections and items: the daemon, the session, the prompts, and
// the defaults that were given to connect().

import type { Message } from '@keywire/dbus-wire';
import { untilAborted } from '../abort.ts';
import type { CallOptions, Peer } from '../daemon/peer.ts';
import type { DaemonProfile, ProfileSource } from '../daemon-profile.ts';
import { isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import type { OwnWrites } from '../events/own-writes.ts';
import type { Clock } from '../io/clock.ts';
import { MAX_WRITES_AT_ONCE } from '../limits.ts';
import type { PromptDesk, PromptOptions } from '../prompts/prompt-desk.ts';
import type { CallSpec } from '../protocol/calls.ts';
import { collectionPathOf } from '../protocol/names.ts';
import { checkText } from '../protocol/text.ts';
import type { SessionKeeper } from '../secrets/session-keeper.ts';
import { readLocked } from './properties.ts';

/** Options of every operation that waits. */
export interface OperationOptions {
  /** Ends the operation with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Whether prompts may be shown; default: as given to connect(). */
  readonly interactive?: boolean | undefined;
  /** The window that dialogs belong to; default: as given to connect(). */
  readonly windowId?: string | undefined;
}

/** The parts of a service. */
export interface ContextParts {
  readonly peer: Peer;
  readonly sessions: SessionKeeper;
  readonly prompts: PromptDesk;
  readonly writes: OwnWrites;
  readonly promptDefaults: Omit<PromptOptions, 'signal'>;
  readonly profile: ProfileSource;
  readonly clock: Clock;
}

/** One service as its objects see it. */
export class ServiceContext {
  readonly peer: Peer;
  readonly sessions: SessionKeeper;
  readonly prompts: PromptDesk;
  readonly writes: OwnWrites;
  readonly clock: Clock;
  readonly #promptDefaults: Omit<PromptOptions, 'signal'>;
  readonly #profile: ProfileSource;
  readonly #turns = new Map<string, Promise<void>>();
  /** The last answer "no" to each question, and its place among all of them. */
  readonly #refusals = new Map<string, { readonly place: number; readonly error: unknown }>();
  #refusalCount = 0;
  #writing = 0;
  readonly #waitingWrites: (() => void)[] = [];

  constructor(parts: ContextParts) {
    this.peer = parts.peer;
    this.sessions = parts.sessions;
    this.prompts = parts.prompts;
    this.writes = parts.writes;
    this.clock = parts.clock;
    this.#promptDefaults = parts.promptDefaults;
    this.#profile = parts.profile;
  }

  /** Whether prompts may be shown in an operation. */
  isInteractive(options: OperationOptions): boolean {
    return options.interactive ?? this.#promptDefaults.interactive;
  }

  /** Which daemon this is; needs a session, and so waits for one, as long as the caller does. */
  profile(options: { readonly signal?: AbortSignal | undefined }): Promise<DaemonProfile> {
    // @rule secret/waiting-can-be-aborted keywire#nothing-hangs
    return untilAborted(this.#profile(), options.signal, 'Session');
  }

  /**
   * Gets ready for the prompt that a call may raise; before the call is made.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-argument` for options that no prompt could
   * be shown with.
   */
  preparePrompt(options: OperationOptions): PromptOptions {
    checkPromptOptions(options);
    return { ...this.promptOptions(options), since: this.prompts.prepare() };
  }

  /** How prompts are handled in an operation. */
  promptOptions(options: OperationOptions): PromptOptions {
    return {
      interactive: this.isInteractive(options),
      windowId: options.windowId ?? this.#promptDefaults.windowId,
      promptMs: this.#promptDefaults.promptMs,
      signal: options.signal,
    };
  }

  /**
   * Makes a call that changes something, so that its events are known as ours.
   *
   * @param touchedBy - the paths that the change touches, from the reply
   */
  change(
    spec: CallSpec,
    options: CallOptions,
    touchedBy: (reply: Message) => readonly string[] = () => [spec.path],
  ): Promise<Message> {
    return this.writes.during(() => this.write(spec, options), touchedBy);
  }

  /** Makes a call that changes something, once not too many others are under way. */
  async write(spec: CallSpec, options: CallOptions): Promise<Message> {
    // @rule secret/writes-are-paced keywire#nothing-hangs
    if (this.#writing < MAX_WRITES_AT_ONCE) this.#writing += 1;
    else await this.#admitted(options.signal);
    try {
      return await this.peer.call(spec, options);
    } finally {
      this.#admitNext();
    }
  }

  /** Waits for the place of a write that ends. */
  async #admitted(signal: AbortSignal | undefined): Promise<void> {
    let admit = (): void => {};
    const admitted = new Promise<void>((resolve) => (admit = resolve));
    this.#waitingWrites.push(admit);
    try {
      await untilAborted(admitted, signal, 'waiting for other changes');
    } catch (error) {
      const place = this.#waitingWrites.indexOf(admit);
      if (place >= 0) this.#waitingWrites.splice(place, 1);
      else this.#admitNext();
      throw error;
    }
  }

  /** Hands the place of a write that has ended to the next one. */
  #admitNext(): void {
    const admit = this.#waitingWrites.shift();
    if (admit === undefined) this.#writing -= 1;
    else admit();
  }

  /**
   * Does something that may be done twice: once more if the daemon was replaced meanwhile, or if
   * the bus went away and comes back. Reads are; whatever creates, deletes or overwrites is not.
   */
  async repeatable<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      // @rule secret/retry-idempotent keywire#self-healing
      const isLoss =
        isSecretServiceError(error, 'owner-changed') || isSecretServiceError(error, 'disconnected');
      if (!isLoss) throw error;
      return operation().catch((again: unknown) => {
        // Nobody took its place: then what happened is that the daemon, or the bus, went away.
        throw isSecretServiceError(again, 'unavailable') ? error : again;
      });
    }
  }

  /**
   * Does something with an item, and finds out what a failure means: a daemon may take the items of
   * a locked collection off the bus, or have no words for a locked one; then "does not exist" and
   * "failed" mean "locked".
   */
  async withItem<T>(
    itemPath: string,
    options: CallOptions,
    operation: () => Promise<T>,
  ): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      // @rule secret/hidden-is-locked quirk#P6
      // @rule secret/failed-is-locked quirk#O3
      const isExplained = isSecretServiceError(error, 'not-found')
        ? await this.isHidden(itemPath, options)
        : isSecretServiceError(error, 'failed') && (await this.#isLocked(itemPath, options));
      if (!isExplained) throw error;
      throw secretServiceError('locked', 'Item', {
        cause: error,
        advice: (await this.profile(options)).unlockAdvice,
      });
    }
  }

  /**
   * Does something that looks and then writes, after what was started before under the same key:
   * two stores at once would both find nothing and both create. Waiting for one's turn can be
   * aborted; what has begun is aborted by its own calls.
   */
  async inTurn<T>(
    key: string,
    operation: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const before = this.#turns.get(key);
    const turn =
      before === undefined ? operation() : untilAborted(before, signal, 'turn').then(operation);
    // Whether a turn failed is told to who took it; the next one only waits for its end, and for
    // the end of those before it.
    // @rule secret/stores-in-turn keywire#exact-replace
    const ended: Promise<void> = turn.then(nothing, nothing).then(() => before);
    this.#turns.set(key, ended);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === ended) this.#turns.delete(key);
    }
  }

  /**
   * Does something that may ask the user, one such thing at a time. Who waited while the same question
   * was answered with no takes that for an answer: several operations at once ask once.
   */
  askInTurn<T>(
    question: string,
    operation: () => Promise<T>,
    options: OperationOptions,
  ): Promise<T> {
    if (!this.isInteractive(options)) return operation();
    const before = this.#refusalCount;
    const ask = async (): Promise<T> => {
      const refusal = this.#refusals.get(question);
      if (refusal !== undefined && refusal.place > before) throw refusal.error;
      try {
        return await operation();
      } catch (error) {
        if (!isAnswer(error)) throw error;
        this.#refusalCount += 1;
        this.#refusals.set(question, { place: this.#refusalCount, error });
        throw error;
      }
    };
    // @rule secret/one-question-at-a-time quirk#G24
    return this.inTurn('question', ask, options.signal);
  }

  /** Whether an item is locked; one that does not tell counts as not. */
  async #isLocked(itemPath: string, options: CallOptions): Promise<boolean> {
    try {
      return await readLocked(this.peer, itemPath, 'item', options);
    } catch (error) {
      if (isSecretServiceError(error, 'failed') || isSecretServiceError(error, 'not-found')) {
        return false;
      }
      throw error;
    }
  }

  /** Whether the collection of an item is locked, so that the item may be hidden by that. */
  async isHidden(itemPath: string, options: CallOptions): Promise<boolean> {
    try {
      return await readLocked(this.peer, collectionPathOf(itemPath), 'collection', options);
    } catch (error) {
      if (isSecretServiceError(error, 'not-found')) return false;
      throw error;
    }
  }
}

function checkPromptOptions({ interactive, windowId }: OperationOptions): void {
  if (windowId !== undefined) checkText('windowId', windowId);
  if (interactive === undefined || typeof interactive === 'boolean') return;
  throw secretServiceError('invalid-argument', 'interactive', {
    detail: `expected true or false, got ${typeof interactive}`,
  });
}

/** Whether a prompt was answered with no, or will not be answered. */
function isAnswer(error: unknown): boolean {
  return (
    isSecretServiceError(error, 'dismissed') ||
    isSecretServiceError(error, 'no-prompter') ||
    isSecretServiceError(error, 'prompt-deadline')
  );
}

function nothing(): void {}
