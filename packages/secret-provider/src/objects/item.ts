import { Judgement } from '../access/judgement.ts';
import { collectionPath, ITEM_INTERFACE, itemPath, NO_OBJECT } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { invalidArgs, isLocked, Refusal } from '../api/refusal.ts';
import { type SecretStruct, secretStruct, text } from '../api/values.ts';
import { openGiven } from '../service/bad-secret.ts';
import { entryOf, hasReference, isRefusedAttribute } from '../service/entry.ts';
import { GENERIC_SCHEMA, SCHEMA_ATTRIBUTE } from '../service/item-view.ts';
import { afterRename, sealTold, storedContent } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import { sealSecret } from '../service/sessions.ts';
import { takenAttributes, takenText } from '../service/taken-text.ts';
import type { Attributes, StoredCollection, StoredItem } from '../stores/store.ts';
import type { Property, ServedObject } from '../types/served-object.ts';
import { promptInCollection } from './locking.ts';
import { deletedResult } from './prompt-result.ts';

export function itemObject(
  service: Service,
  collection: StoredCollection,
  item: StoredItem,
): ServedObject {
  const of = { interface: ITEM_INTERFACE };
  const place: ItemPlace = { service, collection, item };
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
  readonly service: Service;
  readonly collection: StoredCollection;
  readonly item: StoredItem;
}

function itemProperties(place: ItemPlace): readonly Property[] {
  const { service, collection, item } = place;
  const of = { interface: ITEM_INTERFACE };
  const view = () => service.views.show(collection, collection.item(item.id) ?? item);
  const told = () => {
    if (collection.isLocked && service.profile.lockedItemsAreMute) {
      throw new Refusal('locked-property', 'the collection is locked');
    }
    return view();
  };
  const { itemType } = service.profile;
  const typeProperty: Property = {
    ...of,
    name: 'Type',
    type: 's',
    read: () =>
      view().attributes.get(SCHEMA_ATTRIBUTE) ??
      (itemType === 'schema-or-generic' ? GENERIC_SCHEMA : ''),
    write: (value, caller) => setSchema(place, caller, text(value)),
  };
  return [
    {
      ...of,
      name: 'Locked',
      type: 'b',
      read: (caller) =>
        caller === undefined || collection.isLocked
          ? collection.isLocked
          : service.withheld.has(caller, collection, item),
    },
    {
      ...of,
      name: 'Attributes',
      type: 'a{ss}',
      read: () => told().attributes,
      write: (value, caller) =>
        setAttributes(place, caller, takenAttributes(service.profile, value)),
    },
    {
      ...of,
      name: 'Label',
      type: 's',
      read: () => told().label,
      write: (value, caller) => setLabel(place, caller, takenText(service.profile, text(value))),
    },
    { ...of, name: 'Created', type: 't', read: () => BigInt(view().created) },
    { ...of, name: 'Modified', type: 't', read: () => BigInt(view().modified) },
    ...(itemType === 'none' ? [] : [typeProperty]),
  ];
}

/** The item as it is now; as it was, when it is gone. */
function presentItem({ service, collection, item }: ItemPlace): StoredItem {
  return service.store.collection(collection.id)?.item(item.id) ?? item;
}

async function getSecret(
  place: ItemPlace,
  caller: string,
  sessionPath: string,
): Promise<readonly unknown[]> {
  const { service, collection, item } = place;
  const session = service.sessions.require(caller, sessionPath);
  if (collection.isLocked && service.profile.lockedRead === 'empty') {
    return [await sealSecret(session, new Uint8Array(0), item.contentType)];
  }
  service.requireItem(collection.id, item.id);
  if (await service.withheld.has(caller, collection, item)) throw isLocked();
  const isAdmitted = service.withheld.take(caller, itemPath(collection.id, item.id));
  const judgement = new Judgement(service, 'read', caller, () => [
    { collection, item: presentItem(place), isAdmitted },
  ]);
  do {
    await judgement.judge();
  } while (!judgement.isCurrent());
  // A person may have been asked in between: the item as it is now, and a session that still is.
  const present = service.sessions.require(caller, sessionPath);
  const told = service.requireItem(collection.id, item.id);
  return [await sealTold(service.profile, present, told)];
}

async function setSecret(
  place: ItemPlace,
  caller: string,
  struct: SecretStruct,
): Promise<readonly unknown[]> {
  const { service, collection, item } = place;
  const session = service.sessions.require(caller, struct[0]);
  if (isIgnored(place)) return [];
  service.requireItem(collection.id, item.id);
  if (await service.withheld.has(caller, collection, item)) throw isLocked();
  const opened = await openGiven(service.profile, session, struct);
  const content = storedContent(service.profile, opened, struct[3]);
  try {
    const isReference = hasReference(new TextDecoder().decode(content.secret));
    if (service.profile.keepsEntries && isReference) throw invalidArgs('');
    await update(place, caller, 'secret', { becomes: () => ({}), holds: () => content });
  } catch (error) {
    content.secret.fill(0);
    throw error;
  }
  return [];
}

