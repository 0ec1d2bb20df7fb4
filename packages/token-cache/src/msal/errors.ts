/** Errors as msal-node-extensions has them: one class, told apart by `errorCode`. */
import { isLockError } from '@keywire/file-lock';
import { isPersistenceError, type PersistenceErrorCode } from '../errors.ts';
import type { PersistenceKind } from '../types/persistence.ts';

/** A failure in MSAL's words; what failed underneath is the `cause`. */
export class PersistenceError extends Error {
  override readonly name = 'PersistenceError';
  readonly errorCode: string;
  readonly errorMessage: string;

  constructor(errorCode: string, errorMessage: string, options?: ErrorOptions) {
    super(`${errorCode}: ${errorMessage}`, options);
    this.errorCode = errorCode;
    this.errorMessage = errorMessage;
  }
}

const CODES: Partial<Record<PersistenceErrorCode, string>> = {
  'not-supported': 'NotSupportedError',
  'not-verified': 'PersistenceNotVerifiedError',
  'not-found': 'ENOENT',
  'no-space': 'ENOSPC',
  'not-writable': 'EACCES',
};

/** Gives the error to throw for what a persistence of that kind threw. */
export function asMsalError(error: unknown, kind: PersistenceKind): unknown {
  if (isLockError(error)) {
    return new PersistenceError('CrossPlatformLockError', error.message, { cause: error });
  }
  if (!isPersistenceError(error)) return error;
  const fallback = kind === 'secret-service' ? 'GnomeKeyringError' : 'CachePersistenceError';
  const advice = error.advice === '' ? '' : `; ${error.advice}`;
  return new PersistenceError(CODES[error.code] ?? fallback, `${error.message}${advice}`, {
    cause: error,
  });
}
