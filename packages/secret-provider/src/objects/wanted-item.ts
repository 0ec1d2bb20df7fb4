/**
 * An item that is to be made: what is wanted of it, and which present one gives way. "Replace" touches
 * an item only when its whole attribute set is the same: a neighbour with one attribute more is
 * another item.
 */
import { ITEM_ATTRIBUTES_PROPERTY, ITEM_LABEL_PROPERTY, ITEM_TYPE_PROPERTY } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { invalidArgs } from '../api/refusal.ts';
import { properties, text } from '../api/values.ts';
import { entryOf } from '../service/entry.ts';
import { SCHEMA_ATTRIBUTE } from '../service/item-view.ts';
import type { StoredContent } from '../service/secret-content.ts';
import type { Service } from '../service/service.ts';
import { takenAttributes, takenText } from '../service/taken-text.ts';
import {
  type Attributes,
  type StoredCollection,
  type StoredItem,
  sameAttributes,
} from '../stores/store.ts';

/** What a policy sees of an item. */
export interface Described {
  readonly label: string;
  readonly attributes: Attributes;
}

/** What is to be stored. */
export interface WantedItem extends Described {
  readonly content: StoredContent;
  readonly replace: boolean;
}

/** Reads the `a{sv}` of a client; throws Refusal. */
export function describe(profile: Profile, given: unknown): Described {
  const known = properties(
    given,
    { [ITEM_LABEL_PROPERTY]: 's', [ITEM_ATTRIBUTES_PROPERTY]: 'a{ss}', [ITEM_TYPE_PROPERTY]: 's' },
    profile.skipsStrangeProperties,
  );
  const label = known[ITEM_LABEL_PROPERTY];
  if (profile.requiresLabel && (typeof label !== 'string' || label === '')) {
    throw invalidArgs('CreateItem: the label is missing');
  }
  const described = {
    label: typeof label === 'string' ? newLabel(profile, label) : '',
    attributes: withType(
      profile,
      takenAttributes(profile, known[ITEM_ATTRIBUTES_PROPERTY] ?? new Map()),
      known[ITEM_TYPE_PROPERTY],
    ),
  };
  return profile.keepsEntries ? entryOf(described) : described;
}

/** Where several entries may have one label, a number at its end tells them apart. */
function newLabel(profile: Profile, label: string): string {
  const taken = takenText(profile, label);
  return profile.cutsLabels ? taken.replace(/__\d+_$/u, '') : taken;
}

function withType({ itemType }: Profile, attributes: Attributes, type: unknown): Attributes {
  if (itemType !== 'schema' || type === undefined || attributes.has(SCHEMA_ATTRIBUTE)) {
    return attributes;
  }
  return new Map([...attributes, [SCHEMA_ATTRIBUTE, text(type)]]);
}

/** @param old the item that gives way */
export function newItem(
  { profile, clock }: Pick<Service, 'profile' | 'clock'>,
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
export function replaced(
  { profile, views }: Pick<Service, 'profile' | 'views'>,
  collection: StoredCollection,
  { replace, attributes: pairs, content }: WantedItem,
): StoredItem | undefined {
  if (!replace) return undefined;
  const items = collection.items();
  const matches = (item: StoredItem): boolean => views.matches(collection, item, pairs);
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

/** One more than the greatest number in use, or the first beyond it that is free. */
export function freeItemId(collection: StoredCollection): string {
  let greatest = 0;
  for (const { id } of collection.items()) {
    if (/^\d{1,15}$/u.test(id)) greatest = Math.max(greatest, Number(id));
  }
  let free = greatest + 1;
  while (collection.item(String(free)) !== undefined) free += 1;
  return String(free);
}
