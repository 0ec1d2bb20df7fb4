/** org.freedesktop.Secret.Service: sessions, searching, locking, bulk reads, aliases. */
import { Variant } from '@keywire/dbus-wire';
import { createCollection } from './create-collection.ts';
import { invalidArgs, noSuchObject } from './dbus-error.ts';
import { lockObjects, unlockObjects } from './locking.ts';
import { collectionPath, isPathElement, itemPath, NO_OBJECT, SERVICE_INTERFACE } from './names.ts';
import type { Provider } from './provider.ts';
import type { Method, ServedObject } from './served-object.ts';
import { type SecretStruct, sealSecret } from './sessions.ts';
import { matchesAttributes } from './store.ts';
import { attributes, text, texts, variant } from './values.ts';

export function serviceObject(provider: Provider): ServedObject {
  const method = (
    member: string,
    input: readonly string[],
    output: readonly string[],
    run: Method['run'],
  ): Method => ({ interface: SERVICE_INTERFACE, member, in: input, out: output, run });
  const signal = (member: string) => ({ interface: SERVICE_INTERFACE, member, args: ['o'] });
  return {
    methods: [
      method('OpenSession', ['s', 'v'], ['v', 'o'], ([algorithm, input], caller) => {
        const { output, path } = provider.sessions.open(caller, text(algorithm), variant(input));
        return [output, path];
      }),
      method('CreateCollection', ['a{sv}', 's'], ['o', 'o'], ([properties, alias], caller) =>
        createCollection(provider, caller, properties, text(alias)),
      ),
      method('SearchItems', ['a{ss}'], ['ao', 'ao'], ([wanted]) =>
        searchItems(provider, attributes(wanted)),
      ),
      method('Unlock', ['ao'], ['ao', 'o'], ([objects], caller) =>
        unlockObjects(provider, caller, texts(objects)),
      ),
      method('Lock', ['ao'], ['ao', 'o'], ([objects], caller) =>
        lockObjects(provider, caller, texts(objects)),
      ),
      method('GetSecrets', ['ao', 'o'], ['a{o(oayays)}'], ([items, session], caller) =>
        getSecrets(provider, caller, texts(items), text(session)),
      ),
      method('ReadAlias', ['s'], ['o'], ([name]) => {
        const id = provider.store.aliases().get(text(name));
        return [id === undefined ? NO_OBJECT : collectionPath(id)];
      }),
      method('SetAlias', ['s', 'o'], [], ([name, collection]) =>
        setAlias(provider, text(name), text(collection)),
      ),
    ],
    properties: [
      {
        interface: SERVICE_INTERFACE,
        name: 'Collections',
        type: 'ao',
        read: () => provider.store.collections().map(({ id }) => collectionPath(id)),
      },
    ],
    signals: ['CollectionCreated', 'CollectionDeleted', 'CollectionChanged'].map(signal),
    children: ['collection', 'aliases', 'session', 'prompt'],
  };
}

function searchItems(
  { store }: Provider,
  wanted: ReadonlyMap<string, string>,
): readonly [unlocked: string[], locked: string[]] {
  const unlocked: string[] = [];
  const locked: string[] = [];
  for (const collection of store.collections()) {
    const found = collection.isLocked ? locked : unlocked;
    for (const item of collection.items()) {
      if (matchesAttributes(item.attributes, wanted)) found.push(itemPath(collection.id, item.id));
    }
  }
  return [unlocked, locked];
}

// What is locked, gone or refused is left out: the caller sees it by what is missing.
async function getSecrets(
  provider: Provider,
  caller: string,
  paths: readonly string[],
  sessionPath: string,
): Promise<readonly unknown[]> {
  const session = provider.sessions.require(caller, sessionPath);
  const secrets = new Map<string, SecretStruct>();
  for (const path of paths) {
    const located = provider.locate(path);
    if (located?.item === undefined || located.collection.isLocked) continue;
    await provider.authorize('read', caller, located);
    secrets.set(path, await sealSecret(session, located.item.secret, located.item.contentType));
  }
  return [secrets];
}

function setAlias(provider: Provider, alias: string, path: string): Promise<readonly unknown[]> {
  if (!isPathElement(alias)) throw invalidArgs('SetAlias: expected letters, digits, underscores');
  return provider.change(async () => {
    const collection = path === NO_OBJECT ? undefined : provider.locate(path)?.collection;
    if (collection === undefined && path !== NO_OBJECT) throw noSuchObject(path);
    await provider.store.setAlias(alias, collection?.id);
    return [];
  });
}

/** What a dismissed prompt of a call that makes an object carries. */
export const NO_OBJECT_RESULT: Variant = new Variant('o', NO_OBJECT);
