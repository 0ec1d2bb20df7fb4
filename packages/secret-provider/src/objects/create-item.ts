/** CreateItem: at once, or behind a prompt where the profile has one. */
import { Variant } from '@keywire/dbus-wire';
import { Judgement } from '../access/judgement.ts';
import { collectionPath, itemPath, NO_OBJECT } from '../api/names.ts';
import { Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import { isBadSecret, openGiven } from '../service/bad-secret.ts';
import { type StoredContent, storedContent } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import type { StoredCollection } from '../stores/store.ts';
import { promptInCollection } from './locking.ts';
import {
  type Described,
  describe,
  freeItemId,
  newItem,
  replaced,
  type WantedItem,
} from './wanted-item.ts';

export interface ItemRequest {
  /** `a{sv}` as the client sent it. */
  readonly properties: unknown;
  readonly secret: SecretStruct;
  readonly replace: boolean;
}

/** Answers CreateItem: the item or a prompt, the other being `/`. */
export async function createItem(
  service: Service,
  caller: string,
  collection: StoredCollection,
  request: ItemRequest,
): Promise<readonly [item: string, prompt: string]> {
  const { profile } = service;
  const described = describe(profile, request.properties);
  const isPrompted = takesPrompt(service, collection);
  let content: StoredContent;
  try {
    const session = service.sessions.require(caller, request.secret[0]);
    if (!isPrompted) service.requireUnlocked(collection.id);
    const opened = await openGiven(profile, session, request.secret);
    content = storedContent(profile, opened, request.secret[3]);
  } catch (error) {
    if (!isBadSecret(error)) throw error;
    return await refuseBadSecret(service, caller, collection, described, error);
  }
  const wanted = { ...described, content, replace: request.replace };
  const judgement = judgementOf(service, caller, collection, wanted);
  try {
    await judgement.judge();
    if (!isPrompted) return [await put(service, judgement, collection.id, wanted), NO_OBJECT];
    return [NO_OBJECT, await promptedItem(service, caller, judgement, collection, wanted)];
  } catch (error) {
    content.secret.fill(0);
    throw error;
  }
}

// Replacing writes to an item that a policy may know by another label or other attributes.
// @rule provider/policy-sees-what-is-replaced keywire#provider-policy
function judgementOf(
  service: Service,
  caller: string,
  collection: StoredCollection,
  wanted: WantedItem,
): Judgement {
  return new Judgement(service, 'write', caller, () => {
    const old = replaced(service.profile, collection.items(), wanted);
    const items = old === undefined ? [wanted] : [wanted, old];
    return items.map((item) => ({ collection, item }));
  });
}

function takesPrompt({ profile }: Service, collection: StoredCollection): boolean {
  return profile.prompts.has('create-item') || (collection.isLocked && profile.promptsWhenLocked);
}

async function refuseBadSecret(
  service: Service,
  caller: string,
  collection: StoredCollection,
  described: Described,
  refusal: Refusal,
): Promise<readonly [item: string, prompt: string]> {
  const isUnknown = refusal.kind === 'no-session';
  switch (service.profile.badSecret) {
    case 'taken':
      return [NO_OBJECT, vainPrompt(service, caller, collection, described.label)];
    case 'left-empty': {
      const content = { secret: new Uint8Array(0), contentType: '' };
      const empty = { ...described, content, replace: false };
      const judgement = judgementOf(service, caller, collection, empty);
      await put(service, judgement, collection.id, empty);
      throw new Refusal('bad-new-secret', "Can't find session");
    }
    case 'refused':
      if (isUnknown) throw refusal;
      throw new Refusal('bad-new-secret', refusal.message);
  }
}

/** A prompt that ends with the path of an item that nobody made. */
function vainPrompt(
  service: Service,
  caller: string,
  collection: StoredCollection,
  label: string,
): string {
  const nowhere = new Variant('o', itemPath(collection.id, freeItemId(collection)));
  return service.prompts.add(caller, {
    request: { action: 'create-item', label, needsPassword: false },
    script: { answer: 'dismiss' },
    dismissed: nowhere,
    wrongType: nowhere,
    perform: async () => nowhere,
  });
}

function promptedItem(
  service: Service,
  caller: string,
  judgement: Judgement,
  collection: StoredCollection,
  wanted: WantedItem,
): Promise<string> {
  return promptInCollection(service, caller, collection, {
    action: 'create-item',
    label: wanted.label,
    perform: async () => new Variant('o', await put(service, judgement, collection.id, wanted)),
    abandon: () => void wanted.content.secret.fill(0),
  });
}

function put(
  service: Service,
  judgement: Judgement,
  collectionId: string,
  wanted: WantedItem,
): Promise<string> {
  const { profile } = service;
  return judgement.change(async () => {
    const collection = service.requireUnlocked(collectionId);
    const old = replaced(profile, collection.items(), wanted);
    const item = newItem(service, collection, wanted, old);
    const replacesEqual = wanted.replace && profile.replace === 'exact';
    const id = await collection.putItem(item, { replacesEqual });
    // Only now: on a full disk the old one is all there is.
    if (old !== undefined && old.id !== item.id) {
      await collection.deleteItem(old.id);
      service.announce.item('ItemDeleted', collectionId, old.id);
    }
    announce(service, collectionId, id, old?.id !== item.id);
    return itemPath(collectionId, id);
  });
}

function announce(service: Service, collectionId: string, itemId: string, isNew: boolean): void {
  const { announce: tell, profile } = service;
  for (const member of isNew ? (['ItemCreated'] as const) : profile.replaceSignals) {
    tell.item(member, collectionId, itemId);
  }
  if (isNew) {
    tell.properties(collectionPath(collectionId), ['Items', 'Modified']);
  } else {
    tell.properties(itemPath(collectionId, itemId), ['Label', 'Attributes', 'Modified']);
    tell.properties(collectionPath(collectionId), ['Modified']);
  }
}
