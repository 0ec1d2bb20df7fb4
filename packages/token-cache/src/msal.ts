/**
 * `@keywire/token-cache/msal`: the names of `@azure/msal-node-extensions`, so that an alias in a
 * bundler or in package.json is the migration. See README.md.
 */
export { Environment } from './io/environment.ts';
export { PersistenceCachePlugin } from './msal/cache-plugin.ts';
export { PersistenceError } from './msal/errors.ts';
export {
  DataProtectionScope,
  FilePersistence,
  FilePersistenceWithDataProtection,
  KeychainPersistence,
  LibSecretPersistence,
  MsalPersistence,
} from './msal/persistence.ts';
export { PersistenceCreator } from './msal/persistence-creator.ts';
export type {
  CrossPlatformLockOptions,
  ICachePlugin,
  ILogger,
  IPersistence,
  IPersistenceConfiguration,
  ISerializableTokenCache,
  LoggerOptions,
  LogLevel,
  TokenCacheContext,
} from './types/msal.ts';
