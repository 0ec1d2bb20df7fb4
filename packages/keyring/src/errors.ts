// The one error class of this package. Messages say what was expected and what was found by kind and
// size: never a secret, a service, a username or a label. Errors of the stores underneath keep their
// code, message and advice, and are passed on as `cause`.

import { KEYRING_ERRORS, type KeyringErrorCode, type Outcome, outcomeOf } from './error-table.ts';

/** Why one backend cannot serve. */
export interface BackendReason {
  readonly backend: string;
  readonly reason: string;
  readonly advice: string;
}

/** What an error may carry beside its code. */
export interface KeyringErrorOptions {
  /** The error underneath, passed on unchanged. */
  readonly cause?: unknown;
  /** What the user can do, in place of the code's own advice. */
  readonly advice?: string;
  /** For `unavailable`: each backend that was looked at, and why it cannot serve. */
  readonly reasons?: readonly BackendReason[];
  /** Whether the change may have been made all the same; default: false. */
  readonly mayHaveHappened?: boolean;
}

/** Any failure of a keyring that is not a misuse by the compiler's lights. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
  readonly code: KeyringErrorCode;
  /** One line on what the user can do; empty where nothing can be done. */
  readonly advice: string;
  readonly reasons: readonly BackendReason[];
  readonly mayHaveHappened: boolean;

  constructor(code: KeyringErrorCode, message: string, options: KeyringErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice ?? '';
    this.reasons = options.reasons ?? [];
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }

  /** Which of the outcomes it is that callers tell apart. */
  get outcome(): Outcome {
    return outcomeOf(this.code);
  }
}

/** Makes an error of a code that this package raises by itself. */
export function keyringError(
  code: keyof typeof KEYRING_ERRORS,
  subject: string,
  options: KeyringErrorOptions & { readonly detail?: string } = {},
): KeyringError {
  const row = KEYRING_ERRORS[code];
  return new KeyringError(code, `${subject}: ${options.detail ?? row.meaning}`, {
    ...options,
    advice: options.advice ?? row.advice,
  });
}

/**
 * Whether a value is an error of this package, and of one code if given. Compares names instead of
 * using `instanceof`: a bundle may hold two copies of a class.
 */
export function isKeyringError(value: unknown, code?: KeyringErrorCode): value is KeyringError {
  if (!(value instanceof Error) || value.name !== 'KeyringError' || !('code' in value)) {
    return false;
  }
  return code === undefined || value.code === code;
}

/** What following a backend that tells of no changes fails with. */
export function cannotTell(backend: string): KeyringError {
  return keyringError('not-supported', `backend ${backend}`, {
    detail: 'it cannot tell of changes',
  });
}

/** What errors of the stores underneath have in common. */
export interface StoreError extends Error {
  readonly code: KeyringErrorCode;
  readonly advice?: string | undefined;
  readonly mayHaveHappened?: boolean;
}

/** Makes an error of this package of a store's own, with its code, message and advice. */
export function fromStoreError(error: StoreError): KeyringError {
  return new KeyringError(error.code, error.message, {
    cause: error,
    advice: error.advice ?? '',
    mayHaveHappened: error.mayHaveHappened ?? false,
  });
}

/**
 * Makes an error of this package of whatever a backend threw.
 *
 * @param signal - of the caller: once it has fired, its reason is what the backend threw
 */
export function toKeyringError(
  error: unknown,
  backend: string,
  signal?: AbortSignal,
): KeyringError {
  if (isKeyringError(error)) return error;
  const isNamed = error instanceof Error && error.name === 'AbortError';
  const isAbort = isNamed || (signal?.aborted === true && error === signal.reason);
  return keyringError(isAbort ? 'aborted' : 'backend-failed', `backend ${backend}`, {
    cause: error,
  });
}

/** Passes on what an operation gives; what it throws becomes an error of this package. */
export async function asKeyringErrors<T>(
  backend: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toKeyringError(error, backend, signal);
  }
}
