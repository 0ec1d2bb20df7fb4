import { openGiven } from './bad-secret.ts';
import { GENERIC_SCHEMA, isEntryField, SCHEMA_ATTRIBUTE } from './item-view.ts';
import { Judgement } from './judgement.ts';
import { promptInCollection } from './locking.ts';
import { collectionPath, ITEM_INTERFACE, itemPath, NO_OBJECT } from './names.ts';
import type { Profile } from './profile.ts';
import { deletedResult } from './prompt-result.ts';
import type { Provider } from './provider.ts';
import { invalidArgs, isLocked, Refusal } from './refusal.ts';
import { afterRename, storedContent, toldContentType } from './secret-content.ts';
import type { Property, ServedObject } from './served-object.ts';
import { type SecretStruct, sealSecret } from './sessions.ts';
import type { Attributes, StoredCollection, StoredItem } from './store.ts';
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
    properties: itemProperties(place),
    signals: [],
    children: [],
  };
}

interface ItemPlace {
  readonly provider: Provider;
  readonly collection: StoredCollection;
  readonly item: StoredItem;
}

function itemProperties(place: ItemPlace): readonly Property[] {
  const { provider, collection, item } = place;
  const of = { interface: ITEM_INTERFACE };
  const view = () => provider.views.show(collection, collection.item(item.id) ?? item);
  const told = () => {
    if (collection.isLocked && provider.profile.lockedItemsAreMute) {
      throw new Refusal('locked-property', 'the collection is locked');
    }
    return view();
  };
  const { itemType } = provider.profile;
  const typeProperty: Property = {
    ...of,
    name: 'Type',
    type: 's',
    read: () =>
      itemType === 'generic' ? GENERIC_SCHEMA : (view().attributes.get(SCHEMA_ATTRIBUTE) ?? ''),
  };
  return [
    {
      ...of,
      name: 'Locked',
      type: 'b',
      read: (caller) =>
        caller === undefined || collection.isLocked
          ? collection.isLocked
          : provider.withheld.has(caller, collection, item),
    },
    {
      ...of,
      name: 'Attributes',
      type: 'a{ss}',
      read: () => told().attributes,
      write: (value, caller) => setAttributes(place, caller, attributes(value)),
    },
    {
      ...of,
      name: 'Label',
      type: 's',
      read: () => told().label,
      write: (value, caller) => setLabel(place, caller, text(value)),
    },
    { ...of, name: 'Created', type: 't', read: () => BigInt(view().created) },
    { ...of, name: 'Modified', type: 't', read: () => BigInt(view().modified) },
    ...(itemType === 'none' ? [] : [typeProperty]),
  ];
}

/** The item as it is now; as it was, when it is gone. */
function presentItem({ provider, collection, item }: ItemPlace): StoredItem {
  return provider.store.collection(collection.id)?.item(item.id) ?? item;
}

async function getSecret(
  place: ItemPlace,
  caller: string,
  sessionPath: string,
): Promise<readonly unknown[]> {
  const { provider, collection, item } = place;
  const session = provider.sessions.require(caller, sessionPath);
  if (collection.isLocked && provider.profile.lockedRead === 'empty') {
    return [await sealSecret(session, new Uint8Array(0), item.contentType)];
  }
  provider.requireItem(collection.id, item.id);
  if (await provider.withheld.has(caller, collection, item)) throw isLocked();
  const isAdmitted = provider.withheld.take(caller, itemPath(collection.id, item.id));
  const judgement = new Judgement(provider, 'read', caller, () => [
    { collection, item: presentItem(place), isAdmitted },
  ]);
  do {
    await judgement.judge();
  } while (!judgement.isCurrent());
  // A person may have been asked in between: the item as it is now, and a session that still is.
  const present = provider.sessions.require(caller, sessionPath);
  const { secret, contentType } = provider.requireItem(collection.id, item.id);
  return [await sealSecret(present, secret, toldContentType(provider.profile, contentType))];
}

async function setSecret(
  place: ItemPlace,
  caller: string,
  struct: SecretStruct,
): Promise<readonly unknown[]> {
  const { provider, collection, item } = place;
  const session = provider.sessions.require(caller, struct[0]);
  if (isIgnored(place)) return [];
  provider.requireItem(collection.id, item.id);
  if (await provider.withheld.has(caller, collection, item)) throw isLocked();
  const opened = await openGiven(provider.profile, session, struct);
  const content = storedContent(provider.profile, opened, struct[3]);
  try {
    const announced = provider.profile.announcesSecrets ? [] : undefined;
    await update(place, caller, {}, () => content, announced);
  } catch (error) {
    content.secret.fill(0);
    throw error;
  }
  return [];
}

