/** org.freedesktop.Secret.Service: sessions, searching, locking, bulk reads, aliases. */
import { MAX_ARRAY_BYTES } from '@keywire/dbus-wire';
import { wipeBytes } from '@keywire/dbus-wire/server';
import { Judgement } from '../access/judgement.ts';
import {
  ALIAS_EXPECTED,
  collectionPath,
  isAlias,
  itemPath,
  NO_OBJECT,
  SERVICE_INTERFACE,
  VOLATILE_ALIAS,
} from '../api/names.ts';
import { invalidArgs, isLocked, noSuchObject, notSupported, Refusal } from '../api/refusal.ts';
import { type SecretStruct, sizeOf, text, texts, variant } from '../api/values.ts';
import { sealTold } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import { sealSecret } from '../service/sessions.ts';
import { takenAttributes } from '../service/taken-text.ts';
import type { Method, ServedObject } from '../types/served-object.ts';
import { createCollection } from './create-collection.ts';
import { lockObjects, unlockObjects } from './locking.ts';

export function serviceObject(service: Service): ServedObject {
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
        const { output, path } = service.sessions.open(caller, text(algorithm), variant(input));
        return [output, path];
      }),
      method('CreateCollection', ['a{sv}', 's'], ['o', 'o'], ([properties, alias], caller) =>
        createCollection(service, caller, properties, text(alias)),
      ),
      method('SearchItems', ['a{ss}'], ['ao', 'ao'], ([wanted], caller) =>
        searchItems(service, caller, takenAttributes(service.profile, wanted)),
      ),
      method('Unlock', ['ao'], ['ao', 'o'], ([objects], caller) =>
        unlockObjects(service, caller, texts(objects)),
      ),
      method('Lock', ['ao'], ['ao', 'o'], ([objects], caller) =>
        lockObjects(service, caller, texts(objects)),
      ),
      method('GetSecrets', ['ao', 'o'], ['a{o(oayays)}'], ([items, session], caller) =>
        getSecrets(service, caller, texts(items), text(session)),
      ),
      method('ReadAlias', ['s'], ['o'], ([name]) => {
        const { store } = service;
        const alias = service.profile.aliasSynonyms?.get(text(name)) ?? text(name);
        // @rule provider/volatile-told keywire#persistence
        const isAsked = alias === VOLATILE_ALIAS && !store.isPersistent;
        const id = isAsked ? store.collections()[0]?.id : service.collectionOf(alias);
        return [id === undefined ? NO_OBJECT : collectionPath(id)];
      }),
      method('SetAlias', ['s', 'o'], [], ([name, collection], caller) =>
        setAlias(service, caller, text(name), text(collection)),
      ),
    ],
    properties: [
      {
        interface: SERVICE_INTERFACE,
        name: 'Collections',
        type: 'ao',
        read: () => service.store.collections().map(({ id }) => collectionPath(id)),
      },
    ],
    signals: ['CollectionCreated', 'CollectionDeleted', 'CollectionChanged'].map(signal),
    children: ['collection', 'aliases'],
  };
}

