// The fixed names of the Secret Service API: bus name, object paths, interfaces.
// https://specifications.freedesktop.org/secret-service/latest/ (Object Paths, D-Bus API).
// The bus name is plural ("secrets"), the interface prefix singular ("Secret"): both as specified.

import { isObjectPath } from '@keywire/dbus-wire';
import { secretServiceError } from '../errors/errors.ts';

/** The well-known bus name that a Secret Service owns. */
export const SERVICE_NAME = 'org.freedesktop.secrets';

/** The path of the service object. */
export const SERVICE_PATH = '/org/freedesktop/secrets';

/** The prefix of all interfaces, with its final dot. */
export const INTERFACE_PREFIX = 'org.freedesktop.Secret.';

export const SERVICE_INTERFACE = 'org.freedesktop.Secret.Service';
export const COLLECTION_INTERFACE = 'org.freedesktop.Secret.Collection';
export const ITEM_INTERFACE = 'org.freedesktop.Secret.Item';
export const SESSION_INTERFACE = 'org.freedesktop.Secret.Session';
export const PROMPT_INTERFACE = 'org.freedesktop.Secret.Prompt';
export const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';
export const PEER_INTERFACE = 'org.freedesktop.DBus.Peer';

/** The message bus itself: name, path and interface. */
export const BUS_NAME = 'org.freedesktop.DBus';
export const BUS_PATH = '/org/freedesktop/DBus';
export const BUS_INTERFACE = 'org.freedesktop.DBus';

/** The object path that stands for "no object" in results: no prompt, no collection. */
export const NO_OBJECT = '/';

/** The alias of the collection that applications use unless told otherwise. */
export const DEFAULT_ALIAS = 'default';

/** The alias of the collection that is kept in memory only, where a daemon has one. */
export const SESSION_ALIAS = 'session';

/** The attribute that carries a schema's name. */
export const SCHEMA_ATTRIBUTE = 'xdg:schema';

/** The schema name that stands for "no schema in particular". */
export const GENERIC_SCHEMA = 'org.freedesktop.Secret.Generic';

const COLLECTION_PREFIX = '/org/freedesktop/secrets/collection/';
const ALIAS_PREFIX = '/org/freedesktop/secrets/aliases/';

/**
 * Gives the object path under which the collection of an alias can be addressed directly.
 * Only letters, digits and underscores can stand in an object path; others are not addressable
 * this way and need ReadAlias.
 */
export function aliasPath(alias: string): string | undefined {
  return /^[A-Za-z0-9_]+$/.test(alias) ? ALIAS_PREFIX + alias : undefined;
}

/** Whether a path is that of an alias rather than of a collection itself. */
export function isAliasPath(path: string): boolean {
  return path.startsWith(ALIAS_PREFIX);
}

/**
 * Gives the path of the collection that an item lies in: the parent in the object tree, or "no
 * object". Paths are otherwise opaque; the specification fixes only this much of their shape.
 */
export function collectionPathOf(itemPath: string): string {
  return itemPath.slice(0, itemPath.lastIndexOf('/')) || NO_OBJECT;
}

/**
 * Checks that a path is one of the service's collections or items: what lies elsewhere on the bus is
 * never called with the methods of this API.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument`
 */
export function checkObjectPath(path: string, kind: 'collection' | 'item'): void {
  const parts = typeof path === 'string' ? path.slice(COLLECTION_PREFIX.length).split('/') : [];
  const depth = kind === 'collection' ? 1 : 2;
  // @rule secret/own-paths secret#object-paths
  if (isObjectPath(path) && path.startsWith(COLLECTION_PREFIX) && parts.length === depth) return;
  throw secretServiceError('invalid-argument', 'path', {
    detail: `expected the path of one of the service's ${kind}s`,
  });
}
