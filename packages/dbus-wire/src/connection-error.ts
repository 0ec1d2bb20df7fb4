/**
 * The errors of the connection half: failing to reach or keep a bus (ConnectionError), and an error
 * reply sent by the other side (DBusErrorReply).
 */

import { hasNameAndCode } from './has-name-and-code.ts';

/** Every way in which reaching, keeping or using a connection can fail. */
export type ConnectionErrorCode =
  | 'no-bus'
  | 'bus-disabled'
  | 'address-invalid'
  | 'path-too-long'
  | 'transport-not-supported'
  | 'connect-failed'
  | 'auth-rejected'
  | 'guid-mismatch'
  | 'hello-failed'
  | 'deadline'
  | 'aborted'
  | 'disconnected'
  | 'closed'
  | 'owner-changed'
  | 'no-owner'
  | 'protocol'
  | 'trace-failed'
  | 'match-rule-invalid'
  | 'name-not-acquired'
  | 'not-supported';

/** How much of a text an error shows. */
const MAX_TEXT_LENGTH = 1000;

/** What an error may carry beside its message. */
export interface ErrorDetails {
  /** The lower error this one wraps. */
  readonly cause?: unknown;
  /** One line that tells the user what to do about it. */
  readonly advice?: string;
}

/** A bus that cannot be reached or was lost, or a call that could not be completed on it. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: ConnectionErrorCode;
  /** One line that tells the user what to do, where there is something to do. */
  readonly advice: string | undefined;

  constructor(code: ConnectionErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : details);
    this.code = code;
    this.advice = details.advice;
  }
}

/**
 * An error reply of the other side: the message arrived and was answered "no".
 *
 * The sender's text becomes the message, cut after 1,000 characters; its full body is in `body`, and
 * is left out of `inspect` and JSON, because a peer may put anything there.
 */
export class DBusErrorReply extends Error {
  override readonly name = 'DBusErrorReply';
  /** The error's D-Bus name, such as `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly errorName: string;
  /** Unique name of the sender; undefined on a connection without a bus. */
  readonly sender: string | undefined;
  readonly #readBody: () => readonly unknown[];

  constructor(
    errorName: string,
    text: string | undefined,
    details: {
      readonly sender?: string | undefined;
      readonly body?: () => readonly unknown[];
    } = {},
  ) {
    super(text === undefined || text === '' ? errorName : `${errorName}: ${shortened(text)}`);
    this.errorName = errorName;
    this.sender = details.sender;
    this.#readBody = details.body ?? (() => []);
  }

  /** The values of the reply, in order; often one human-readable string, sometimes none. */
  get body(): readonly unknown[] {
    return this.#readBody();
  }
}

// @rule connection/short-error-text keywire#resource-limits
/** A text of others, or one of ours with a path of theirs in it, may have megabytes. */
function shortened(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const kept = text.slice(0, MAX_TEXT_LENGTH).replace(/\p{Surrogate}$/u, '');
  return `${kept}… (cut, of ${text.length} characters)`;
}

/** Tells whether a value is a {@link ConnectionError}, also one of another copy of this package. */
export function isConnectionError(value: unknown): value is ConnectionError {
  return hasNameAndCode(value, 'ConnectionError');
}

/** Tells whether a value is a {@link DBusErrorReply}, also one of another copy of this package. */
export function isDBusErrorReply(value: unknown): value is DBusErrorReply {
  return (
    value instanceof Error &&
    value.name === 'DBusErrorReply' &&
    'errorName' in value &&
    typeof value.errorName === 'string'
  );
}
