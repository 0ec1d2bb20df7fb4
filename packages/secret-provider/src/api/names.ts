/**
 * The fixed names of the Secret Service API, as a provider uses them.
 * https://specifications.freedesktop.org/secret-service/latest/
 */

export const SERVICE_NAME = 'org.freedesktop.secrets';
export const SERVICE_PATH = '/org/freedesktop/secrets';
/** What lies above the service, for those who look for it from the root. */
export const PATHS_ABOVE: readonly string[] = ['/', '/org', '/org/freedesktop'];
export const COLLECTION_PREFIX = '/org/freedesktop/secrets/collection/';
export const ALIAS_PREFIX = '/org/freedesktop/secrets/aliases/';
export const SESSION_PREFIX = '/org/freedesktop/secrets/session/';
export const PROMPT_PREFIX = '/org/freedesktop/secrets/prompt/';

export const SERVICE_INTERFACE = 'org.freedesktop.Secret.Service';
export const COLLECTION_INTERFACE = 'org.freedesktop.Secret.Collection';
export const ITEM_INTERFACE = 'org.freedesktop.Secret.Item';
export const SESSION_INTERFACE = 'org.freedesktop.Secret.Session';
export const PROMPT_INTERFACE = 'org.freedesktop.Secret.Prompt';
export const INTROSPECTABLE_INTERFACE = 'org.freedesktop.DBus.Introspectable';
export const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';

/** What properties are named in the maps that Create calls carry. */
export const COLLECTION_LABEL_PROPERTY = 'org.freedesktop.Secret.Collection.Label';
export const ITEM_LABEL_PROPERTY = 'org.freedesktop.Secret.Item.Label';
export const ITEM_ATTRIBUTES_PROPERTY = 'org.freedesktop.Secret.Item.Attributes';
/** Not in the specification, but several clients write it: the schema's name. */
export const ITEM_TYPE_PROPERTY = 'org.freedesktop.Secret.Item.Type';

/** Stands for "no prompt" and "no object" wherever a path is asked for. */
export const NO_OBJECT = '/';

export const DEFAULT_ALIAS = 'default';
export const SESSION_ALIAS = 'session';

/**
 * Stands for some collection where nothing outlives the provider, and for none elsewhere: so clients
 * that know it can tell. Other daemons know no such alias.
 */
export const VOLATILE_ALIAS = 'org.keywire.volatile';

/** Gives the path of an object from the ids in it. */
export function collectionPath(collectionId: string): string {
  return COLLECTION_PREFIX + collectionId;
}

export function itemPath(collectionId: string, itemId: string): string {
  return `${COLLECTION_PREFIX}${collectionId}/${itemId}`;
}

/** Whether a text can be one element of an object path, and so an id. */
export function isPathElement(text: string): boolean {
  return /^[A-Za-z0-9_]+$/u.test(text);
}

/** As long as names of the bus. */
const MAX_ALIAS_CHARACTERS = 255;

export const ALIAS_EXPECTED: string = `expected an alias of 1 to ${MAX_ALIAS_CHARACTERS} letters, digits and underscores`;

/** Whether a text can be an alias: the last element of a path, and kept in a file. */
export function isAlias(text: string): boolean {
  return text.length <= MAX_ALIAS_CHARACTERS && isPathElement(text);
}
