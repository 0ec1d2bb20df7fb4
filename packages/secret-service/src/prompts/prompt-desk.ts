// Shows prompts and waits for them. One subscription, written before the first call that can raise
// a prompt, because a prompt may complete before its path is known to us. Only the exact path of a
// prompt counts, and only from who named it: daemons broadcast the Completed of other prompts, their
// own inner ones included, and who takes the name over can send what they like.
// https://specifications.freedesktop.org/secret-service/latest/ (Prompts and Prompting)

import { type Message, onAbort, Variant } from '@keywire/dbus-wire';
import { untilAborted } from '../abort.ts';
import type { BusSignals } from '../daemon/bus-links.ts';
import type { Origin, Peer } from '../daemon/peer.ts';
import type { ProfileSource } from '../daemon-profile.ts';
import { normaliseError } from '../errors/error-normalisation.ts';
import type { SecretServiceErrorCode } from '../errors/error-table.ts';
import {
  isSecretServiceError,
  type SecretServiceError,
  secretServiceError,
} from '../errors/errors.ts';
import type { Clock } from '../io/clock.ts';
import { MAX_EARLY_PROMPTS } from '../limits.ts';
import { dismissPrompt, showPrompt } from '../protocol/calls.ts';
import { PROMPT_INTERFACE } from '../protocol/names.ts';
import { LeftDialogs } from './left-dialogs.ts';
import {
  advancePrompt,
  INITIAL_PROMPT,
  needsDismissal,
  type PromptEvent,
  type PromptOutcome,
  type PromptState,
} from './prompt.ts';

/** How prompts are handled in one operation. */
export interface PromptOptions {
  /** Whether `Prompt()` may be called at all. */
  readonly interactive: boolean;
  /** The platform's id of the window that dialogs belong to; empty for none. */
  readonly windowId: string;
  /** How long the user may take; undefined for as long as they like. */
  readonly promptMs: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What `prepare()` gave: what was said before that is not about this prompt. */
  readonly since?: number | undefined;
}

type Refusal = Extract<PromptOutcome, { kind: 'refused' }>;
type CompletedEvent = Extract<PromptEvent, { type: 'completed' }>;

/** A prompt that is waited for; a daemon may name one prompt to several calls. */
interface WaitedFor {
  readonly name: string;
  readonly apply: (event: PromptEvent) => void;
}

/** The prompts of one service. */
export class PromptDesk {
  readonly #peer: Peer;
  readonly #clock: Clock;
  readonly #hasDisplay: boolean;
  readonly #profile: ProfileSource;
  readonly #waiting = new Set<WaitedFor>();
  readonly #early = new Map<string, { readonly event: CompletedEvent; readonly place: number }>();
  readonly #left = new LeftDialogs();
  #stream: BusSignals | undefined;
  #refusal: SecretServiceError | undefined;
  #completions = 0;

  constructor(peer: Peer, clock: Clock, hasDisplay: boolean, profile: ProfileSource) {
    this.#peer = peer;
    this.#clock = clock;
    this.#hasDisplay = hasDisplay;
    this.#profile = profile;
    peer.links.onLoss((code) => this.#lose(code));
  }

  /**
   * Subscribes, once; must be called before any call that can raise a prompt.
   *
   * @returns how many prompts have completed by now
   */
  prepare(): number {
    // @rule secret/subscribe-first secret#prompts
    if (this.#stream === undefined) this.#subscribe();
    return this.#completions;
  }

  #subscribe(): void {
    const stream = this.#peer.signals({ interface: PROMPT_INTERFACE, member: 'Completed' });
    this.#stream = stream;
    this.#refusal = undefined;
    this.#read(stream).then(
      () => this.#unsubscribed(stream),
      (error: unknown) => this.#unsubscribed(stream, error),
    );
  }

  /**
   * Shows a prompt and waits until it ends.
   *
   * @param origin - where the reply came from that named the prompt
   * @returns the result that came with it, of whatever type
   * @throws {@link PromptDismissedError}, {@link PromptRequiredError}, {@link DisconnectedError},
   * {@link AbortedError}; what the bus refused the subscription with
   */
  async perform(
    path: string,
    subject: string,
    options: PromptOptions,
    origin: Origin,
  ): Promise<unknown> {
    // @rule secret/non-interactive keywire#interactive-false
    if (!options.interactive) {
      this.#dismiss(path, subject, origin);
      throw secretServiceError('prompt-required', subject);
    }
    // @rule secret/subscription-refused keywire#nothing-hangs
    if (this.#refusal !== undefined) {
      this.#dismiss(path, subject, origin);
      throw this.#refusal;
    }
    const release = this.#peer.links.hold();
    const { outcome, wasShown } = await this.#settle(path, subject, options, origin).finally(
      release,
    );
    if (needsDismissal(outcome)) this.#dismiss(path, subject, origin, wasShown);
    if (outcome.kind === 'accepted') return outcome.result;
    if (outcome.kind === 'failed') throw outcome.error;
    const code = await untilAborted(this.#refusalOf(outcome), options.signal, subject);
    throw secretServiceError(code, subject, {
      ...(outcome.cause === undefined ? {} : { cause: outcome.cause }),
      mayHaveHappened: outcome.by === 'us',
    });
  }

  /** Without a display nobody can have dismissed anything, but where the daemon asks elsewhere. */
  async #refusalOf({ by, code }: Refusal): Promise<SecretServiceErrorCode> {
    // @rule secret/no-prompter quirk#G7
    if (by === 'us' || code !== 'no-prompter') return code;
    return (await this.#profile()).asksWithoutDisplay ? 'dismissed' : code;
  }

