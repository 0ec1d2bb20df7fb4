// One prompt's life as a pure state machine: created, shown, settled. What arrives after it has
// settled changes nothing. Subscriptions, timers and calls are the prompt desk's business.
// https://specifications.freedesktop.org/secret-service/latest/ (Prompts and Prompting)

import type { SecretServiceErrorCode } from '../errors/error-table.ts';

/** Where a prompt stands. */
export type PromptState =
  | { readonly state: 'created' }
  | { readonly state: 'shown'; readonly atMs: number }
  | { readonly state: 'settled'; readonly outcome: PromptOutcome };

/** What can happen to it. */
export type PromptEvent =
  | { readonly type: 'shown'; readonly atMs: number }
  | {
      readonly type: 'completed';
      readonly isDismissed: boolean;
      readonly result: unknown;
      readonly atMs: number;
    }
  | { readonly type: 'deadline' }
  | { readonly type: 'aborted'; readonly reason: unknown }
  | { readonly type: 'failed'; readonly error: unknown };

/** How it ended. */
export type PromptOutcome =
  | { readonly kind: 'accepted'; readonly result: unknown }
  | {
      readonly kind: 'refused';
      /** Who ended it: what we gave up ourselves, the user may have confirmed all the same. */
      readonly by: 'daemon' | 'us';
      readonly code: SecretServiceErrorCode;
      readonly cause?: unknown;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What the meaning of a dismissal depends on. */
export interface PromptCircumstances {
  /** Whether a dialog could be shown to the user at all. */
  readonly hasDisplay: boolean;
}

/** Faster than this nobody reads a dialog, let alone dismisses it. */
export const INSTANT_MS = 1000;

/** The state of every prompt at first. */
export const INITIAL_PROMPT: PromptState = { state: 'created' };

/** Gives the state after an event. */
export function advancePrompt(
  before: PromptState,
  event: PromptEvent,
  circumstances: PromptCircumstances,
): PromptState {
  if (before.state === 'settled') return before;
  switch (event.type) {
    case 'shown':
      return { state: 'shown', atMs: event.atMs };
    case 'completed':
      return settled(completion(before, event, circumstances));
    case 'deadline':
      return settled({
        kind: 'refused',
        by: 'us',
        code: circumstances.hasDisplay ? 'prompt-deadline' : 'no-prompter',
      });
    case 'aborted':
      return settled({ kind: 'refused', by: 'us', code: 'aborted', cause: event.reason });
    case 'failed':
      return settled({ kind: 'failed', error: event.error });
  }
}

/** Whether the daemon should be told to drop the prompt: it ended on our side only. */
export function needsDismissal(outcome: PromptOutcome): boolean {
  return outcome.kind === 'refused' && outcome.by === 'us';
}

function completion(
  before: Exclude<PromptState, { state: 'settled' }>,
  event: Extract<PromptEvent, { type: 'completed' }>,
  circumstances: PromptCircumstances,
): PromptOutcome {
  // A dismissed prompt's result is of no meaning, whatever it holds: it is not looked at.
  // @rule secret/dismissed-result-ignored secret#prompts
  if (!event.isDismissed) return { kind: 'accepted', result: event.result };
  // A prompt may complete before it is shown: then nobody can have answered it either.
  const shownForMs = before.state === 'shown' ? event.atMs - before.atMs : 0;
  // @rule secret/no-prompter quirk#G7
  const isInstant = shownForMs < INSTANT_MS;
  return {
    kind: 'refused',
    by: 'daemon',
    code: isInstant && !circumstances.hasDisplay ? 'no-prompter' : 'dismissed',
  };
}

function settled(outcome: PromptOutcome): PromptState {
  return { state: 'settled', outcome };
}
