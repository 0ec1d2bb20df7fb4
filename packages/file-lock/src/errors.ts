/** The errors of locking and replacing, each with a closed set of codes. */
import type { LockHolder } from './owner-record.ts';

/**
 * - `timeout`: somebody else held the lock until the deadline.
 * - `aborted`: the caller's signal was aborted first; its reason is the cause.
 * - `lock-lost`: the lock file was removed or overwritten by another program while it was held.
 * - `symbolic-link`, `foreign-owner`, `not-a-file`: what lies at the path is no lock of this user's.
 * - `io-failed`: the file system refused; its error is the cause.
 */
export type LockErrorCode =
  | 'timeout'
  | 'aborted'
  | 'lock-lost'
  | 'symbolic-link'
  | 'foreign-owner'
  | 'not-a-file'
  | 'io-failed';

/** What is known of a lock that could not be had. */
export interface LockErrorDetails extends ErrorOptions {
  readonly holder?: LockHolder | undefined;
  readonly ageMs?: number | undefined;
}

/** A lock that could not be taken or kept. */
export class LockError extends Error {
  override readonly name = 'LockError';
  readonly code: LockErrorCode;
  readonly path: string;
  /** Who holds the lock, as far as its file says. */
  readonly holder: LockHolder | undefined;
  /** How long ago the lock was taken, in milliseconds. */
  readonly ageMs: number | undefined;

  constructor(
    code: LockErrorCode,
    path: string,
    expectation: string,
    { holder, ageMs, ...options }: LockErrorDetails = {},
  ) {
    super(`lock ${path}: ${expectation}`, options);
    this.code = code;
    this.path = path;
    this.holder = holder;
    this.ageMs = ageMs;
  }
}

/**
 * - `symbolic-link`, `foreign-owner`, `not-a-file`: what lies at the path is not to be replaced.
 * - `no-space`: the disk or the quota is full.
 * - `not-writable`: the folder or the file system does not allow it.
 * - `write-failed`: anything else that the file system reported.
 *
 * The file is whole in every case: the old content, or with `write-failed` perhaps the new one, of which
 * it is not known whether it would outlive a crash.
 */
export type ReplaceFileErrorCode =
  | 'symbolic-link'
  | 'foreign-owner'
  | 'not-a-file'
  | 'no-space'
  | 'not-writable'
  | 'write-failed';

/** A file that could not be replaced. */
export class ReplaceFileError extends Error {
  override readonly name = 'ReplaceFileError';
  readonly code: ReplaceFileErrorCode;
  readonly path: string;

  constructor(
    code: ReplaceFileErrorCode,
    path: string,
    expectation: string,
    options?: ErrorOptions,
  ) {
    super(`file ${path}: ${expectation}`, options);
    this.code = code;
    this.path = path;
  }
}

/**
 * - `unsafe-folder`: another user owns the folder, or can write to it.
 * - `no-space`, `not-writable`, `write-failed`: it could not be made; the file system's error is the cause.
 * - `read-failed`: it could not be looked at.
 */
export type FolderErrorCode =
  | 'unsafe-folder'
  | 'no-space'
  | 'not-writable'
  | 'write-failed'
  | 'read-failed';

/** A folder that could not be made, or is not fit for files of one user. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
  readonly code: FolderErrorCode;
  readonly path: string;
  /** One line on what to do; empty where that depends. */
  readonly advice: string;

  constructor(code: FolderErrorCode, path: string, expectation: string, options?: ErrorOptions) {
    super(`folder ${path}: ${expectation}`, options);
    this.code = code;
    this.path = path;
    this.advice = code === 'unsafe-folder' ? UNSAFE_FOLDER_ADVICE : '';
  }
}

const UNSAFE_FOLDER_ADVICE =
  'take the permission from others (chmod go-w FOLDER), or choose a folder of your own';

const FOLDER_CODES: ReadonlySet<unknown> = new Set<FolderErrorCode>([
  'unsafe-folder',
  'no-space',
  'not-writable',
  'write-failed',
  'read-failed',
]);

const LOCK_CODES: ReadonlySet<unknown> = new Set<LockErrorCode>([
  'timeout',
  'aborted',
  'lock-lost',
  'symbolic-link',
  'foreign-owner',
  'not-a-file',
  'io-failed',
]);

const REPLACE_CODES: ReadonlySet<unknown> = new Set<ReplaceFileErrorCode>([
  'symbolic-link',
  'foreign-owner',
  'not-a-file',
  'no-space',
  'not-writable',
  'write-failed',
]);

/** Tells a {@link LockError} by name and code, so that one from another copy counts too. */
export function isLockError(error: unknown): error is LockError {
  return hasNameAndCode(error, 'LockError', LOCK_CODES);
}

/** Tells a {@link ReplaceFileError} by name and code. */
export function isReplaceFileError(error: unknown): error is ReplaceFileError {
  return hasNameAndCode(error, 'ReplaceFileError', REPLACE_CODES);
}

/** Tells a {@link FolderError} by name and code. */
export function isFolderError(error: unknown): error is FolderError {
  return hasNameAndCode(error, 'FolderError', FOLDER_CODES);
}

function hasNameAndCode(error: unknown, name: string, codes: ReadonlySet<unknown>): boolean {
  return error instanceof Error && error.name === name && 'code' in error && codes.has(error.code);
}
