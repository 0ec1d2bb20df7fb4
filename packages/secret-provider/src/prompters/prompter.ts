/**
 * Who is asked when a person has to decide: the provider's side of every prompt. An object with a
 * function `ask` is a prompter; scripted.ts and terminal.ts make others.
 */
import type { AccessKind, Caller } from '../types/policy.ts';

/** What a prompt is about. Nothing in it is secret. */
export interface PromptRequest {
  readonly action:
    | 'unlock'
    | 'lock'
    | 'create-collection'
    | 'delete-collection'
    | 'create-item'
    | 'delete-item'
    | 'access';
  /** What a policy asks about, with the action `access`. */
  readonly access?: AccessKind | undefined;
  /** The label of the collection or item concerned, as a client wrote it; of several, all of them. */
  readonly label: string;
  /** How many are concerned; one where it is left out. A label can look like two, and hide others. */
  readonly count?: number | undefined;
  /** Whether a password is wanted, or a yes is enough. */
  readonly needsPassword: boolean;
  /** Whether the password given before was wrong. */
  readonly wasWrong: boolean;
  /** What the client passed to Prompt(); platform specific, `''` for none. */
  readonly windowId: string;
  /** The unique name of the client that asks. */
  readonly client: string;
  /** Asks the bus who that is; rejects when the client has left. */
  readonly describeClient: () => Promise<Caller>;
}

/** The answer; a password belongs to the provider from then on, and is wiped by it. */
export type PromptReply =
  | { readonly answer: 'accept'; readonly password?: Uint8Array | undefined }
  | { readonly answer: 'dismiss' };

/** Who is asked when a person has to decide. */
export interface Prompter {
  /** Asks; when the signal aborts, the answer does not matter any more. */
  ask(request: PromptRequest, signal: AbortSignal): Promise<PromptReply>;
}

/** Nobody is there: every prompt is dismissed at once. */
export const noPrompter: Prompter = {
  ask: () => Promise.resolve({ answer: 'dismiss' }),
};

/** Accepts everything that needs no password: for stores whose locks guard nothing. */
export const acceptingPrompter: Prompter = {
  ask: ({ needsPassword }) =>
    Promise.resolve({ answer: needsPassword ? 'dismiss' : 'accept' } as const),
};
