/** CreateItem: at once, or behind a prompt where the profile has one. */
import { Variant } from '@keywire/dbus-wire';
import { Judgement } from '../access/judgement.ts';
import { collectionPath, itemPath, NO_OBJECT } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import { isBadSecret, openGiven } from '../service/bad-secret.ts';
import { hasReference, isRefusedAttribute } from '../service/entry.ts';
import { type StoredContent, storedContent } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import type { StoredCollection } from '../stores/store.ts';
import { promptInCollection } from './locking.ts';
import { type Described, describe, newItem, replaced, type WantedItem } from './wanted-item.ts';

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
  const kept = keptOfRefused(profile, described, content.secret);
  if (kept !== undefined) {
    content.secret.fill(0);
    return [NO_OBJECT, await vainPrompt(service, caller, collection, kept)];
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
    const old = replaced(service, collection, wanted);
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
      return [NO_OBJECT, await vainPrompt(service, caller, collection, NOTHING)];
    case 'left-empty': {
      const empty = emptyItem(described, '');
      const judgement = judgementOf(service, caller, collection, empty);
      await put(service, judgement, collection.id, empty);
      throw new Refusal('bad-new-secret', "Can't find session");
    }
    case 'refused':
      if (isUnknown) throw refusal;
      throw new Refusal('bad-new-secret', refusal.message);
  }
}

const NOTHING: Described = { label: '', attributes: new Map() };

function emptyItem(described: Described, contentType: string): WantedItem {
  const content = { secret: new Uint8Array(0), contentType };
  return { ...described, content, replace: false };
}

/**
 * What becomes of a new entry that is refused, once it is there: what was set before the refusal
 * (docs/QUIRKS.md, P27). Undefined for one that is not.
 */
function keptOfRefused(
  { keepsEntries }: Profile,
  { label, attributes }: Described,
  secret: Uint8Array,
): Described | undefined {
  if (!keepsEntries) return undefined;
  if (hasReference(label)) return NOTHING;
  if ([...attributes].some(isRefusedAttribute)) return { label, attributes: new Map() };
  return hasReference(new TextDecoder().decode(secret)) ? { label, attributes } : undefined;
}

/** A prompt that is dismissed, and leaves an item without a secret behind. */
async function vainPrompt(
  service: Service,
  caller: string,
  collection: StoredCollection,
  kept: Described,
): Promise<string> {
  const wanted = emptyItem(kept, 'text/plain');
  const judgement = judgementOf(service, caller, collection, wanted);
  await judgement.judge();
  return await promptedItem(service, caller, judgement, collection, wanted, { isVain: true });
}

function promptedItem(
  service: Service,
  caller: string,
  judgement: Judgement,
  collection: StoredCollection,
  wanted: WantedItem,
  { isVain = false } = {},
): Promise<string> {
  return promptInCollection(service, caller, collection, {
    action: 'create-item',
    label: wanted.label,
    perform: async () => {
      service.announce.nestedUnlock(collection.id);
      return new Variant('o', await put(service, judgement, collection.id, wanted));
    },
    isVain,
    abandon: () => void wanted.content.secret.fill(0),
  });
}

function put(
  service: Service,
  judgement: Judgement,
  collectionId: string,
  wanted: WantedItem,
): Promise<string> {
  return judgement.change(async () => {
    const collection = service.requireUnlocked(collectionId);
    const old = replaced(service, collection, wanted);
    const item = newItem(service, collection, wanted, old);
    const replacesEqual = wanted.replace && service.profile.replace === 'exact';
    const id = await collection.putItem(item, { replacesEqual });
    // Only now: on a full disk the old one is all there is.
    if (old !== undefined && old.id !== item.id) {
      await collection.deleteItem(old.id);
      service.announce.item('deleted', collectionId, old.id);
    }
    announce(service, collectionId, id, old?.id !== item.id);
    return itemPath(collectionId, id);
  });
}

function announce(service: Service, collectionId: string, itemId: string, isNew: boolean): void {
  const { announce: tell, profile } = service;
  tell.item(isNew ? 'created' : 'replaced', collectionId, itemId);
  if (isNew) {
    tell.properties(collectionPath(collectionId), ['Items', 'Modified']);
  } else {
    const told = profile.tellsReplaced ? ['Label', 'Attributes', 'Modified'] : [];
    tell.properties(itemPath(collectionId, itemId), told);
    tell.properties(collectionPath(collectionId), ['Modified']);
  }
}
