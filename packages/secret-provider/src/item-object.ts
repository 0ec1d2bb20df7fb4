/** org.freedesktop.Secret.Item: one secret with its label and attributes. */
import { collectionPath, ITEM_INTERFACE, itemPath, NO_OBJECT } from './names.ts';
import type { Provider } from './provider.ts';
import type { ServedObject } from './served-object.ts';
import { openSecret, type SecretStruct, sealSecret } from './sessions.ts';
import type { StoredCollection, StoredItem } from './store.ts';
import { attributes, secretStruct, text } from './values.ts';

export function itemObject(
  provider: Provider,
  collection: StoredCollection,
  item: StoredItem,
): ServedObject {
  const of = { interface: ITEM_INTERFACE };
  const place: ItemPlace = { provider, collection, item };
  return {
    methods: [
      {
        ...of,
        member: 'Delete',
        in: [],
        out: ['o'],
        run: (_args, caller) => deleteItem(place, caller),
      },
      {
        ...of,
        member: 'GetSecret',
        in: ['o'],
        out: ['(oayays)'],
        run: ([session], caller) => getSecret(place, caller, text(session)),
      },
      {
        ...of,
        member: 'SetSecret',
        in: ['(oayays)'],
        out: [],
        run: ([secret], caller) => setSecret(place, caller, secretStruct(secret)),
      },
    ],
    properties: [
      { ...of, name: 'Locked', type: 'b', read: () => collection.isLocked },
      {
        ...of,
        name: 'Attributes',
        type: 'a{ss}',
        read: () => item.attributes,
        write: (value, caller) =>
          update(place, caller, { attributes: attributes(value) }, ['Attributes', 'Modified']),
      },
      {
        ...of,
        name: 'Label',
        type: 's',
        read: () => item.label,
        write: (value, caller) =>
          update(place, caller, { label: text(value) }, ['Label', 'Modified']),
      },
      { ...of, name: 'Created', type: 't', read: () => BigInt(item.created) },
      { ...of, name: 'Modified', type: 't', read: () => BigInt(item.modified) },
    ],
    signals: [],
    children: [],
  };
}

interface ItemPlace {
  readonly provider: Provider;
  readonly collection: StoredCollection;
  readonly item: StoredItem;
}

async function getSecret(
  { provider, collection, item }: ItemPlace,
  caller: string,
  sessionPath: string,
): Promise<readonly unknown[]> {
  const session = provider.sessions.require(caller, sessionPath);
  provider.requireItem(collection.id, item.id);
  await provider.authorize('read', caller, { collection, item });
  const { secret, contentType } = provider.requireItem(collection.id, item.id);
  return [await sealSecret(session, secret, contentType)];
}

async function setSecret(
  place: ItemPlace,
  caller: string,
  struct: SecretStruct,
): Promise<readonly unknown[]> {
  const session = place.provider.sessions.require(caller, struct[0]);
  place.provider.requireItem(place.collection.id, place.item.id);
  const secret = await openSecret(session, struct);
  await update(place, caller, { secret, contentType: struct[3] }, ['Modified']);
  return [];
}

async function deleteItem(
  { provider, collection, item }: ItemPlace,
  caller: string,
): Promise<readonly unknown[]> {
  await provider.authorize('delete', caller, { collection, item });
  return provider.change(async () => {
    provider.requireItem(collection.id, item.id);
    await collection.deleteItem(item.id);
    provider.itemSignal('ItemDeleted', collection.id, item.id);
    provider.propertiesChanged(collectionPath(collection.id), ['Items', 'Modified']);
    return [NO_OBJECT];
  });
}

async function update(
  { provider, collection, item }: ItemPlace,
  caller: string,
  changes: Partial<StoredItem>,
  changed: readonly string[],
): Promise<void> {
  await provider.authorize('write', caller, { collection, item });
  await provider.change(async () => {
    const present = provider.requireItem(collection.id, item.id);
    await collection.putItem({ ...present, ...changes, modified: provider.clock() });
    provider.itemSignal('ItemChanged', collection.id, item.id);
    provider.propertiesChanged(itemPath(collection.id, item.id), changed);
  });
}
