/**
 * Telling the bus what has changed: the API's own signals and PropertiesChanged, once each, after
 * the store has taken the change.
 * https://specifications.freedesktop.org/secret-service/latest/
 */
import { Variant } from '@keywire/dbus-wire';
import {
  ALIAS_PREFIX,
  COLLECTION_INTERFACE,
  collectionPath,
  itemPath,
  PROMPT_INTERFACE,
  PROMPT_PREFIX,
  PROPERTIES_INTERFACE,
  SERVICE_INTERFACE,
  SERVICE_PATH,
} from '../api/names.ts';
import type { ItemChange, ItemSignal, Profile } from '../api/profile.ts';
import type { SecretStore, StoredCollection } from '../stores/store.ts';
import type { ServedObject } from '../types/served-object.ts';

/** A signal that is to leave; unicast when it has a destination. */
export interface OutgoingSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  readonly destination?: string | undefined;
}

interface AnnouncerParts {
  readonly profile: Profile;
  readonly store: SecretStore;
  readonly emit: (signal: OutgoingSignal) => void;
  readonly objectAt: (path: string) => ServedObject | undefined;
}

export class Announcer {
  readonly #parts: AnnouncerParts;
  #nested = 0;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  collection(
    member: 'CollectionCreated' | 'CollectionChanged' | 'CollectionDeleted',
    collectionId: string,
  ): void {
    this.#parts.emit({
      path: SERVICE_PATH,
      interface: SERVICE_INTERFACE,
      member,
      signature: 'o',
      body: [collectionPath(collectionId)],
    });
  }

  item(change: ItemChange, collectionId: string, itemId: string): void {
    for (const member of this.#parts.profile.itemSignals[change]) {
      if (member === 'CollectionChanged') this.collection(member, collectionId);
      else this.#item(member, collectionId, itemId);
    }
  }

  /** Announces new values of an object's properties. */
  properties(path: string, names: readonly string[]): void {
    const { toldProperties } = this.#parts.profile;
    const told = names.filter((name) => toldProperties?.has(name) !== false);
    const changed = this.#parts
      .objectAt(path)
      ?.properties.filter(({ name }) => told.includes(name));
    const [first] = changed ?? [];
    if (changed === undefined || first === undefined) return;
    const values = new Map(
      changed.map(({ name, type, read }) => [name, new Variant(type, read())] as const),
    );
    this.#parts.emit({
      path,
      interface: PROPERTIES_INTERFACE,
      member: 'PropertiesChanged',
      signature: 'sa{sv}as',
      body: [first.interface, values, []],
    });
  }

  /** Announces a collection whose lock was closed or opened, and its items. */
  lock(collection: StoredCollection): void {
    const items = collection.items();
    const change = collection.isLocked ? 'locked' : 'unlocked';
    for (const { id } of items) this.item(change, collection.id, id);
    this.collection('CollectionChanged', collection.id);
    for (const { id } of items) this.properties(itemPath(collection.id, id), ['Locked']);
    this.properties(collectionPath(collection.id), ['Locked']);
  }

  /** Ends a prompt, towards its owner alone. */
  completed(owner: string, path: string, dismissed: boolean, result: Variant): void {
    const { broadcastsNested } = this.#parts.profile;
    this.#completed(path, [dismissed, result], broadcastsNested ? undefined : owner);
  }

  /** Tells of the prompt that a daemon makes for itself, to open the collection of a new item. */
  nestedUnlock(collectionId: string): void {
    if (!this.#parts.profile.broadcastsNested) return;
    this.#nested += 1;
    const opened = new Variant('ao', [collectionPath(collectionId)]);
    this.#completed(`${PROMPT_PREFIX}n${this.#nested}`, [false, opened], undefined);
  }

  #completed(path: string, body: readonly unknown[], destination: string | undefined): void {
    const signal = {
      path,
      interface: PROMPT_INTERFACE,
      member: 'Completed',
      signature: 'bv',
      body,
    };
    this.#parts.emit({ ...signal, destination });
  }

  #item(member: ItemSignal, collectionId: string, itemId: string): void {
    const { store, emit } = this.#parts;
    const own = [collectionPath(collectionId)];
    const aliases = [...store.aliases()].flatMap(([alias, id]) =>
      id === collectionId ? [ALIAS_PREFIX + alias] : [],
    );
    const paths = { none: own, after: [...own, ...aliases], before: [...aliases, ...own] };
    for (const path of paths[this.#parts.profile.aliasSignals]) {
      const body = [itemPath(collectionId, itemId)];
      emit({ path, interface: COLLECTION_INTERFACE, member, signature: 'o', body });
    }
  }
}
