/** Items and collections of the Secret Service, as commands see them. */
import {
  type Collection,
  type DaemonProfile,
  type Item,
  isAddedAttribute,
  isSecretServiceError,
  type SecretResult,
} from '@keywire/secret-service';
import { CliError } from '../output/cli-error.ts';
import type {
  CollectionDescription,
  FoundItem,
  ItemDescription,
  ReadItem,
  WithheldReason,
} from '../types/items.ts';

type ItemProperties = Awaited<ReturnType<Item['properties']>>;

export async function describeCollection(
  collection: Collection,
  isDefault: boolean,
  signal: AbortSignal,
): Promise<CollectionDescription> {
  const [{ label, isLocked }, items] = await Promise.all([
    collection.properties({ signal }),
    collection.items({ signal }).catch(noneIfLocked),
  ]);
  const described = await Promise.all(items.map((item) => describeTidy(item, signal)));
  return {
    path: collection.path,
    label,
    isDefault,
    isLocked,
    items: described.filter((item): item is ItemDescription => item !== undefined),
  };
}

/** An item without the attributes that the daemon adds to every one. */
export function describeTidy(
  item: Item,
  signal: AbortSignal,
): Promise<ItemDescription | undefined> {
  return describeIfThere(item, tidyProperties(item, signal));
}

/**
 * An item with all that a person or a program put into it: what the daemon shows as attributes of
 * its own accord is left out only where it says nothing, or is the daemon's.
 */
// @rule cli/export-is-whole keywire#export
export async function describeWhole(
  item: Item,
  profile: DaemonProfile,
  signal: AbortSignal,
): Promise<ItemDescription | undefined> {
  const isOwn = (name: string, value: string): boolean =>
    !isAddedAttribute(profile, name, value) ||
    (profile.enteredAttributes.includes(name) && value !== '');
  const whole = await describeIfThere(item, item.properties({ signal }));
  if (whole === undefined) return undefined;
  const own = [...whole.attributes].filter(([name, value]) => isOwn(name, value));
  return { ...whole, attributes: new Map(own) };
}

/** `undefined` for an item that someone deleted meanwhile; one that is hidden is locked. */
export async function describeIfThere(
  { path }: Item,
  properties: Promise<ItemProperties>,
): Promise<ItemDescription | undefined> {
  try {
    return describe(path, await properties);
  } catch (error) {
    if (isSecretServiceError(error, 'not-found')) return undefined;
    if (!isSecretServiceError(error, 'locked')) throw error;
    return { path, label: '', attributes: new Map(), isLocked: true };
  }
}

/** As {@link describeTidy}; rejects where the item is gone, or hidden. */
export async function describePresent(item: Item, signal: AbortSignal): Promise<ItemDescription> {
  return describe(item.path, await tidyProperties(item, signal));
}

/** Adds what came of reading the secret; nothing for an item that is gone. */
export function withSecret(
  description: ItemDescription,
  result: SecretResult | undefined,
): readonly FoundItem[] {
  switch (result?.status) {
    case 'ok':
      return [{ ...description, secret: result.secret }];
    case 'not-found':
      return [];
    default: {
      const reason: WithheldReason = result?.status ?? 'locked';
      return [{ ...description, isLocked: reason === 'locked', secret: reason }];
    }
  }
}

/** The item with its secret; nothing for one that is gone, and an error where it is withheld. */
export function readItem(
  description: ItemDescription,
  result: SecretResult | undefined,
): readonly ReadItem[] {
  if (result?.status === 'ok') return [{ ...description, secret: result.secret }];
  if (result?.status === 'not-found') return [];
  // What is left out of a copy is lost without a word: rather no copy.
  // @rule cli/export-is-whole keywire#export
  const why = result?.status ?? 'locked';
  throw new CliError('withheld', `a secret that cannot be read, ${why}: ${description.path}`);
}

/**
 * Items with their secrets, each made by `join`. Where one part fails, nobody gets the secrets of
 * the others: they are wiped.
 */
// @rule cli/unused-secrets-are-wiped keywire#limits
export async function joinSecrets<Joined>(
  reading: Promise<ReadonlyMap<string, SecretResult>>,
  describing: Promise<readonly (ItemDescription | undefined)[]>,
  join: (description: ItemDescription, result: SecretResult | undefined) => readonly Joined[],
): Promise<readonly Joined[]> {
  try {
    const [secrets, descriptions] = await Promise.all([reading, describing]);
    return descriptions.flatMap((description) =>
      description === undefined ? [] : join(description, secrets.get(description.path)),
    );
  } catch (error) {
    // What is still on its way is not waited for.
    void reading.then(wipeAll, () => {});
    throw error;
  }
}

function wipeAll(secrets: ReadonlyMap<string, SecretResult>): void {
  for (const result of secrets.values()) if (result.status === 'ok') result.secret.dispose();
}

async function tidyProperties(item: Item, signal: AbortSignal): Promise<ItemProperties> {
  const [properties, attributes] = await Promise.all([
    item.properties({ signal }),
    item.attributes({ signal }),
  ]);
  return { ...properties, attributes };
}

function describe(
  path: string,
  { label, attributes, isLocked, created, modified }: ItemProperties,
): ItemDescription {
  const times = { created: toSeconds(created), modified: toSeconds(modified) };
  return { path, label, attributes, isLocked, ...times };
}

function noneIfLocked(error: unknown): readonly Item[] {
  if (isSecretServiceError(error, 'locked')) return [];
  throw error;
}

function toSeconds(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : date.getTime() / 1000;
}
