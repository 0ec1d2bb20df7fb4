/** Persisted token caches that many processes share, and single-flight refresh. See README.md. */

export {
  CrossProcessLock,
  isLockError,
  LockError,
  type LockErrorCode,
} from '@keywire/file-lock';
export type { CallOptions } from './abort.ts';
export { type AdoptOptions, type AdoptReport, adopt } from './cache/adopt.ts';
export type { CacheEntry, CredentialType } from './cache/cache-document.ts';
export {
  type ChangesOptions,
  PersistedTokenCache,
  type PersistedTokenCacheOptions,
} from './cache/persisted-token-cache.ts';
export {
  isPersistenceError,
  PersistenceDecryptionError,
  PersistenceEncryptionError,
  PersistenceError,
  type PersistenceErrorCode,
  type PersistenceErrorDetails,
  type PersistenceErrorName,
  PersistenceNotFound,
} from './errors.ts';
export type { Moment, TokenClock } from './io/clock.ts';
export {
  BackendPersistence,
  type BackendPersistenceOptions,
} from './persistences/backend-persistence.ts';
export {
  type CreatedPersistence,
  type CreatePersistenceOptions,
  createPersistence,
  type FallbackPolicy,
  type PersistenceAttempt,
  type PersistenceReport,
} from './persistences/create-persistence.ts';
export {
  EncryptedFilePersistence,
  type EncryptedFilePersistenceOptions,
} from './persistences/encrypted-file-persistence.ts';
export { FilePersistence } from './persistences/file-persistence.ts';
export {
  type AgentAttributes,
  type AttributeType,
  SecretAgent,
  type SecretAgentOptions,
} from './persistences/secret-agent.ts';
export {
  SecretServicePersistence,
  type SecretServicePersistenceOptions,
  type TrialRunOptions,
  trialRun,
} from './persistences/secret-service-persistence.ts';
export { type CacheName, cacheLocation } from './sharing/cache-location.ts';
export {
  acquireCacheLock,
  type CacheLockOptions,
  cacheLockPath,
  withCacheLock,
} from './sharing/cache-lock.ts';
export type { FailureReason, NewToken, Token } from './tokens/token-record.ts';
export {
  type GetTokenOptions,
  type Refresh,
  type RefreshContext,
  TokenStore,
  type TokenStoreOptions,
} from './tokens/token-store.ts';
export {
  isTokenStoreError,
  TokenStoreError,
  type TokenStoreErrorCode,
  type TokenStoreErrorDetails,
} from './tokens/token-store-error.ts';
export type {
  Persistence,
  PersistenceKind,
  SecretBackend,
  SecretBackendKey,
  SecretBackendOptions,
} from './types/persistence.ts';
