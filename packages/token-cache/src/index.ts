/** Persisted token caches that many processes share, and single-flight refresh. */
export { CrossProcessLock } from '@keywire/file-lock';
