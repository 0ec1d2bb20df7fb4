import { Judgement } from '../access/judgement.ts';
import {
  COLLECTION_INTERFACE,
  collectionPath,
  itemPath,
  NO_OBJECT,
  SERVICE_PATH,
} from '../api/names.ts';
import { secretStruct, text } from '../api/values.ts';
import type { Service } from '../service/service.ts';
import { takenAttributes } from '../service/taken-text.ts';
import type { StoredCollection } from '../stores/store.ts';
import type { Method, ServedObject } from '../types/served-object.ts';
import { createItem } from './create-item.ts';
import { promptInCollection } from './locking.ts';
import { deletedResult } from './prompt-result.ts';

export function collectionObject(service: Service, collection: StoredCollection): ServedObject {
  const of = { interface: COLLECTION_INTERFACE };
  const isUntold = (): boolean => collection.isLocked && !service.profile.lockedTellsTimes;
  const pathOf = ({ id }: { readonly id: string }): string => itemPath(collection.id, id);
  return {
    methods: collectionMethods(service, collection, pathOf),
    properties: [
      {
        ...of,
        name: 'Items',
        type: 'ao',
        read: () => service.views.visible(collection).map(pathOf),
      },
      {
        ...of,
        name: 'Label',
        type: 's',
        read: () => collection.label,
        write: (value, caller) => setLabel(service, caller, collection, text(value)),
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
    children: service.views.visible(collection).map((item) => item.id),
  };
}

function collectionMethods(
  service: Service,
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
    method('Delete', [], ['o'], (_args, caller) => deleteCollection(service, caller, collection)),
    method('SearchItems', ['a{ss}'], ['ao'], async ([wanted], caller) => {
      const pairs = takenAttributes(service.profile, wanted);
      const { views } = service;
      const about = { collectionLabel: collection.label, attributes: pairs };
      await service.record('search', caller, about);
      const items = views.visible(collection);
      return [items.filter((item) => views.matches(collection, item, pairs)).map(pathOf)];
    }),
    method(
      'CreateItem',
      ['a{sv}', '(oayays)', 'b'],
      ['o', 'o'],
      ([properties, secret, replace], caller) =>
        createItem(service, caller, collection, {
          properties,
          secret: secretStruct(secret),
          replace: replace === true,
        }),
    ),
  ];
}

async function deleteCollection(
  service: Service,
  caller: string,
  collection: StoredCollection,
): Promise<readonly [prompt: string]> {
  // Its items go with it: who may not delete one of them must not delete all of them.
  // @rule provider/policy-sees-what-goes-along keywire#provider-policy
  const judgement = new Judgement(service, 'delete', caller, () => [
    { collection },
    ...collection.items().map((item) => ({ collection, item, isPart: true })),
  ]);
  await judgement.judge();
  const isUnlockedFirst = collection.isLocked && service.profile.promptsWhenLocked;
  if (!isUnlockedFirst) service.requireUnlocked(collection.id);
  if (!(isUnlockedFirst || service.profile.prompts.has('delete-collection'))) {
    await removeCollection(service, judgement, collection.id);
    return [NO_OBJECT];
  }
  const prompt = await promptInCollection(service, caller, collection, {
    action: 'delete-collection',
    label: collection.label,
    perform: async () => {
      await removeCollection(service, judgement, collection.id);
      return deletedResult(service.profile);
    },
  });
  return [prompt];
}

function removeCollection(service: Service, judgement: Judgement, id: string): Promise<void> {
  return judgement.change(async () => {
    service.requireUnlocked(id);
    await service.store.deleteCollection(id);
    service.announce.collection('CollectionDeleted', id);
    service.announce.properties(SERVICE_PATH, ['Collections']);
  });
}

async function setLabel(
  service: Service,
  caller: string,
  collection: StoredCollection,
  label: string,
): Promise<void> {
  const judgement = new Judgement(service, 'write', caller, () => [
    { collection },
    { collection: { label } },
  ]);
  await judgement.change(async () => {
    await service.requireUnlocked(collection.id).setLabel(label);
    if (!service.profile.tellsCollectionLabel) return;
    service.announce.collection('CollectionChanged', collection.id);
    service.announce.properties(collectionPath(collection.id), ['Label', 'Modified']);
  });
}
