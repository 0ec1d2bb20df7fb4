/**
 * The list of sealed items that both writable formats keep, and the one place where changes are
 * applied to it. Generic over the sealed form; rejected entries are carried along byte for byte,
 * because a damaged item is evidence, and perhaps another program can still read it.
 */
import type { OwnBytes } from '../bytes.ts';
import { isKeyringFileError, KeyringFileError, orRefusal } from '../errors.ts';
import {
  attributeKey,
  attributesOf,
  checkItemCount,
  contentsOf,
  type ItemContents,
  type ItemFields,
  KeyringItem,
  type KeyringItemChanges,
  type KeyringItemInit,
  type RejectedItem,
  withAttributesRead,
} from '../item.ts';
import type { KeyringEdit } from '../types/opened-keyring.ts';

/** An item's sealed form and what is known of it: its clear fields, or why it was rejected. */
export type Entry<Sealed> =
  | { readonly id: string; readonly sealed: Sealed; readonly fields: ItemFields }
  | { readonly id: string; readonly sealed: Sealed; readonly error: KeyringFileError };

/** How a format seals and opens one item; `id` is absent for a new one. */
export interface EntryCodec<Sealed> {
  seal(contents: ItemContents, id: string | undefined): Entry<Sealed>;
  /** Decrypts into a fresh buffer, which the caller wipes. */
  readSecret(sealed: Sealed): OwnBytes;
}

export interface EditedEntries<Sealed> {
  readonly entries: readonly Entry<Sealed>[];
  /** For each edit the index of the entry it wrote, or -1. */
  readonly written: readonly number[];
  readonly hasChanged: readonly boolean[];
}

/** The entries as callers see them. */
export interface EntryView {
  readonly items: readonly KeyringItem[];
  readonly rejected: readonly RejectedItem[];
  /** By place among all entries; `undefined` for a rejected one and outside. */
  readonly itemAt: (index: number) => KeyringItem | undefined;
}

/** Makes items that decrypt their secrets when asked. */
export function viewEntries<Sealed>(
  entries: readonly Entry<Sealed>[],
  readSecret: (sealed: Sealed) => OwnBytes,
): EntryView {
  const places = entries.map((entry) =>
    'fields' in entry
      ? new KeyringItem(entry.id, entry.fields, () => readSecret(entry.sealed))
      : undefined,
  );
  return {
    items: places.filter((item) => item !== undefined),
    rejected: entries.flatMap((entry) =>
      'error' in entry ? [{ id: entry.id, error: entry.error }] : [],
    ),
    itemAt: (index) => places[index],
  };
}

/** Opens one sealed item, wipes its secret, and keeps a refusal instead of throwing it. */
export function openEntry<Sealed>(
  id: string,
  sealed: Sealed,
  open: (sealed: Sealed) => ItemContents,
): Entry<Sealed> {
  const opened = orRefusal(() => open(sealed));
  if (isKeyringFileError(opened)) return { id, sealed, error: opened };
  const { secret, ...fields } = opened;
  secret.fill(0);
  return { id, sealed, fields };
}

/** The change with attributes that can be read more than once: it may be applied anew. */
export function readOnce(edit: KeyringEdit): KeyringEdit {
  // @rule file/attributes-read-once keywire#items
  if (edit.kind === 'put') return { ...edit, item: withAttributesRead(edit.item) };
  if (edit.kind === 'update') return { ...edit, changes: withAttributesRead(edit.changes) };
  return edit;
}

/** Applies edits in order, whose attributes are read more than once. O(entries + edits). */
export function editEntries<Sealed>(
  before: readonly Entry<Sealed>[],
  edits: readonly KeyringEdit[],
  codec: EntryCodec<Sealed>,
  nowSeconds: number,
): EditedEntries<Sealed> {
  const list = new EntryList(before, codec, nowSeconds);
  const results = edits.map((edit) => list.apply(edit));
  const { entries, indexOfPlace } = list.finish();
  if (entries.length > before.length) checkItemCount(entries.length);
  return {
    entries,
    written: results.map(({ place = -1 }) => indexOfPlace.get(place) ?? -1),
    hasChanged: results.map(({ hasChanged }) => hasChanged),
  };
}

interface EditResult {
  readonly place: number | undefined;
  readonly hasChanged: boolean;
}

