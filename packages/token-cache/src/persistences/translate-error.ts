/** Errors of keyrings and of encrypted files, in the words of a persistence. */
import { isLockError, isReplaceFileError } from '@keywire/file-lock';
import { isKeyringFileError, type KeyringFileErrorCode } from '@keywire/keyring-file';
import { isSecretServiceError, type SecretServiceErrorCode } from '@keywire/secret-service';
import {
  isPersistenceError,
  PersistenceDecryptionError,
  PersistenceEncryptionError,
  PersistenceError,
  type PersistenceErrorCode,
} from '../errors.ts';

/** What was under way; decides the class. */
export type Operation = 'save' | 'load' | 'delete';

const CLASSES = {
  save: PersistenceEncryptionError,
  load: PersistenceDecryptionError,
  delete: PersistenceError,
} as const satisfies Record<Operation, unknown>;

const SERVICE_CODES: Partial<Record<SecretServiceErrorCode, PersistenceErrorCode>> = {
  unavailable: 'unavailable',
  disconnected: 'unavailable',
  'owner-changed': 'unavailable',
  'no-default-collection': 'unavailable',
  locked: 'locked',
  'prompt-required': 'locked',
  'no-prompter': 'locked',
  'prompt-deadline': 'locked',
  dismissed: 'dismissed',
  denied: 'denied',
  deadline: 'deadline',
  aborted: 'aborted',
  'too-large': 'too-large',
};

const FILE_CODES: Partial<Record<KeyringFileErrorCode, PersistenceErrorCode>> = {
  'wrong-password': 'wrong-password',
  'changed-underneath': 'wrong-password',
  'no-password-source': 'no-password-source',
  'not-a-keyring-file': 'malformed',
  'unsupported-version': 'malformed',
  truncated: 'malformed',
  malformed: 'malformed',
  'tampered-file': 'tampered',
  'tampered-item': 'tampered',
  'rolled-back': 'tampered',
  'too-large': 'too-large',
  'read-failed': 'read-failed',
  'write-failed': 'write-failed',
};

/** Codes of other platforms' stores that say more than "failed"; macOS counts them. */
const BACKEND_CODES: ReadonlyMap<unknown, PersistenceErrorCode> = new Map<
  unknown,
  PersistenceErrorCode
>([
  ['ITEM_NOT_FOUND', 'not-found'],
  [-25_300, 'not-found'],
  ['ACCESS_DENIED', 'denied'],
  [-128, 'denied'],
  ['locked', 'locked'],
  ['dismissed', 'dismissed'],
  ['denied', 'denied'],
  ['unavailable', 'unavailable'],
]);

/** Gives the error to throw; a `LockError` and what is no failure of a store pass unchanged. */
export function translateError(error: unknown, operation: Operation, location: string): unknown {
  if (isPersistenceError(error) || isLockError(error) || error instanceof TypeError) return error;
  if (isKeyringFileError(error)) return fromFile(error, operation, location);
  if (isSecretServiceError(error)) {
    const code = SERVICE_CODES[error.code] ?? 'failed';
    return made(code, operation, location, error, `${error.code} (${error.message})`, error.advice);
  }
  // What an application's own store says is left to the cause: it may quote what it was given.
  const code = BACKEND_CODES.get(backendCodeOf(error)) ?? 'failed';
  return made(code, operation, location, error, code, undefined);
}

function fromFile(
  error: Error & { readonly code: KeyringFileErrorCode; readonly advice: string | undefined },
  operation: Operation,
  location: string,
): unknown {
  if (isLockError(error.cause)) return error.cause;
  const code = isReplaceFileError(error.cause)
    ? error.cause.code
    : (FILE_CODES[error.code] ?? 'failed');
  return made(code, operation, location, error, `${error.code} (${error.message})`, error.advice);
}

function made(
  code: PersistenceErrorCode,
  operation: Operation,
  location: string,
  cause: unknown,
  got: string,
  advice: string | undefined,
): PersistenceError {
  const expectation = `expected to ${operation}, got ${got}`;
  return new CLASSES[operation](code, location, expectation, { cause, advice });
}

function backendCodeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error) return error.code;
  return 'exitStatus' in error ? error.exitStatus : undefined;
}
