/** The plugin for `@azure/identity`: what it registers, how names isolate, and when errors come. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { SecretService } from '@keywire/secret-service';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { cachePersistencePlugin, createIdentityPlugin } from '../src/identity.ts';
import type { PersistenceReport } from '../src/persistences/create-persistence.ts';
import type { ICachePlugin, TokenCachePersistenceOptions } from '../src/types/msal.ts';
import { NO_BUS, withKeyring } from './support/keyring.ts';

type Factory = (options?: TokenCachePersistenceOptions) => Promise<ICachePlugin>;

/** Does what `useIdentityPlugin` does. */
function register(plugin: (context: unknown) => void): Factory {
  let factory: Factory | undefined;
  plugin({
    cachePluginControl: {
      setPersistence(made: Factory): void {
        factory = made;
      },
    },
  });
  assert.ok(factory !== undefined);
  return factory;
}

async function write(plugin: ICachePlugin, text: string): Promise<void> {
  const context = {
    cacheHasChanged: true,
    tokenCache: { serialize: () => text, deserialize: () => {} },
  };
  await plugin.beforeCacheAccess(context);
  await plugin.afterCacheAccess(context);
}

async function read(plugin: ICachePlugin): Promise<string | undefined> {
  let given: string | undefined;
  const tokenCache = {
    serialize: () => '',
    deserialize(text: string): void {
      given = text;
    },
  };
  await plugin.beforeCacheAccess({ cacheHasChanged: false, tokenCache });
  return given;
}

test("each name has an item, a file and a lock of its own, as Python's has", async () => {
  await withKeyring((connect) =>
    inFolder(async (folder) => {
      const reports: string[] = [];
      const onReport = ({ chosen }: PersistenceReport, name: string): void => {
        reports.push(`${name}: ${chosen}`);
      };
      const factory = register(createIdentityPlugin({ folder, connect, onReport }));
      const [one, two] = [
        await factory({ enabled: true, name: 'msal.cache.nocae' }),
        await factory({ enabled: true, name: '../two' }),
      ];
      await write(one, '{"Account":{"a":{}}}');
      await write(two, '{"Account":{"b":{}}}');
      const again = await factory({ name: 'msal.cache.nocae' });
      assert.equal(await read(again), '{"Account":{"a":{}}}');
      assert.deepEqual(readdirSync(folder).toSorted(), ['%2e.%2ftwo', 'msal.cache.nocae']);
      assert.equal(reports[0], 'msal.cache.nocae: secret-service');
      await using service = await SecretService.connect(connect);
      const { unlocked } = await service.searchItems({ 'xdg:schema': 'msal.cache.nocae' });
      assert.deepEqual(Object.fromEntries((await unlocked[0]?.attributes()) ?? []), {
        'xdg:schema': 'msal.cache.nocae',
        MsalClientID: 'Microsoft.Developer.IdentityService',
      });
      assert.equal(await unlocked[0]?.label(), 'MSALCache');
    }),
  );
});

test('without a keyring the first access fails, not the making; plaintext only where it is asked for', async () => {
  await inFolder(async (folder) => {
    const factory = register(createIdentityPlugin({ folder, connect: NO_BUS }));
    const plugin = await factory({ name: 'n' });
    await assert.rejects(read(plugin), { errorCode: 'GnomeKeyringError' });
    await assert.rejects(write(plugin, '{}'), { errorCode: 'GnomeKeyringError' });
    await plugin.afterCacheAccess({
      cacheHasChanged: true,
      tokenCache: { serialize: () => '{}', deserialize: () => {} },
    });
    assert.deepEqual(readdirSync(folder), []);
    const unsafe = await factory({ name: 'n', unsafeAllowUnencryptedStorage: true });
    await write(unsafe, '{"Account":{}}');
    assert.deepEqual(readdirSync(folder), ['n']);
  });
});

test('a context of something else is refused', () => {
  for (const context of [undefined, null, {}, { cachePluginControl: {} }]) {
    assert.throws(() => cachePersistencePlugin(context), TypeError);
  }
  register(cachePersistencePlugin);
});
