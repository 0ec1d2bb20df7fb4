/**
 * CreateItem. "Replace" touches an item only when its whole attribute set is the same: a neighbour
 * with one attribute more is another item.
 */
import { Variant } from '@keywire/dbus-wire';
import { Judgement } from '../access/judgement.ts';
import {
  collectionPath,
  ITEM_ATTRIBUTES_PROPERTY,
  ITEM_LABEL_PROPERTY,
  ITEM_TYPE_PROPERTY,
  itemPath,
  NO_OBJECT,
} from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { invalidArgs, Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import { attributes, properties } from '../api/values.ts';
import { isBadSecret, openGiven } from '../service/bad-secret.ts';
import { type StoredContent, storedContent } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import {
  type Attributes,
  matchesAttributes,
  type StoredCollection,
  type StoredItem,
  sameAttributes,
} from '../stores/store.ts';
import { promptInCollection } from './locking.ts';

export interface ItemRequest {
  /** `a{sv}` as the client sent it. */
  readonly properties: unknown;
  readonly secret: SecretStruct;
  readonly replace: boolean;
}

/** What a policy sees of an item. */
interface Described {
  readonly label: string;
  readonly attributes: Attributes;
}

/** What is to be stored. */
interface WantedItem extends Described {
  readonly content: StoredContent;
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

function describe(profile: Profile, given: unknown): Described {
  const known = properties(
    given,
    { [ITEM_LABEL_PROPERTY]: 's', [ITEM_ATTRIBUTES_PROPERTY]: 'a{ss}', [ITEM_TYPE_PROPERTY]: 's' },
    profile.skipsStrangeProperties,
  );
  const label = known[ITEM_LABEL_PROPERTY];
  if (profile.requiresLabel && (typeof label !== 'string' || label === '')) {
    throw invalidArgs('CreateItem: the label is missing');
  }
  return {
    label: typeof label === 'string' ? newLabel(profile, label) : '',
    attributes: attributes(known[ITEM_ATTRIBUTES_PROPERTY] ?? new Map()),
  };
}

/** Where several entries may have one label, a number at its end tells them apart. */
function newLabel({ cutsLabels }: Profile, label: string): string {
  return cutsLabels ? label.replace(/__\d+_$/u, '') : label;
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
    if (old !== undefined && old.id !== item.id) {
      await collection.deleteItem(old.id);
      service.announce.item('ItemDeleted', collectionId, old.id);
    }
    const replacesEqual = wanted.replace && profile.replace === 'exact';
    const id = await collection.putItem(item, { replacesEqual });
    announce(service, collectionId, id, old?.id !== item.id);
    return itemPath(collectionId, id);
  });
}

function newItem(
  { profile, clock }: Service,
  collection: StoredCollection,
  { label, attributes: pairs, content }: WantedItem,
  old: StoredItem | undefined,
): StoredItem {
  const now = clock();
  return {
    ...content,
    id: (profile.replaceKeepsPath ? old?.id : undefined) ?? freeItemId(collection),
    label: (profile.replaceKeepsLabel ? old?.label : undefined) ?? label,
    attributes: pairs,
    created: (profile.replaceKeepsCreated ? old?.created : undefined) ?? now,
    modified: now,
  };
}

/** The item that a new one takes the place of, if it is to replace one. */
function replaced(
  profile: Profile,
  items: readonly StoredItem[],
  { replace, attributes: pairs, content }: WantedItem,
): StoredItem | undefined {
  if (!replace) return undefined;
  const matches = (item: StoredItem): boolean => matchesAttributes(item.attributes, pairs);
  const isSame = (item: StoredItem): boolean => sameAttributes(item.attributes, pairs);
  switch (profile.replace) {
    case 'newest-match':
      return items.findLast(matches);
    case 'first-match':
      return items.find(matches);
    case 'exact-of-type':
      return items.find((item) => isSame(item) && item.contentType === content.contentType);
    case 'exact':
      // @rule provider/exact-replace secret#org.freedesktop.Secret.Collection
      return items.find(isSame);
  }
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

/** One more than the greatest number in use. */
function freeItemId(collection: StoredCollection): string {
  let greatest = 0;
  for (const { id } of collection.items()) {
    if (/^\d{1,15}$/u.test(id)) greatest = Math.max(greatest, Number(id));
  }
  return String(greatest + 1);
}
