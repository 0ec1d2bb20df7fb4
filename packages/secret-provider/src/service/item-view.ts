/**
 * How a profile shows a stored item. The specification's way is to show it as it is; daemons hide or
 * hash what is locked, and add attributes of their own.
 */
import type { Profile } from '../api/profile.ts';
import type { Attributes, StoredCollection, StoredItem } from '../stores/store.ts';
import { matchesAttributes } from '../stores/store.ts';
import { matchesEntry, shownAttributes } from './entry.ts';

export const SCHEMA_ATTRIBUTE = 'xdg:schema';
export const GENERIC_SCHEMA = 'org.freedesktop.Secret.Generic';

const GENERIC = [SCHEMA_ATTRIBUTE, GENERIC_SCHEMA] as const;

/** What clients see of one item. */
export interface ItemView {
  readonly label: string;
  readonly attributes: Attributes;
  readonly created: number;
  readonly modified: number;
}

/** Shows items of one provider; knows which collections were open before. */
export class ItemViews {
  readonly #profile: Profile;
  readonly #digest: (text: string) => string;
  readonly #wasOpen = new Set<string>();

  /** @param digest hashes attribute values of items that were never opened */
  constructor(profile: Profile, digest: (text: string) => string) {
    this.#profile = profile;
    this.#digest = digest;
  }

  /** Takes note that a collection is open. */
  opened(collectionId: string): void {
    this.#wasOpen.add(collectionId);
  }

  /** The items that exist on the bus. */
  visible(collection: StoredCollection): readonly StoredItem[] {
    return this.hides(collection) ? [] : collection.items();
  }

  /** Whether a collection's items are not on the bus at present. */
  hides(collection: StoredCollection): boolean {
    return this.#profile.lockedItems === 'hidden' && collection.isLocked;
  }

  show(collection: StoredCollection, item: StoredItem): ItemView {
    if (this.#isHashed(collection)) return this.#hashed(item);
    return this.#profile.keepsEntries ? { ...item, attributes: shownAttributes(item) } : item;
  }

  matches(collection: StoredCollection, item: StoredItem, wanted: Attributes): boolean {
    if (this.#profile.emptySearchFindsNothing && wanted.size === 0) return false;
    // The hashes are compared, but the schema is not (docs/QUIRKS.md, G4).
    if (this.#isHashed(collection) && wanted.has(SCHEMA_ATTRIBUTE)) return false;
    if (this.#profile.keepsEntries) return matchesEntry(item, wanted);
    return matchesAttributes(item.attributes, wanted);
  }

  #hashed({ attributes }: StoredItem): ItemView {
    const hashed = [...attributes].map(
      ([name, value]) => [`gkr:compat:hashed:${name}`, this.#digest(value)] as const,
    );
    return { label: '', attributes: new Map([...hashed, GENERIC]), created: 0, modified: 0 };
  }

  #isHashed({ id, isLocked }: StoredCollection): boolean {
    const { lockedItems } = this.#profile;
    return lockedItems === 'hashed-until-opened' && isLocked && !this.#wasOpen.has(id);
  }
}
