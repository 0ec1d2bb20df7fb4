import { createItem } from './create-item.ts';
import { Judgement } from './judgement.ts';
import { promptInCollection } from './locking.ts';
import {
  COLLECTION_INTERFACE,
  collectionPath,
  itemPath,
  NO_OBJECT,
  SERVICE_PATH,
} from './names.ts';
import { deletedResult } from './prompt-result.ts';
import type { Provider } from './provider.ts';
import type { Method, ServedObject } from './served-object.ts';
import type { StoredCollection } from './store.ts';
import { attributes, secretStruct, text } from './values.ts';

export function collectionObject(provider: Provider, collection: StoredCollection): ServedObject {
  const of = { interface: COLLECTION_INTERFACE };
  const isUntold = (): boolean => collection.isLocked && !provider.profile.lockedTellsTimes;
  const pathOf = ({ id }: { readonly id: string }): string => itemPath(collection.id, id);
  return {
    methods: collectionMethods(provider, collection, pathOf),
    properties: [
      {
        ...of,
        name: 'Items',
        type: 'ao',
        read: () => provider.views.visible(collection).map(pathOf),
      },
      {
        ...of,
        name: 'Label',
        type: 's',
        read: () => collection.label,
        write: (value, caller) => setLabel(provider, caller, collection, text(value)),
      },
      { ...of, name: 'Locked', type: 'b', read: () => collection.isLocked },
      { ...of, name: 'Created', type: 't', read: () => BigInt(collection.created), isUntold },
      { ...of, name: 'Modified', type: 't', read: () => BigInt(collection.modified), isUntold },
    ],
    signals: ['ItemCreated', 'ItemDeleted', 'ItemChanged'].map((member) => ({
      ...of,
      member,
      args: ['o'],
    })),
    children: provider.views.visible(collection).map((item) => item.id),
  };
}

function collectionMethods(
  provider: Provider,
  collection: StoredCollection,
  pathOf: (item: { readonly id: string }) => string,
): readonly Method[] {
  const method = (
    member: string,
    input: readonly string[],
    output: readonly string[],
    run: Method['run'],
  ): Method => ({ interface: COLLECTION_INTERFACE, member, in: input, out: output, run });
  return [
    method('Delete', [], ['o'], (_args, caller) => deleteCollection(provider, caller, collection)),
    method('SearchItems', ['a{ss}'], ['ao'], async ([wanted], caller) => {
      const pairs = attributes(wanted);
      const { views } = provider;
      const about = { collectionLabel: collection.label, attributes: pairs };
      await provider.record('search', caller, about);
      const items = views.visible(collection);
      return [items.filter((item) => views.matches(collection, item, pairs)).map(pathOf)];
    }),
    method(
      'CreateItem',
      ['a{sv}', '(oayays)', 'b'],
      ['o', 'o'],
      ([properties, secret, replace], caller) =>
        createItem(provider, caller, collection, {
          properties,
          secret: secretStruct(secret),
          replace: replace === true,
        }),
    ),
  ];
}

async function deleteCollection(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
): Promise<readonly [prompt: string]> {
  const judgement = new Judgement(provider, 'delete', caller, () => [{ collection }]);
  await judgement.judge();
  const isUnlockedFirst = collection.isLocked && provider.profile.promptsWhenLocked;
  if (!isUnlockedFirst) provider.requireUnlocked(collection.id);
  if (!(isUnlockedFirst || provider.profile.prompts.has('delete-collection'))) {
    await removeCollection(provider, judgement, collection.id);
    return [NO_OBJECT];
  }
  const prompt = promptInCollection(provider, caller, collection, {
    action: 'delete-collection',
    label: collection.label,
    perform: async () => {
      await removeCollection(provider, judgement, collection.id);
      return deletedResult(provider.profile);
    },
  });
  return [prompt];
}

function removeCollection(provider: Provider, judgement: Judgement, id: string): Promise<void> {
  return judgement.change(async () => {
    provider.requireUnlocked(id);
    await provider.store.deleteCollection(id);
    provider.announce.collection('CollectionDeleted', id);
    provider.announce.properties(SERVICE_PATH, ['Collections']);
  });
}

async function setLabel(
  provider: Provider,
  caller: string,
  collection: StoredCollection,
  label: string,
): Promise<void> {
  const judgement = new Judgement(provider, 'write', caller, () => [
    { collection },
    { collection: { label } },
  ]);
  await judgement.change(async () => {
    await provider.requireUnlocked(collection.id).setLabel(label);
    provider.announce.collection('CollectionChanged', collection.id);
    provider.announce.properties(collectionPath(collection.id), ['Label', 'Modified']);
  });
}
