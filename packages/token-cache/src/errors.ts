/**
 * The errors of keeping and loading, each with a closed set of codes. Messages name places, codes
 * and sizes, never what was kept. Errors of locks are file-lock's own {@link LockError}.
 */

/** What went wrong with a persistence, for machines. */
export type PersistenceErrorCode =
  /** Nothing has been saved there yet. */
  | 'not-found'
  /** The keyring is locked, and nobody could be asked to unlock it. */
  | 'locked'
  /** The user was asked, and said no. */
  | 'dismissed'
  /** The keyring or its policy forbids it. */
  | 'denied'
  /** No keyring can be reached, or none has a place to keep anything. */
  | 'unavailable'
  /** The keyring did not answer in time. */
  | 'deadline'
  /** The caller's signal was aborted. */
  | 'aborted'
  /** An encrypted file needs a password, and none was given. */
  | 'no-password-source'
  /** The encrypted file was written with another password or context. */
  | 'wrong-password'
  /** What was saved was altered afterwards. */
  | 'tampered'
  /** What lies there is of another form: foreign, cut short, or not text. */
  | 'malformed'
  /** More than the place can hold. */
  | 'too-large'
  /** The path is a symbolic link, which is never followed. */
  | 'symbolic-link'
  /** The file belongs to another user. */
  | 'foreign-owner'
  /** Another user owns the folder, or can write to it. */
  | 'unsafe-folder'
  /** The path is a folder, a pipe or a device. */
  | 'not-a-file'
  /** The disk or the quota is full; the old content is intact. */
  | 'no-space'
  /** The folder or the file system does not allow it; the old content is intact. */
  | 'not-writable'
  /** The file system failed while writing; the old content is intact. */
  | 'write-failed'
  /** The file system failed while reading. */
  | 'read-failed'
  /** This kind of persistence does not exist on this platform. */
  | 'not-supported'
  /** What was read back is not what had been saved. */
  | 'not-verified'
  /** Anything else; see `cause`. */
  | 'failed';

const CODES: ReadonlySet<unknown> = new Set<PersistenceErrorCode>([
  'not-found',
  'locked',
  'dismissed',
  'denied',
  'unavailable',
  'deadline',
  'aborted',
  'no-password-source',
  'wrong-password',
  'tampered',
  'malformed',
  'too-large',
  'symbolic-link',
  'foreign-owner',
  'unsafe-folder',
  'not-a-file',
  'no-space',
  'not-writable',
  'write-failed',
  'read-failed',
  'not-supported',
  'not-verified',
  'failed',
]);

/** The names of the four classes. */
export type PersistenceErrorName =
  | 'PersistenceError'
  | 'PersistenceNotFound'
  | 'PersistenceEncryptionError'
  | 'PersistenceDecryptionError';

const NAMES: ReadonlySet<string> = new Set<PersistenceErrorName>([
  'PersistenceError',
  'PersistenceNotFound',
  'PersistenceEncryptionError',
  'PersistenceDecryptionError',
]);

/** What an error may carry beside its code and place. */
export interface PersistenceErrorDetails extends ErrorOptions {
  /** One line on what to do. */
  readonly advice?: string | undefined;
}

/** Something could not be kept, loaded or deleted. */
export class PersistenceError extends Error {
  override readonly name: PersistenceErrorName = 'PersistenceError';
  readonly code: PersistenceErrorCode;
  /** The file, or the keyring's signal file. */
  readonly location: string;
  /** One line on what to do; empty where nothing can be done. */
  readonly advice: string;

  constructor(
    code: PersistenceErrorCode,
    location: string,
    expectation: string,
    { advice = '', ...options }: PersistenceErrorDetails = {},
  ) {
    super(`persistence ${location}: ${expectation}`, options);
    this.code = code;
    this.location = location;
    this.advice = advice;
  }
}

/** Nothing has been saved there yet: code `not-found`. */
export class PersistenceNotFound extends PersistenceError {
  override readonly name = 'PersistenceNotFound';

  constructor(location: string, details: PersistenceErrorDetails = {}) {
    super('not-found', location, 'expected something saved, got nothing', details);
  }
}

/** A keyring or an encrypted file did not take what was to be saved; the code says why. */
export class PersistenceEncryptionError extends PersistenceError {
  override readonly name = 'PersistenceEncryptionError';
}

/** A keyring or an encrypted file did not give back what had been saved; the code says why. */
export class PersistenceDecryptionError extends PersistenceError {
  override readonly name = 'PersistenceDecryptionError';
}

/**
 * Whether a value is one of these errors, and of one code if given. Compares name and code: a
 * bundle may hold two copies of a class.
 */
export function isPersistenceError(
  value: unknown,
  code?: PersistenceErrorCode,
): value is PersistenceError {
  if (!(value instanceof Error) || !NAMES.has(value.name) || !('code' in value)) return false;
  return CODES.has(value.code) && (code === undefined || value.code === code);
}
