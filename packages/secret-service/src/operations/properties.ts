// The properties of collections and items, read and written one by one or all at once.
// https://specifications.freedesktop.org/secret-service/latest/ (D-Bus API)

import { Variant } from '@keywire/dbus-wire';
import type { CallOptions, Peer } from '../daemon/peer.ts';
import { secretServiceError } from '../errors/errors.ts';
import type { CallSpec } from '../protocol/calls.ts';
import { getAllProperties, getProperty, setProperty } from '../protocol/calls.ts';
import {
  COLLECTION_INTERFACE,
  ITEM_INTERFACE,
  SERVICE_INTERFACE,
  SERVICE_PATH,
} from '../protocol/names.ts';
import { asAttributes, readProperties, readProperty } from '../protocol/replies.ts';

/** The two kinds of objects that have properties in common. */
export type ObjectKind = 'collection' | 'item';

/** All properties of an item, read at one moment. */
export interface ItemProperties {
  readonly label: string;
  readonly attributes: Map<string, string>;
  readonly isLocked: boolean;
  /** When it was made; undefined where the daemon does not know or is locked. */
  readonly created: Date | undefined;
  readonly modified: Date | undefined;
}

/** All properties of a collection, read at one moment. */
export interface CollectionProperties extends Omit<ItemProperties, 'attributes'> {
  /** The paths of its items, as far as the daemon shows them while it is locked. */
  readonly itemPaths: readonly string[];
}

export async function readLocked(
  peer: Peer,
  path: string,
  kind: ObjectKind,
  options: CallOptions,
): Promise<boolean> {
  return (await read(peer, path, kind, 'Locked', ['b'], options)) === true;
}

export async function readLabel(
  peer: Peer,
  path: string,
  kind: ObjectKind,
  options: CallOptions,
): Promise<string> {
  return String(await read(peer, path, kind, 'Label', ['s'], options));
}

export async function readAttributes(
  peer: Peer,
  path: string,
  options: CallOptions,
): Promise<Map<string, string>> {
  const value = asAttributes(await read(peer, path, 'item', 'Attributes', ['a{ss}'], options));
  if (value === undefined) throw shapeError('Item.Attributes');
  return value;
}

/** Reads `Created` or `Modified`; 0 stands for "not known" and gives undefined. */
export async function readTime(
  peer: Peer,
  path: string,
  kind: ObjectKind,
  name: 'Created' | 'Modified',
  options: CallOptions,
): Promise<Date | undefined> {
  return asDate(await read(peer, path, kind, name, ['t'], options));
}

/** Reads the paths of a collection's items. */
export async function readItemPaths(
  peer: Peer,
  path: string,
  options: CallOptions,
): Promise<string[]> {
  return asPaths(await read(peer, path, 'collection', 'Items', ['ao'], options));
}

/** Reads the paths of all collections. */
export async function readCollectionPaths(peer: Peer, options: CallOptions): Promise<string[]> {
  const reply = await peer.call(
    getProperty(SERVICE_PATH, SERVICE_INTERFACE, 'Collections'),
    options,
  );
  return asPaths(readProperty(reply, ['ao'], 'Service.Collections'));
}

/** Reads all properties of an item in one call. */
export async function readItemProperties(
  peer: Peer,
  path: string,
  options: CallOptions,
): Promise<ItemProperties> {
  const reply = await peer.call(getAllProperties(path, ITEM_INTERFACE), options);
  const found = readProperties(reply, 'Item.GetAll');
  const attributes = asAttributes(found.get('Attributes')?.value);
  if (attributes === undefined) throw shapeError('Item.GetAll');
  return { ...commonProperties(found), attributes };
}

/** Reads all properties of a collection in one call. */
export async function readCollectionProperties(
  peer: Peer,
  path: string,
  options: CallOptions,
): Promise<CollectionProperties> {
  const reply = await peer.call(getAllProperties(path, COLLECTION_INTERFACE), options);
  const found = readProperties(reply, 'Collection.GetAll');
  return { ...commonProperties(found), itemPaths: asPaths(found.get('Items')?.value ?? []) };
}

/** The call that sets a label. */
export function labelCall(path: string, kind: ObjectKind, label: string): CallSpec {
  return setProperty(path, interfaceOf(kind), 'Label', new Variant('s', label));
}

/** The call that sets an item's attributes. */
export function attributesCall(path: string, attributes: ReadonlyMap<string, string>): CallSpec {
  return setProperty(path, ITEM_INTERFACE, 'Attributes', new Variant('a{ss}', attributes));
}

async function read(
  peer: Peer,
  path: string,
  kind: ObjectKind,
  name: string,
  signatures: readonly string[],
  options: CallOptions,
): Promise<unknown> {
  const reply = await peer.call(getProperty(path, interfaceOf(kind), name), options);
  return readProperty(reply, signatures, `${kind === 'item' ? 'Item' : 'Collection'}.${name}`);
}

function commonProperties(found: ReadonlyMap<string, Variant>): Omit<ItemProperties, 'attributes'> {
  const label = found.get('Label')?.value;
  return {
    label: typeof label === 'string' ? label : '',
    isLocked: found.get('Locked')?.value === true,
    created: asDate(found.get('Created')?.value),
    modified: asDate(found.get('Modified')?.value),
  };
}

function asDate(seconds: unknown): Date | undefined {
  // @rule secret/zero-time-unknown quirk#G12
  if (typeof seconds !== 'bigint' || seconds === 0n) return undefined;
  const date = new Date(Number(seconds) * 1000);
  // A number that no calendar reaches is no time either.
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function asPaths(value: unknown): string[] {
  if (!Array.isArray(value)) throw shapeError('object paths');
  return value.filter((path): path is string => typeof path === 'string');
}

function interfaceOf(kind: ObjectKind): string {
  return kind === 'item' ? ITEM_INTERFACE : COLLECTION_INTERFACE;
}

function shapeError(subject: string): Error {
  return secretServiceError('protocol', subject, {
    detail: 'expected a property of the specified type, got another',
  });
}
