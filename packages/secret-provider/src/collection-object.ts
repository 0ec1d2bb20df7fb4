/** org.freedesktop.Secret.Collection at its own path and at its aliases' paths. */
import { createItem } from './create-item.ts';
import {
  COLLECTION_INTERFACE,
  collectionPath,
  itemPath,
  NO_OBJECT,
  SERVICE_PATH,
} from './names.ts';
import type { Provider } from './provider.ts';
import type { ServedObject } from './served-object.ts';
import { matchesAttributes, type StoredCollection } from './store.ts';
import { attributes, secretStruct, text } from './values.ts';

export function collectionObject(provider: Provider, collection: StoredCollection): ServedObject {
  const { id } = collection;
  const of = { interface: COLLECTION_INTERFACE };
  return {
    methods: [
      {
        ...of,
        member: 'Delete',
        in: [],
        out: ['o'],
        run: (_args, caller) => deleteCollection(provider, caller, collection),
      },
      {
        ...of,
        member: 'SearchItems',
        in: ['a{ss}'],
        out: ['ao'],
        run: ([wanted]) => {
          const pairs = attributes(wanted);
          const hits = collection
            .items()
            .filter((item) => matchesAttributes(item.attributes, pairs));
          return [hits.map((item) => itemPath(id, item.id))];
        },
      },
      {
        ...of,
        member: 'CreateItem',
        in: ['a{sv}', '(oayays)', 'b'],
        out: ['o', 'o'],
        run: ([properties, secret, replace], caller) =>
          createItem(provider, caller, collection, {
            properties,
            secret: secretStruct(secret),
            replace: replace === true,
          }),
      },
    ],
    properties: [
      {
        ...of,
        name: 'Items',
        type: 'ao',
        read: () => collection.items().map((item) => itemPath(id, item.id)),
      },
      {
        ...of,
        name: 'Label',
        type: 's',
        read: () => collection.label,
        write: (value, caller) => setLabel(provider, caller, collection, text(value)),
      },
      { ...of, name: 'Locked', type: 'b', read: () => collection.isLocked },
      { ...of, name: 'Created', type: 't', read: () => BigInt(collection.created) },
      { ...of, name: 'Modified', type: 't', read: () => BigInt(collection.modified) },
    ],
    signals: ['ItemCreated', 'ItemDeleted', 'ItemChanged'].map((member) => ({
      ...of,
      member,
      args: ['o'],
    })),
    children: collection.items().map((item) => item.id),
  };
}

async function deleteCollection(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
): Promise<readonly unknown[]> {
  await provider.authorize('delete', caller, { collection });
  return provider.change(async () => {
    provider.requireUnlocked(collection.id);
    await provider.store.deleteCollection(collection.id);
    provider.collectionSignal('CollectionDeleted', collection.id);
    provider.propertiesChanged(SERVICE_PATH, ['Collections']);
    return [NO_OBJECT];
  });
}

async function setLabel(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
  label: string,
): Promise<void> {
  await provider.authorize('write', caller, { collection });
  await provider.change(async () => {
    await provider.requireUnlocked(collection.id).setLabel(label);
    provider.collectionSignal('CollectionChanged', collection.id);
    provider.propertiesChanged(collectionPath(collection.id), ['Label', 'Modified']);
  });
}