  /** Ends the subscription; prompts under way fail with code `closed`. */
  close(): void {
    this.#lose('closed');
    this.#stream?.close();
  }

  /**
   * Tells the daemon to drop a prompt. Nothing of it is waited for: which daemon it is may not be
   * known yet and its Completed may never come, and the operation has its outcome already.
   */
  #dismiss(path: string, subject: string, origin: Origin, wasShown = false): void {
    const name = nameOf(origin.owner, path);
    this.#profile().then(
      (profile) => {
        // A daemon that would not survive it keeps its dialog until the user or our end closes it.
        // @rule secret/dismissal-survived quirk#G17
        if (profile.undismissableCalls.includes(subject)) {
          if (wasShown && !this.#early.has(name)) this.#left.add(name, subject);
          return;
        }
        // @rule secret/dismiss-without-waiting quirk#O5
        this.#peer.send(dismissPrompt(path), origin);
      },
      // A daemon that cannot be told apart is not told anything.
      () => {},
    );
  }

  #settle(
    path: string,
    subject: string,
    options: PromptOptions,
    origin: Origin,
  ): Promise<{ readonly outcome: PromptOutcome; readonly wasShown: boolean }> {
    const circumstances = { hasDisplay: this.#hasDisplay };
    const name = nameOf(origin.owner, path);
    return new Promise((resolve) => {
      let current: PromptState = INITIAL_PROMPT;
      let stopTimer: (() => void) | undefined;
      let stopAbort: (() => void) | undefined;
      let stopQueueing: (() => void) | undefined;
      const abort = (): void => apply({ type: 'aborted', reason: options.signal?.reason });
      const apply = (event: PromptEvent): void => {
        const wasShown = current.state === 'shown';
        current = advancePrompt(current, event, circumstances);
        if (current.state !== 'settled') return;
        this.#waiting.delete(waiting);
        stopTimer?.();
        stopAbort?.();
        stopQueueing?.();
        resolve({ outcome: current.outcome, wasShown });
      };
      const waiting = { name, apply };
      this.#waiting.add(waiting);
      if (options.signal?.aborted === true) return abort();
      const early = this.#early.get(name);
      this.#early.delete(name);
      // @rule secret/early-completion quirk#K4
      // @rule secret/late-completion keywire#prompts
      if (early !== undefined && early.place > (options.since ?? 0)) return apply(early.event);
      stopAbort = options.signal && onAbort(options.signal, abort);
      if (options.promptMs !== undefined) {
        stopTimer = this.#clock.after(options.promptMs, () => apply({ type: 'deadline' }));
      }
      // @rule secret/no-queue-of-dialogs quirk#G24
      stopQueueing = this.#left.whenNone(subject, () =>
        this.#show(path, options.windowId, origin, apply),
      );
    });
  }

  #show(path: string, windowId: string, origin: Origin, apply: (event: PromptEvent) => void): void {
    apply({ type: 'shown', atMs: this.#clock.now() });
    this.#peer.call(showPrompt(path, windowId), { origin }).catch((error: unknown) => {
      // The prompt's own deadline is the one that counts while a user is typing.
      if (isSecretServiceError(error, 'deadline')) return;
      // It may have completed a moment ago, and its signal be among what has just arrived.
      this.#clock.soon(() => apply({ type: 'failed', error }));
    });
  }

  async #read(stream: BusSignals): Promise<void> {
    for await (const message of stream) this.#complete(message);
  }

  #complete(message: Message): void {
    const [isDismissed, result] = message.body;
    // The first argument alone decides; the result may have any type, or be missing.
    if (message.path === undefined || typeof isDismissed !== 'boolean') return;
    const event: CompletedEvent = {
      type: 'completed',
      isDismissed,
      result: result instanceof Variant ? result.value : result,
      atMs: this.#clock.now(),
    };
    // @rule secret/exact-prompt-path quirk#P2
    // @rule secret/prompt-from-its-daemon keywire#owner-binding
    const name = nameOf(message.sender, message.path);
    this.#completions += 1;
    const waiting = [...this.#waiting].filter((each) => each.name === name);
    for (const each of waiting) each.apply(event);
    if (this.#left.answered(name) || waiting.length > 0) return;
    this.#early.set(name, { event, place: this.#completions });
    const [oldest] = this.#early.keys();
    if (this.#early.size > MAX_EARLY_PROMPTS && oldest !== undefined) this.#early.delete(oldest);
  }

  #lose(code: 'owner-changed' | 'disconnected' | 'closed'): void {
    this.#early.clear();
    this.#left.clear();
    // Nothing more comes from a connection that is over; the next call that can prompt subscribes.
    if (code === 'disconnected') {
      this.#stream?.close();
      this.#stream = undefined;
    }
    this.#failAll(secretServiceError(code, 'Prompt', { mayHaveHappened: true }));
  }

  /** The end of the subscription; what still waits would wait for ever. */
  #unsubscribed(stream: BusSignals, reason?: unknown): void {
    // When the connection ended, or we did, that has been told.
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    stream.close();
    if (reason === undefined) return;
    const context = { subject: 'Prompt.Completed', isWrite: false, isFirst: false };
    this.#refusal = normaliseError(reason, context);
    this.#failAll(this.#refusal);
  }

  #failAll(error: SecretServiceError): void {
    for (const { apply } of [...this.#waiting]) apply({ type: 'failed', error });
  }
}

/** What tells prompts apart: two daemons may use one path. */
function nameOf(owner: string | undefined, path: string): string {
  return `${owner} ${path}`;
}
