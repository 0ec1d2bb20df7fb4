/** Passwords in the user's own keyring: one API, every backend, every attribute scheme. See README.md. */
export { chainBackend } from './backends/chain.ts';
export { failBackend } from './backends/fail.ts';
export type { MemoryBackendOptions } from './backends/memory.ts';
export { nullBackend } from './backends/null.ts';
export { MAX_NAME_LENGTH, MAX_SECRET_BYTES } from './entries/limits.ts';
export {
  KEYRING_ERRORS,
  type KeyringErrorCode,
  type KeyringErrorRow,
  type Outcome,
  type OwnErrorCode,
} from './error-table.ts';
export {
  type BackendReason,
  isKeyringError,
  KeyringError,
  type KeyringErrorOptions,
} from './errors.ts';
export { memoryBackend } from './io/memory-backend.ts';
export {
  forgetRememberedBackend,
  listBackends,
  migrate,
  openBackend,
  openKeyring,
  rememberedBackends,
} from './io/open-keyring.ts';
export type {
  Credential,
  FoundSecret,
  Keyring,
  KeyringStatus,
  OperationOptions,
  StoreOptions,
} from './keyring/keyring.ts';
export type { KeyringStatusReport } from './keyring/list-backends.ts';
export {
  type MigrationOptions,
  type MigrationProgress,
  type MigrationReport,
  type MigrationStep,
  migrateEntries,
} from './keyring/migrate.ts';
export type { MigrateOptions } from './keyring/migrate-schemes.ts';
export { defineScheme } from './schemes/scheme.ts';
export {
  DEFAULT_SCHEME,
  SCHEME_ROWS,
  schemeNamed,
  schemeNames,
} from './schemes/schemes.ts';
export { findPythonBackend, type PythonBackend } from './selection/python-config.ts';
export type { RememberedBackend } from './selection/remembered.ts';
export type { Selection } from './selection/selection.ts';
export type {
  Backend,
  BackendEvent,
  BackendOptions,
  BackendStatus,
  EntryFilter,
  EntryKey,
  FoundEntry,
  SetOptions,
} from './types/backend.ts';
export type { Choice, FallbackPolicy } from './types/choice.ts';
export type {
  BackendChoice,
  FileOptions,
  OpenKeyringOptions,
  ServiceConnectOptions,
} from './types/options.ts';
export type {
  Scheme,
  SchemeAccess,
  SchemeChoice,
  SchemeRow,
  SchemeScope,
  SecretWrapping,
} from './types/scheme.ts';
