// What the real libraries' types demand of ours: this file is only checked, never run.
import { useIdentityPlugin } from '@azure/identity';
import { type ICachePlugin, PublicClientApplication } from '@azure/msal-node';
import { FilePersistence, PersistedTokenCache } from '@keywire/token-cache';
import { cachePersistencePlugin } from '@keywire/token-cache/identity';
import {
  MsalPersistence,
  PersistenceCachePlugin,
  PersistenceCreator,
} from '@keywire/token-cache/msal';

useIdentityPlugin(cachePersistencePlugin);

const file = new FilePersistence('~/.my-app/tokens');
const plugin: ICachePlugin = new PersistenceCachePlugin(new MsalPersistence(file));
export const application: PublicClientApplication = new PublicClientApplication({
  auth: { clientId: 'app' },
  cache: { cachePlugin: plugin },
});

export async function original(): Promise<ICachePlugin> {
  const persistence = await PersistenceCreator.createPersistence({
    cachePath: '~/.my-app/tokens',
    dataProtectionScope: 'CurrentUser',
    serviceName: 'service',
    accountName: 'account',
    usePlaintextFileOnLinux: false,
  });
  return new PersistenceCachePlugin(persistence, { retryNumber: 100, retryDelay: 50 });
}

/** Our cache is one that MSAL can serialize. */
export const cache: { serialize: () => string; deserialize: (text: string) => void } =
  new PersistedTokenCache(file);