/** Places stay put while edits run; deletions leave holes that `finish` closes. */
class EntryList<Sealed> {
  readonly #places: (Entry<Sealed> | undefined)[];
  readonly #byId = new Map<string, number>();
  readonly #byAttributes = new Map<string, Set<number>>();
  readonly #codec: EntryCodec<Sealed>;
  readonly #nowSeconds: number;

  constructor(before: readonly Entry<Sealed>[], codec: EntryCodec<Sealed>, nowSeconds: number) {
    this.#places = [];
    this.#codec = codec;
    this.#nowSeconds = nowSeconds;
    for (const entry of before) {
      this.#byId.set(entry.id, this.#places.length);
      this.#set(this.#places.length, entry);
    }
  }

  apply(edit: KeyringEdit): EditResult {
    switch (edit.kind) {
      case 'put':
        return { place: this.#put(edit.item, edit.isReplacing), hasChanged: true };
      case 'update':
        return { place: this.#update(edit.id, edit.changes), hasChanged: true };
      case 'delete':
        return { place: undefined, hasChanged: this.#delete(this.#byId.get(edit.id)) };
      case 'label':
        return { place: undefined, hasChanged: true };
    }
  }

  finish(): { entries: Entry<Sealed>[]; indexOfPlace: Map<number, number> } {
    const entries: Entry<Sealed>[] = [];
    const indexOfPlace = new Map<number, number>();
    for (const [place, entry] of this.#places.entries()) {
      if (entry !== undefined) indexOfPlace.set(place, entries.push(entry) - 1);
    }
    return { entries, indexOfPlace };
  }

  #put(init: KeyringItemInit, isReplacing: boolean): number {
    const key = attributeKey(attributesOf(init.attributes ?? []));
    // @rule file/exact-replace keywire#items
    const matches = isReplacing ? [...(this.#byAttributes.get(key) ?? [])] : [];
    const [first, ...others] = matches;
    for (const place of others) this.#delete(place);
    const place = first ?? this.#places.length;
    const replaced = this.#places[place];
    // A replaced item keeps its time of creation, as libsecret's does.
    const kept =
      replaced !== undefined && 'fields' in replaced ? replaced.fields.created : undefined;
    const created = init.created ?? kept ?? this.#nowSeconds;
    const contents = contentsOf({ ...init, created }, this.#nowSeconds);
    this.#seal(place, contents, replaced?.id);
    return place;
  }

  #update(id: string, changes: KeyringItemChanges): number {
    const place = this.#byId.get(id);
    const entry = place === undefined ? undefined : this.#places[place];
    if (place === undefined || entry === undefined) {
      throw new KeyringFileError(
        'item-not-found',
        'item: expected one with the id given, got none',
      );
    }
    if ('error' in entry) throw entry.error;
    const { label, attributes, contentType, created } = entry.fields;
    const secret = changes.secret ?? this.#codec.readSecret(entry.sealed);
    try {
      // Left out is also what is given as `undefined`.
      const contents = contentsOf(
        {
          label: changes.label ?? label,
          attributes: changes.attributes ?? attributes,
          contentType: changes.contentType ?? contentType,
          created,
          modified: changes.modified ?? this.#nowSeconds,
          secret,
        },
        this.#nowSeconds,
      );
      this.#seal(place, contents, id);
      return place;
    } finally {
      if (secret instanceof Uint8Array && secret !== changes.secret) secret.fill(0);
    }
  }

  #seal(place: number, contents: ItemContents, id: string | undefined): void {
    try {
      const entry = this.#codec.seal(contents, id);
      this.#delete(place);
      this.#set(place, entry);
    } finally {
      contents.secret.fill(0);
    }
  }

  #set(place: number, entry: Entry<Sealed>): void {
    this.#places[place] = entry;
    if ('error' in entry) return;
    const key = attributeKey(entry.fields.attributes);
    const same = this.#byAttributes.get(key);
    if (same === undefined) this.#byAttributes.set(key, new Set([place]));
    else same.add(place);
  }

  #delete(place: number | undefined): boolean {
    const entry = place === undefined ? undefined : this.#places[place];
    if (place === undefined || entry === undefined) return false;
    this.#places[place] = undefined;
    if ('fields' in entry) {
      this.#byAttributes.get(attributeKey(entry.fields.attributes))?.delete(place);
    }
    return true;
  }
}
