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
import type { Profile } from '../api/profile.ts';
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

export type ItemSignal = 'ItemCreated' | 'ItemChanged' | 'ItemDeleted';

interface AnnouncerParts {
  readonly profile: Profile;
  readonly store: SecretStore;
  readonly emit: (signal: OutgoingSignal) => void;
  readonly objectAt: (path: string) => ServedObject | undefined;
}

export class Announcer {
  readonly #parts: AnnouncerParts;

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

  item(member: ItemSignal, collectionId: string, itemId: string): void {
    const { itemSignals } = this.#parts.profile;
    const isNew = member === 'ItemCreated';
    this.#item(member, collectionId, itemId, isNew ? itemSignals.created : 1);
    if (isNew) this.#item('ItemChanged', collectionId, itemId, itemSignals.changed);
    if (itemSignals.onCollection && member !== 'ItemChanged') {
      this.collection('CollectionChanged', collectionId);
    }
  }

  /** Announces new values of an object's properties. */
  properties(path: string, names: readonly string[]): void {
    const changed = this.#parts
      .objectAt(path)
      ?.properties.filter(({ name }) => names.includes(name));
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
    this.properties(collectionPath(collection.id), ['Locked']);
    for (const item of collection.items()) {
      this.properties(itemPath(collection.id, item.id), ['Locked']);
      if (this.#parts.profile.lockChangesItems) this.item('ItemChanged', collection.id, item.id);
    }
    this.collection('CollectionChanged', collection.id);
  }

  /** Ends a prompt, towards its owner alone. */
  completed(owner: string, path: string, dismissed: boolean, result: Variant): void {
    const isBroadcast = this.#parts.profile.broadcastsNested;
    const signal = {
      interface: PROMPT_INTERFACE,
      member: 'Completed',
      signature: 'bv',
      ...(isBroadcast ? {} : { destination: owner }),
    };
    if (isBroadcast) {
      const nested = `${PROMPT_PREFIX}n${path.slice(PROMPT_PREFIX.length)}`;
      this.#parts.emit({ ...signal, path: nested, body: [dismissed, new Variant('s', '')] });
    }
    this.#parts.emit({ ...signal, path, body: [dismissed, result] });
  }

  #item(member: ItemSignal, collectionId: string, itemId: string, times: number): void {
    const { profile, store, emit } = this.#parts;
    const aliases = [...store.aliases()].filter(([, id]) => id === collectionId);
    const repeats = profile.itemSignals.onAliases ? aliases : [];
    const paths = [collectionPath(collectionId), ...repeats.map(([alias]) => ALIAS_PREFIX + alias)];
    for (let sent = 0; sent < times; sent += 1) {
      for (const path of paths) {
        const body = [itemPath(collectionId, itemId)];
        emit({ path, interface: COLLECTION_INTERFACE, member, signature: 'o', body });
      }
    }
  }
}
