/**
 * CreateItem. "Replace" touches an item only when its whole attribute set is the same: a neighbour
 * with one attribute more is another item.
 */
import { collectionPath, itemPath, NO_OBJECT } from './names.ts';
import { ITEM_ATTRIBUTES_PROPERTY, ITEM_LABEL_PROPERTY, type Provider } from './provider.ts';
import { openSecret, type SecretStruct } from './sessions.ts';
import { type StoredCollection, type StoredItem, sameAttributes } from './store.ts';
import { attributes, properties } from './values.ts';

export interface ItemRequest {
  /** `a{sv}` as the client sent it. */
  readonly properties: unknown;
  readonly secret: SecretStruct;
  readonly replace: boolean;
}

/** Answers CreateItem: the item's path and no prompt. */
export async function createItem(
  provider: Provider,
  caller: string,
  { id: collectionId }: StoredCollection,
  request: ItemRequest,
): Promise<readonly [item: string, prompt: string]> {
  const given = properties(request.properties, {
    [ITEM_LABEL_PROPERTY]: 's',
    [ITEM_ATTRIBUTES_PROPERTY]: 'a{ss}',
    // Written by several clients; the schema's name, which xdg:schema carries as well.
    'org.freedesktop.Secret.Item.Type': 's',
  });
  const label = given[ITEM_LABEL_PROPERTY];
  const wanted = attributes(given[ITEM_ATTRIBUTES_PROPERTY] ?? new Map());
  const session = provider.sessions.require(caller, request.secret[0]);
  await provider.authorize('write', caller, {
    collection: provider.requireUnlocked(collectionId),
  });
  const secret = await openSecret(session, request.secret);
  return provider.change(async () => {
    const collection = provider.requireUnlocked(collectionId);
    const now = provider.clock();
    // @rule provider/exact-replace secret#org.freedesktop.Secret.Collection
    const old = request.replace
      ? collection.items().find((item) => sameAttributes(item.attributes, wanted))
      : undefined;
    const item: StoredItem = {
      id: old?.id ?? freeItemId(collection),
      label: typeof label === 'string' ? label : '',
      attributes: wanted,
      secret,
      contentType: request.secret[3],
      created: old?.created ?? now,
      modified: now,
    };
    await collection.putItem(item);
    announce(provider, collectionId, item.id, old === undefined);
    return [itemPath(collectionId, item.id), NO_OBJECT] as const;
  });
}

function announce(provider: Provider, collectionId: string, itemId: string, isNew: boolean): void {
  if (isNew) {
    provider.itemSignal('ItemCreated', collectionId, itemId);
    provider.propertiesChanged(collectionPath(collectionId), ['Items', 'Modified']);
  } else {
    provider.itemSignal('ItemChanged', collectionId, itemId);
    provider.propertiesChanged(itemPath(collectionId, itemId), ['Label', 'Modified']);
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