async function setAttributes(place: ItemPlace, caller: string, wanted: Attributes): Promise<void> {
  if (isIgnored(place)) return;
  await update(
    place,
    caller,
    { attributes: wanted },
    (present) => ({ attributes: settable(place.provider.profile, present.attributes, wanted) }),
    ['Attributes'],
  );
}

function settable(profile: Profile, present: Attributes, wanted: Attributes): Attributes {
  if (profile.addsEntryFields && [...wanted.keys()].some(isEntryField)) throw invalidArgs('');
  if (profile.mergesAttributes) return new Map([...present, ...wanted]);
  return wanted;
}

function withSchema({ addsGenericSchema }: Profile, attributes: Attributes): Attributes {
  if (!addsGenericSchema || attributes.has(SCHEMA_ATTRIBUTE)) return attributes;
  return new Map([...attributes, [SCHEMA_ATTRIBUTE, GENERIC_SCHEMA]]);
}

async function setLabel(place: ItemPlace, caller: string, label: string): Promise<void> {
  if (isIgnored(place)) return;
  const { profile } = place.provider;
  await update(
    place,
    caller,
    { label },
    (present) => ({
      label,
      secret: afterRename(profile, present, label),
      attributes: withSchema(profile, present.attributes),
    }),
    ['Label'],
  );
}

/** Whether the profile pretends to write to what is locked. */
function isIgnored({ provider, collection }: ItemPlace): boolean {
  return collection.isLocked && provider.profile.lockedWrite === 'ignored';
}

async function deleteItem(place: ItemPlace, caller: string): Promise<readonly [prompt: string]> {
  const { provider, collection, item } = place;
  if (isIgnored(place)) return [NO_OBJECT];
  const judgement = new Judgement(provider, 'delete', caller, () => [
    { collection, item: presentItem(place) },
  ]);
  await judgement.judge();
  const isUnlockedFirst = collection.isLocked && provider.profile.promptsWhenLocked;
  if (!isUnlockedFirst) provider.requireItem(collection.id, item.id);
  if (!(isUnlockedFirst || provider.profile.prompts.has('delete-item'))) {
    await removeItem(provider, judgement, collection, item.id);
    return [NO_OBJECT];
  }
  const prompt = promptInCollection(provider, caller, collection, {
    action: 'delete-item',
    label: item.label,
    perform: async () => {
      await removeItem(provider, judgement, collection, item.id);
      return deletedResult(provider.profile);
    },
  });
  return [prompt];
}

function removeItem(
  provider: Provider,
  judgement: Judgement,
  collection: StoredCollection,
  id: string,
): Promise<void> {
  return judgement.change(async () => {
    provider.requireItem(collection.id, id);
    await collection.deleteItem(id);
    provider.announce.item('ItemDeleted', collection.id, id);
    provider.announce.properties(collectionPath(collection.id), ['Items', 'Modified']);
  });
}

/**
 * @param becomes what a policy will see of the item
 * @param changed names of properties to announce; undefined to announce nothing
 */
async function update(
  place: ItemPlace,
  caller: string,
  becomes: Partial<Pick<StoredItem, 'label' | 'attributes'>>,
  changes: (present: StoredItem) => Partial<StoredItem>,
  changed: readonly string[] | undefined,
): Promise<void> {
  const { provider, collection, item } = place;
  // Who may write to one item must not make another of it that is not theirs.
  // @rule provider/policy-sees-what-becomes keywire#provider-policy
  const judgement = new Judgement(provider, 'write', caller, () => {
    const { label, attributes: pairs } = presentItem(place);
    const present = { label, attributes: pairs };
    return [
      { collection, item: { ...present, ...becomes } },
      { collection, item: present },
    ];
  });
  await judgement.change(async () => {
    const present = provider.requireItem(collection.id, item.id);
    await collection.putItem({ ...present, ...changes(present), modified: provider.clock() });
    if (changed === undefined) return;
    provider.announce.item('ItemChanged', collection.id, item.id);
    provider.announce.properties(itemPath(collection.id, item.id), [...changed, 'Modified']);
    provider.announce.properties(collectionPath(collection.id), ['Modified']);
  });
}
