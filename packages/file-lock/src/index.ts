/** A lock between processes and atomic replacement of a file. See README.md. */
export { type AcquireOptions, CrossProcessLock } from './cross-process-lock.ts';
export {
  FolderError,
  type FolderErrorCode,
  isFolderError,
  isLockError,
  isReplaceFileError,
  LockError,
  type LockErrorCode,
  type LockErrorDetails,
  ReplaceFileError,
  type ReplaceFileErrorCode,
} from './errors.ts';
export { assertOwnFolder, type MakeFolderOptions, makeFolder } from './io/folder.ts';
export { judgeLock } from './io/lock-files.ts';
export { type ReplaceFileOptions, replaceFile } from './io/replace-file.ts';
export { type WriteFailure, writeFailureOf } from './io/system-error.ts';
export { type ChangeWatcher, watchFile } from './io/waiting.ts';
export type { Verdict } from './liveness.ts';
export { checkOptionNames } from './option-names.ts';
export { holderOf, type LockHolder } from './owner-record.ts';
