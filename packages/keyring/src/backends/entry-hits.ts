// Items that were found for an entry: which of several counts, and what is told of one.

import { isKeyringError } from '../errors.ts';
import { SCHEMA_ATTRIBUTE } from '../schemes/scheme.ts';
import type { StoreItem } from '../types/attribute-store.ts';
import type { EntryKey, FoundEntry } from '../types/backend.ts';
import type { IsAddition, Scheme } from '../types/scheme.ts';

/** An item, and the scheme that knows it. */
export interface Hit {
  readonly item: StoreItem;
  readonly scheme: Scheme;
  readonly key: EntryKey;
}

/** An item that two schemes know is one entry, of the first. */
export function uniqueHits(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ item }) => !seen.has(item.id) && seen.add(item.id));
}

/** Times are in seconds; of the same second the later made is the newer. */
export function compareNewestFirst({ item: a }: Hit, { item: b }: Hit): number {
  const byModified = (b.modifiedMs ?? 0) - (a.modifiedMs ?? 0);
  if (byModified !== 0) return byModified;
  const byCreated = (b.createdMs ?? 0) - (a.createdMs ?? 0);
  if (byCreated !== 0) return byCreated;
  return b.id.length - a.id.length || (a.id < b.id ? 1 : -1);
}

/** Whether the items have the same attributes, but for what a store adds by itself. */
export function areAlike(hits: readonly Hit[], isAddition: IsAddition): boolean {
  const sets = hits.map(({ item }) => {
    const own = [...item.attributes].filter(
      ([name]) => name !== SCHEMA_ATTRIBUTE && !isAddition(name),
    );
    return JSON.stringify(own.sort());
  });
  return new Set(sets).size === 1;
}

/**
 * What is told of an item; nothing of one whose secret has gone meanwhile, or is not of the form that its
 * scheme gives it: that hides no other, and whoever reads it by its key hears of it.
 */
export function entryOf({ item, scheme, key }: Hit, stored: Uint8Array | undefined): FoundEntry[] {
  if (stored === undefined) return [];
  const { label, modifiedMs } = item;
  try {
    return [{ ...key, secret: scheme.unwrap(stored), label, modifiedMs }];
  } catch (error) {
    if (isKeyringError(error, 'backend-failed')) return [];
    throw error;
  }
}
