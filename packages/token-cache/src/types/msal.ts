/**
 * The shapes of `@azure/msal-node`, `@azure/msal-node-extensions` and `@azure/identity` that programs
 * pass around, as far as they are used here. Structural: none of those packages is needed.
 */

/** A cache in memory that can be read and written as one text. */
export interface ISerializableTokenCache {
  deserialize(cache: string): void;
  serialize(): string;
}

/** One access of MSAL to its cache. */
export interface TokenCacheContext {
  /** True for an access that writes. */
  readonly cacheHasChanged: boolean;
  readonly tokenCache: ISerializableTokenCache;
}

/** What MSAL calls around each access to its cache. */
export interface ICachePlugin {
  beforeCacheAccess(context: TokenCacheContext): Promise<void>;
  afterCacheAccess(context: TokenCacheContext): Promise<void>;
}

/** As in MSAL: 0 error, 1 warning, 2 info, 3 verbose, 4 trace. */
export type LogLevel = 0 | 1 | 2 | 3 | 4;

/** Where MSAL's extensions write what they log. */
export interface LoggerOptions {
  readonly loggerCallback?:
    | ((level: LogLevel, message: string, containsPii: boolean) => void)
    | undefined;
}

/** The part of MSAL's logger that plugins use. */
export interface ILogger {
  error(message: string): void;
  warning(message: string): void;
  info(message: string): void;
  verbose(message: string): void;
}

/** A place for one text, as msal-node-extensions has it. */
export interface IPersistence {
  save(contents: string): Promise<void>;
  load(): Promise<string | null>;
  delete(): Promise<boolean>;
  reloadNecessary(lastSync: number): Promise<boolean>;
  getFilePath(): string;
  getLogger(): ILogger;
  verifyPersistence(): Promise<boolean>;
  createForPersistenceValidation(): Promise<IPersistence>;
}

/** What MSAL's `PersistenceCreator` takes. */
export interface IPersistenceConfiguration {
  readonly cachePath?: string | undefined;
  /** Used on Windows only. */
  readonly dataProtectionScope?: 'CurrentUser' | 'LocalMachine' | undefined;
  readonly serviceName?: string | undefined;
  readonly accountName?: string | undefined;
  /** Allows a file in clear where there is no keyring; a warning is logged then. */
  readonly usePlaintextFileOnLinux?: boolean | undefined;
  readonly loggerOptions?: LoggerOptions | undefined;
}

/** How long to wait for the lock: the product of both, in milliseconds. */
export interface CrossPlatformLockOptions {
  readonly retryNumber: number;
  readonly retryDelay: number;
}

/** What `@azure/identity` asks a cache plugin for. */
export interface TokenCachePersistenceOptions {
  readonly enabled?: boolean | undefined;
  readonly name?: string | undefined;
  readonly unsafeAllowUnencryptedStorage?: boolean | undefined;
}