async function setAttributes(place: ItemPlace, caller: string, wanted: Attributes): Promise<void> {
  if (isIgnored(place)) return;
  const { profile } = place.service;
  if (profile.keepsEntries && [...wanted].some(isRefusedAttribute)) throw invalidArgs('');
  const becomes: Change['becomes'] = (present) => settable(profile, present, wanted);
  await update(place, caller, 'attributes', { becomes });
}

function settable(
  profile: Profile,
  { label, attributes: present }: StoredItem,
  wanted: Attributes,
): ReturnType<Change['becomes']> {
  const merged = profile.mergesAttributes ? new Map([...present, ...wanted]) : wanted;
  if (profile.keepsEntries) return entryOf({ label, attributes: merged });
  const schema = profile.keepsSchema ? present.get(SCHEMA_ATTRIBUTE) : undefined;
  if (schema === undefined || merged.has(SCHEMA_ATTRIBUTE)) return { attributes: merged };
  return { attributes: new Map([...merged, [SCHEMA_ATTRIBUTE, schema]]) };
}

async function setSchema(place: ItemPlace, caller: string, schema: string): Promise<void> {
  if (isIgnored(place)) return;
  const becomes: Change['becomes'] = ({ attributes: present }) => ({
    attributes: new Map([...present, [SCHEMA_ATTRIBUTE, schema]]),
  });
  await update(place, caller, 'attributes', { becomes });
}

function withSchema({ addsGenericSchema }: Profile, attributes: Attributes): Attributes {
  if (!addsGenericSchema || attributes.has(SCHEMA_ATTRIBUTE)) return attributes;
  return new Map([...attributes, [SCHEMA_ATTRIBUTE, GENERIC_SCHEMA]]);
}

async function setLabel(place: ItemPlace, caller: string, label: string): Promise<void> {
  if (isIgnored(place)) return;
  const { profile } = place.service;
  if (profile.keepsEntries && hasReference(label)) throw invalidArgs('');
  await update(place, caller, 'label', {
    becomes: ({ attributes: pairs }) => ({ label, attributes: withSchema(profile, pairs) }),
    holds: (present) => ({ secret: afterRename(profile, present, label) }),
  });
}

/** Whether the profile pretends to write to what is locked. */
function isIgnored({ service, collection }: ItemPlace): boolean {
  return collection.isLocked && service.profile.lockedWrite === 'ignored';
}

async function deleteItem(place: ItemPlace, caller: string): Promise<readonly [prompt: string]> {
  const { service, collection, item } = place;
  if (isIgnored(place)) return [NO_OBJECT];
  const judgement = new Judgement(service, 'delete', caller, () => [
    { collection, item: presentItem(place) },
  ]);
  await judgement.judge();
  const isUnlockedFirst = collection.isLocked && service.profile.promptsWhenLocked;
  if (!isUnlockedFirst) service.requireItem(collection.id, item.id);
  if (!(isUnlockedFirst || service.profile.prompts.has('delete-item'))) {
    await removeItem(service, judgement, collection, item.id);
    return [NO_OBJECT];
  }
  const prompt = await promptInCollection(service, caller, collection, {
    action: 'delete-item',
    label: item.label,
    perform: async () => {
      await removeItem(service, judgement, collection, item.id);
      return deletedResult(service.profile);
    },
  });
  return [prompt];
}

function removeItem(
  service: Service,
  judgement: Judgement,
  collection: StoredCollection,
  id: string,
): Promise<void> {
  return judgement.change(async () => {
    service.requireItem(collection.id, id);
    await collection.deleteItem(id);
    service.announce.item('deleted', collection.id, id);
    service.announce.properties(collectionPath(collection.id), ['Items', 'Modified']);
  });
}

interface Change {
  /** What a policy sees of the item from then on. */
  readonly becomes: (present: StoredItem) => Partial<Pick<StoredItem, 'label' | 'attributes'>>;
  /** What is in it, where that changes. */
  readonly holds?: (present: StoredItem) => Partial<Pick<StoredItem, 'secret' | 'contentType'>>;
}

/** The properties that a change is seen in. */
const CHANGED_PROPERTIES = {
  secret: ['Modified'],
  label: ['Label', 'Modified'],
  attributes: ['Attributes', 'Modified'],
} as const;

async function update(
  place: ItemPlace,
  caller: string,
  what: keyof typeof CHANGED_PROPERTIES,
  { becomes, holds }: Change,
): Promise<void> {
  const { service, collection, item } = place;
  // Who may write to one item must not make another of it that is not theirs.
  // @rule provider/policy-sees-what-becomes keywire#provider-policy
  const judgement = new Judgement(service, 'write', caller, () => {
    const item = presentItem(place);
    const present = { label: item.label, attributes: item.attributes };
    return [
      { collection, item: { ...present, ...becomes(item) } },
      { collection, item: present },
    ];
  });
  await judgement.change(async () => {
    const present = service.requireItem(collection.id, item.id);
    const changes = { ...becomes(present), ...holds?.(present) };
    await collection.putItem({ ...present, ...changes, modified: service.clock() });
    service.announce.item(what, collection.id, item.id);
    service.announce.properties(itemPath(collection.id, item.id), CHANGED_PROPERTIES[what]);
    service.announce.properties(collectionPath(collection.id), ['Modified']);
  });
}
