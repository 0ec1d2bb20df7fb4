/**
 * `@keywire/token-cache/identity`: a cache plugin for `useIdentityPlugin` of `@azure/identity`. Each
 * cache name has its own item, file and lock, and Python's azure-identity finds the same items.
 */
import { checkOptionNames } from '@keywire/file-lock';
import type { ConnectOptions } from '@keywire/secret-service';
import { resolveLocation } from './io/files.ts';
import { joinPath } from './io/platform.ts';
import { PersistenceCachePlugin } from './msal/cache-plugin.ts';
import { asMsalError } from './msal/errors.ts';
import { MsalPersistence } from './msal/persistence.ts';
import { createPersistence, type PersistenceReport } from './persistences/create-persistence.ts';
import { escapeName } from './sharing/cache-location.ts';
import type { ICachePlugin, TokenCachePersistenceOptions } from './types/msal.ts';

export type { ICachePlugin, TokenCachePersistenceOptions } from './types/msal.ts';

/** What {@link createIdentityPlugin} takes. */
export interface IdentityPluginOptions {
  /** Where the signal files lie. Default: `~/.IdentityService`, as for every language. */
  readonly folder?: string | undefined;
  /** How to reach the keyring, if not as usual. */
  readonly connect?: ConnectOptions | undefined;
  /** Told what was chosen for each cache, and why. */
  readonly onReport?: ((report: PersistenceReport, name: string) => void) | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof IdentityPluginOptions, true>> = {
  folder: true,
  connect: true,
  onReport: true,
};

const DEFAULT_NAME = 'msal.cache';
const CLIENT = 'Microsoft.Developer.IdentityService';
const LABEL = 'MSALCache';

/** The plugin with its defaults: `useIdentityPlugin(cachePersistencePlugin)`. */
export const cachePersistencePlugin: (context: unknown) => void = createIdentityPlugin();

/**
 * Makes the plugin with options of one's own.
 *
 * @throws `TypeError` for an option that there is not
 */
export function createIdentityPlugin(
  options: IdentityPluginOptions = {},
): (context: unknown) => void {
  checkOptionNames('options', options, OPTION_NAMES);
  return (context) => {
    controlOf(context).setPersistence(async (wanted = {}) => lazyPlugin(options, wanted));
  };
}

/** What `@azure/identity` passes as the context of a plugin, as far as it is used. */
interface CachePluginControl {
  setPersistence(factory: (options?: TokenCachePersistenceOptions) => Promise<ICachePlugin>): void;
}

/**
 * Opens the cache when it is first needed: credentials make their plugins long before anybody waits
 * for them, and an error then would be nobody's.
 */
function lazyPlugin(
  options: IdentityPluginOptions,
  wanted: TokenCachePersistenceOptions,
): ICachePlugin {
  let opened: Promise<ICachePlugin> | undefined;
  const open = (): Promise<ICachePlugin> => {
    opened ??= openPlugin(options, wanted).catch((error: unknown) => {
      opened = undefined;
      throw asMsalError(error, 'secret-service');
    });
    return opened;
  };
  return {
    beforeCacheAccess: async (context) => (await open()).beforeCacheAccess(context),
    // After a failure to open there is nothing to end.
    afterCacheAccess: async (context) => (await opened)?.afterCacheAccess(context),
  };
}

async function openPlugin(
  { folder = '~/.IdentityService', connect, onReport }: IdentityPluginOptions,
  { name = DEFAULT_NAME, unsafeAllowUnencryptedStorage = false }: TokenCachePersistenceOptions,
): Promise<ICachePlugin> {
  const { persistence, report } = await createPersistence({
    location: joinPath(resolveLocation(folder), escapeName(name)),
    policy: unsafeAllowUnencryptedStorage ? 'plaintext' : 'keyring-only',
    keyring: { schemaName: name, attributes: { MsalClientID: CLIENT }, label: LABEL, connect },
  });
  onReport?.(report, name);
  return new PersistenceCachePlugin(new MsalPersistence(persistence));
}

function controlOf(context: unknown): CachePluginControl {
  if (typeof context === 'object' && context !== null && 'cachePluginControl' in context) {
    const { cachePluginControl } = context;
    if (isControl(cachePluginControl)) return cachePluginControl;
  }
  throw new TypeError(
    'identity plugin: expected the context of useIdentityPlugin of @azure/identity 2 or later',
  );
}

function isControl(value: unknown): value is CachePluginControl {
  return (
    typeof value === 'object' &&
    value !== null &&
    'setPersistence' in value &&
    typeof value.setPersistence === 'function'
  );
}
