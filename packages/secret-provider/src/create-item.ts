/**
 * CreateItem. "Replace" touches an item only when its whole attribute set is the same: a neighbour
 * with one attribute more is another item.
 */
import { Variant } from '@keywire/dbus-wire';
import {
  collectionPath,
  ITEM_ATTRIBUTES_PROPERTY,
  ITEM_LABEL_PROPERTY,
  ITEM_TYPE_PROPERTY,
  itemPath,
  NO_OBJECT,
} from './names.ts';
import type { Profile } from './profile.ts';
import { dismissedResult } from './prompt-result.ts';
import type { Provider } from './provider.ts';
import { invalidArgs } from './refusal.ts';
import { type StoredContent, storedContent } from './secret-content.ts';
import { openSecret, type SecretStruct } from './sessions.ts';
import {
  type Attributes,
  matchesAttributes,
  type StoredCollection,
  type StoredItem,
  sameAttributes,
} from './store.ts';
import { attributes, properties } from './values.ts';

export interface ItemRequest {
  /** `a{sv}` as the client sent it. */
  readonly properties: unknown;
  readonly secret: SecretStruct;
  readonly replace: boolean;
}

/** What is to be stored. */
interface WantedItem {
  readonly label: string;
  readonly attributes: Attributes;
  readonly content: StoredContent;
  readonly replace: boolean;
}

/** Answers CreateItem: the item or a prompt, the other being `/`. */
export async function createItem(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
  request: ItemRequest,
): Promise<readonly [item: string, prompt: string]> {
  const { profile } = provider;
  const described = describe(profile, request.properties);
  const session = provider.sessions.require(caller, request.secret[0]);
  const isPrompted = profile.prompts.has('create-item');
  if (!isPrompted) provider.requireUnlocked(collection.id);
  const opened = await openSecret(session, request.secret);
  const content = storedContent(profile, opened, request.secret[3]);
  const wanted = { ...described, content, replace: request.replace };
  try {
    await provider.authorize('write', caller, { collection, item: described });
    // Replacing writes to an item that a policy may know under another label.
    // @rule provider/policy-sees-what-is-replaced keywire#provider-policy
    const old = request.replace
      ? replaced(profile, collection.items(), described.attributes)
      : undefined;
    if (old !== undefined && old.label !== described.label) {
      await provider.authorize('write', caller, { collection, item: old });
    }
    if (!isPrompted) return [await put(provider, collection.id, wanted), NO_OBJECT];
    return [NO_OBJECT, promptedItem(provider, caller, collection, wanted)];
  } catch (error) {
    content.secret.fill(0);
    throw error;
  }
}

function describe(
  profile: Profile,
  given: unknown,
): { readonly label: string; readonly attributes: Attributes } {
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
    label: typeof label === 'string' ? label : '',
    attributes: attributes(known[ITEM_ATTRIBUTES_PROPERTY] ?? new Map()),
  };
}

function promptedItem(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
  wanted: WantedItem,
): string {
  return provider.prompts.add(caller, {
    request: { action: 'create-item', label: wanted.label, needsPassword: false },
    script: collection.promptScript,
    dismissed: dismissedResult(provider.profile, new Variant('o', NO_OBJECT)),
    wrongType: new Variant('as', []),
    perform: async () => new Variant('o', await put(provider, collection.id, wanted)),
    abandon: () => void wanted.content.secret.fill(0),
  });
}

function put(provider: Provider, collectionId: string, wanted: WantedItem): Promise<string> {
  const { profile } = provider;
  return provider.change(async () => {
    const collection = provider.requireUnlocked(collectionId);
    const now = provider.clock();
    const old = wanted.replace
      ? replaced(profile, collection.items(), wanted.attributes)
      : undefined;
    const item: StoredItem = {
      ...wanted.content,
      id: old?.id ?? freeItemId(collection),
      label: (profile.replaceKeepsLabel ? old?.label : undefined) ?? wanted.label,
      attributes: wanted.attributes,
      created: old?.created ?? now,
      modified: now,
    };
    const replacesEqual = wanted.replace && profile.replace === 'exact';
    const id = await collection.putItem(item, { replacesEqual });
    announce(provider, collectionId, id, old === undefined);
    return itemPath(collectionId, id);
  });
}

/** The item that a new one with these attributes takes the place of. */
function replaced(
  { replace }: Profile,
  items: readonly StoredItem[],
  wanted: Attributes,
): StoredItem | undefined {
  const matches = (item: StoredItem): boolean => matchesAttributes(item.attributes, wanted);
  switch (replace) {
    case 'newest-match':
      return items.findLast(matches);
    case 'first-match':
      return items.find(matches);
    default:
      // @rule provider/exact-replace secret#org.freedesktop.Secret.Collection
      return items.find((item) => sameAttributes(item.attributes, wanted));
  }
}

function announce(provider: Provider, collectionId: string, itemId: string, isNew: boolean): void {
  const { announce: tell, profile } = provider;
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
