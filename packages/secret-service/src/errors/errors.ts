// The errors of this room: one base class with a closed `code`, one class per case that callers
// tell apart. Messages name codes, paths and sizes, never secrets, attributes or labels, and an
// advice line says what a user can do. Lower errors are passed on as `cause`, unchanged.

import {
  ERROR_TABLE,
  isSecretServiceErrorCode,
  type SecretServiceErrorCode,
  type SecretServiceErrorName,
} from './error-table.ts';

/** What an error may carry beside its code. */
export interface SecretServiceErrorOptions {
  /** The error underneath, passed on unchanged. */
  readonly cause?: unknown;
  /** What happened, in place of the code's own words. */
  readonly detail?: string;
  /** What the user can do, in place of the code's own advice. */
  readonly advice?: string;
  /** Whether the change may have been made all the same; default: false. */
  readonly mayHaveHappened?: boolean;
  /** Whether an earlier step changed something already, whatever the code; default: false. */
  readonly isPartlyDone?: boolean;
}

/** The base of every error that this room throws by itself. */
export class SecretServiceError extends Error {
  override readonly name: SecretServiceErrorName;
  readonly code: SecretServiceErrorCode;
  /** One line on what the user can do; empty where nothing can be done. */
  readonly advice: string;
  /** Whether a change may have been made, or a part of one, although it failed; false for reads. */
  readonly mayHaveHappened: boolean;

  constructor(
    code: SecretServiceErrorCode,
    subject: string,
    options: SecretServiceErrorOptions = {},
  ) {
    const row = ERROR_TABLE[code];
    super(
      `${subject}: ${options.detail ?? row.meaning}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = row.className;
    this.code = code;
    this.advice = options.advice ?? row.advice ?? '';
    this.mayHaveHappened =
      (options.isPartlyDone ?? false) ||
      (row.mayHaveHappened && (options.mayHaveHappened ?? false));
  }
}

/** No Secret Service, or no bus to find one on: code `unavailable`. */
export class ServiceUnavailableError extends SecretServiceError {}

/** The other side went away: codes `disconnected`, `owner-changed`, `closed`. */
export class DisconnectedError extends SecretServiceError {}

/** Locked, and not unlocked on the way: code `locked`. Never used for something absent. */
export class LockedError extends SecretServiceError {}

/** A prompt was needed and not answered: `prompt-required`, `no-prompter`, `prompt-deadline`. */
export class PromptRequiredError extends SecretServiceError {}

/** The user said no: code `dismissed`. */
export class PromptDismissedError extends SecretServiceError {}

/** Wrong password, or a policy that forbids it: code `denied`. */
export class AccessDeniedError extends SecretServiceError {}

/** An object that does not exist (any more): codes `not-found`, `no-default-collection`. */
export class ItemNotFoundError extends SecretServiceError {}

/** Several items match where one was asked for: code `ambiguous`. */
export class AmbiguousError extends SecretServiceError {}

/** The transfer session failed: codes `no-session`, `decrypt-failed`. */
export class SessionError extends SecretServiceError {}

/** The daemon lacks an algorithm, an alias or an extension: code `not-supported`. */
export class NotSupportedError extends SecretServiceError {}

/** No reply within the reply deadline: code `deadline`. */
export class DeadlineError extends SecretServiceError {}

/** The caller's AbortSignal fired: code `aborted`; its reason is the `cause`. */
export class AbortedError extends SecretServiceError {}

/** Refused before anything was sent: `invalid-attributes`, `invalid-argument`, `too-large`. */
export class InvalidArgumentError extends SecretServiceError {}

/** The daemon refused or broke the rules: codes `failed`, `already-exists`, `protocol`. */
export class ProtocolError extends SecretServiceError {}

const CLASSES: Readonly<Record<SecretServiceErrorName, typeof SecretServiceError>> = {
  ServiceUnavailableError,
  DisconnectedError,
  LockedError,
  PromptRequiredError,
  PromptDismissedError,
  AccessDeniedError,
  ItemNotFoundError,
  AmbiguousError,
  SessionError,
  NotSupportedError,
  DeadlineError,
  AbortedError,
  InvalidArgumentError,
  ProtocolError,
};

/** Makes the error of a code, in the class that the table names. */
export function secretServiceError(
  code: SecretServiceErrorCode,
  subject: string,
  options?: SecretServiceErrorOptions,
): SecretServiceError {
  return new CLASSES[ERROR_TABLE[code].className](code, subject, options);
}

/**
 * Does what follows a change that is made already: if that fails, the error says that something may
 * have happened, whatever its code.
 */
export async function afterChange<T>(subject: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    // @rule secret/partly-done keywire#may-have-happened
    if (!isSecretServiceError(error) || error.mayHaveHappened) throw error;
    const { code, message, advice } = error;
    throw secretServiceError(code, subject, {
      cause: error,
      detail: message,
      advice,
      isPartlyDone: true,
    });
  }
}

/**
 * Whether a value is an error of this room, and of one code if given.
 * Compares name and code instead of using `instanceof`: a bundle may hold two copies of a class.
 */
export function isSecretServiceError(
  value: unknown,
  code?: SecretServiceErrorCode,
): value is SecretServiceError {
  if (!(value instanceof Error) || !('code' in value)) return false;
  if (!isSecretServiceErrorCode(value.code)) return false;
  if (value.name !== ERROR_TABLE[value.code].className) return false;
  return code === undefined || value.code === code;
}
