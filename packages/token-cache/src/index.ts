/** Persisted token caches that many processes share, and single-flight refresh. See README.md. */

export {
  CrossProcessLock,
  isLockError,
  LockError,
  type LockErrorCode,
} from '@keywire/file-lock';
export type { CallOptions } from './abort.ts';
export { type AdoptOptions, type AdoptReport, adopt } from './adopt.ts';
export { BackendPersistence, type BackendPersistenceOptions } from './backend-persistence.ts';
export type { CacheEntry, CredentialType } from './cache-document.ts';
export { type CacheName, cacheLocation } from './cache-location.ts';
export {
  acquireCacheLock,
  type CacheLockOptions,
  cacheLockPath,
  withCacheLock,
} from './cache-lock.ts';
export {
  type CreatedPersistence,
  type CreatePersistenceOptions,
  createPersistence,
  type FallbackPolicy,
  type PersistenceAttempt,
  type PersistenceReport,
} from './create-persistence.ts';
export {
  EncryptedFilePersistence,
  type EncryptedFilePersistenceOptions,
} from './encrypted-file-persistence.ts';
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
export { FilePersistence } from './file-persistence.ts';
export type { Moment, TokenClock } from './io/clock.ts';
export {
  type ChangesOptions,
  PersistedTokenCache,
  type PersistedTokenCacheOptions,
} from './persisted-token-cache.ts';
export {
  type AgentAttributes,
  type AttributeType,
  SecretAgent,
  type SecretAgentOptions,
} from './secret-agent.ts';
export {
  SecretServicePersistence,
  type SecretServicePersistenceOptions,
  type TrialRunOptions,
  trialRun,
} from './secret-service-persistence.ts';
export type { FailureReason, NewToken, Token } from './token-record.ts';
export {
  type GetTokenOptions,
  type Refresh,
  type RefreshContext,
  TokenStore,
  type TokenStoreOptions,
} from './token-store.ts';
export {
  isTokenStoreError,
  TokenStoreError,
  type TokenStoreErrorCode,
  type TokenStoreErrorDetails,
} from './token-store-error.ts';
export type {
  Persistence,
  PersistenceKind,
  SecretBackend,
  SecretBackendKey,
  SecretBackendOptions,
} from './types/persistence.ts';