async function searchItems(
  service: Service,
  caller: string,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly [unlocked: string[], locked: string[]]> {
  await service.record('search', caller, { attributes: wanted });
  const { store, views, profile, withheld } = service;
  const unlocked: string[] = [];
  const locked: string[] = [];
  for (const collection of store.collections()) {
    if (collection.isLocked && !profile.searchesLocked) continue;
    for (const item of views.visible(collection)) {
      if (!views.matches(collection, item, wanted)) continue;
      const isClosed = collection.isLocked || (await withheld.has(caller, collection, item));
      (isClosed ? locked : unlocked).push(itemPath(collection.id, item.id));
    }
  }
  return [unlocked, locked];
}

// What is locked, gone or refused is left out: the caller sees it by what is missing.
async function getSecrets(
  service: Service,
  caller: string,
  paths: readonly string[],
  sessionPath: string,
): Promise<readonly unknown[]> {
  service.sessions.require(caller, sessionPath);
  const { getSecretsIsStrict } = service.profile;
  const secrets = new Map<string, SecretStruct>();
  let bytes = 0;
  try {
    // Named twice is read once: else one call is as many questions to a person as it has paths.
    // @rule provider/named-twice-read-once keywire#provider-limits
    for (const path of new Set(paths)) {
      if (getSecretsIsStrict && service.locate(path)?.item === undefined) {
        throw invalidArgs(`Can't find item at path ${path}`);
      }
      const secret = await readSecret(service, caller, path, sessionPath);
      if (secret === undefined) continue;
      secrets.set(path, secret);
      bytes += sizeOf([path, secret]);
      // @rule provider/secrets-fit-one-reply dbus#message-protocol-marshaling
      if (bytes > MAX_ARRAY_BYTES) {
        throw new Refusal('limits-exceeded', 'GetSecrets: too much for one reply, ask for fewer');
      }
    }
    return [secrets];
  } catch (error) {
    // In a plain session they are in clear, and nobody gets them.
    wipeBytes(secrets);
    throw error;
  }
}

async function readSecret(
  service: Service,
  caller: string,
  path: string,
  sessionPath: string,
): Promise<SecretStruct | undefined> {
  const { profile, sessions } = service;
  const located = service.locate(path);
  if (located?.item === undefined) return undefined;
  if (located.collection.isLocked) {
    if (profile.lockedRead === 'refused') return undefined;
    const session = sessions.require(caller, sessionPath);
    return sealSecret(session, new Uint8Array(0), located.item.contentType);
  }
  const { collection, item } = located;
  if (await service.withheld.has(caller, collection, item)) throw isLocked();
  const isAdmitted = service.withheld.take(caller, path);
  const judgement = new Judgement(service, 'read', caller, () => [
    { collection, item: service.locate(path)?.item ?? item, isAdmitted },
  ]);
  do {
    if (!(await isAllowed(judgement))) return undefined;
  } while (!judgement.isCurrent());
  // A person may have been asked in between: the item as it is now, and a session that still is.
  const session = sessions.require(caller, sessionPath);
  const present = service.locate(path);
  if (present?.item === undefined || present.collection.isLocked) return undefined;
  return sealTold(profile, session, present.item);
}

async function isAllowed(judgement: Judgement): Promise<boolean> {
  try {
    await judgement.judge();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'access-denied') return false;
    throw error;
  }
}

async function setAlias(
  service: Service,
  caller: string,
  alias: string,
  path: string,
): Promise<readonly unknown[]> {
  const { settableAliases, laxAliases, removesAliases } = service.profile;
  if (settableAliases?.has(alias) === false) {
    throw notSupported('SetAlias: only the default alias is supported');
  }
  if (!isAlias(alias)) throw invalidArgs(`SetAlias: ${ALIAS_EXPECTED}`);
  const collection = path === NO_OBJECT ? undefined : service.locate(path)?.collection;
  if (collection === undefined) {
    if (laxAliases === 'all' || laxAliases?.has(alias)) return [];
    if (path !== NO_OBJECT || !removesAliases) throw noSuchObject(path);
  }
  // Whoever moves an alias decides where others write to: it is taken from one collection, too.
  // @rule provider/policy-sees-both-of-an-alias keywire#provider-policy
  const judgement = new Judgement(service, 'write', caller, () => {
    const previous = service.store.collection(service.store.aliases().get(alias) ?? '');
    const both = [collection, previous].filter((each) => each !== undefined);
    return (both.length > 0 ? both : [{ label: '' }]).map(({ label }) => ({
      collection: { label },
    }));
  });
  return judgement.change(async () => {
    if (collection !== undefined && service.store.collection(collection.id) === undefined) {
      throw noSuchObject(path);
    }
    await service.store.setAlias(alias, collection?.id);
    if (!service.profile.oneAliasEach) return [];
    for (const [other, id] of [...service.store.aliases()]) {
      const isOlder = other !== alias && id === collection?.id;
      if (isOlder) await service.store.setAlias(other, undefined);
    }
    return [];
  });
}
