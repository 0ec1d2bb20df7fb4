// The calls of the Secret Service API as values: what is sent, and nothing about when or to whom.
// https://specifications.freedesktop.org/secret-service/latest/ (D-Bus API)

import { Variant } from '@keywire/dbus-wire';
import {
  COLLECTION_INTERFACE,
  ITEM_INTERFACE,
  PEER_INTERFACE,
  PROMPT_INTERFACE,
  PROPERTIES_INTERFACE,
  SERVICE_INTERFACE,
  SERVICE_PATH,
  SESSION_INTERFACE,
} from './names.ts';
import type { SecretStruct } from './replies.ts';

/** One call, without where it goes. */
export interface CallSpec {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** Whether it changes something in the keyring. */
  readonly isWrite?: boolean;
}

export function openSession(algorithm: string, input: Variant): CallSpec {
  return service('OpenSession', 'sv', [algorithm, input]);
}

/**
 * What a daemon hears first of a client. Of one that it has only just been told of, it may take the
 * first call before it has a place for the client; this one it can answer without.
 */
export function greeting(): CallSpec {
  return { path: SERVICE_PATH, interface: PEER_INTERFACE, member: 'Ping' };
}

export function closeSession(path: string): CallSpec {
  return { path, interface: SESSION_INTERFACE, member: 'Close' };
}

export function searchService(attributes: ReadonlyMap<string, string>): CallSpec {
  return service('SearchItems', 'a{ss}', [attributes]);
}

export function searchCollection(path: string, attributes: ReadonlyMap<string, string>): CallSpec {
  return {
    path,
    interface: COLLECTION_INTERFACE,
    member: 'SearchItems',
    signature: 'a{ss}',
    body: [attributes],
  };
}

export function unlock(paths: readonly string[]): CallSpec {
  return { ...service('Unlock', 'ao', [paths]), isWrite: true };
}

export function lock(paths: readonly string[]): CallSpec {
  return { ...service('Lock', 'ao', [paths]), isWrite: true };
}

export function getSecrets(paths: readonly string[], session: string): CallSpec {
  return service('GetSecrets', 'aoo', [paths, session]);
}

export function readAlias(alias: string): CallSpec {
  return service('ReadAlias', 's', [alias]);
}

export function setAlias(alias: string, collection: string): CallSpec {
  return { ...service('SetAlias', 'so', [alias, collection]), isWrite: true };
}

export function createCollection(label: string, alias: string): CallSpec {
  const properties = new Map([[`${COLLECTION_INTERFACE}.Label`, new Variant('s', label)]]);
  return { ...service('CreateCollection', 'a{sv}s', [properties, alias]), isWrite: true };
}

/** Creates an item, and never lets the daemon replace one: it would take a neighbour. */
export function createItem(
  collection: string,
  label: string,
  attributes: ReadonlyMap<string, string>,
  secret: SecretStruct,
): CallSpec {
  // Both properties are always given: a daemon without them refuses, or worse.
  const properties = new Map<string, Variant>([
    [`${ITEM_INTERFACE}.Label`, new Variant('s', label)],
    [`${ITEM_INTERFACE}.Attributes`, new Variant('a{ss}', attributes)],
  ]);
  return {
    path: collection,
    interface: COLLECTION_INTERFACE,
    member: 'CreateItem',
    signature: 'a{sv}(oayays)b',
    // @rule secret/never-daemon-replace quirk#G2
    body: [properties, tupleOf(secret), false],
    isWrite: true,
  };
}

export function getSecret(item: string, session: string): CallSpec {
  return {
    path: item,
    interface: ITEM_INTERFACE,
    member: 'GetSecret',
    signature: 'o',
    body: [session],
  };
}

export function setSecret(item: string, secret: SecretStruct): CallSpec {
  return {
    path: item,
    interface: ITEM_INTERFACE,
    member: 'SetSecret',
    signature: '(oayays)',
    body: [tupleOf(secret)],
    isWrite: true,
  };
}

export function deleteObject(path: string, kind: 'item' | 'collection'): CallSpec {
  const target = kind === 'item' ? ITEM_INTERFACE : COLLECTION_INTERFACE;
  return { path, interface: target, member: 'Delete', isWrite: true };
}

export function showPrompt(path: string, windowId: string): CallSpec {
  return {
    path,
    interface: PROMPT_INTERFACE,
    member: 'Prompt',
    signature: 's',
    body: [windowId],
    isWrite: true,
  };
}

export function dismissPrompt(path: string): CallSpec {
  return { path, interface: PROMPT_INTERFACE, member: 'Dismiss' };
}

export function getProperty(path: string, owner: string, name: string): CallSpec {
  return {
    path,
    interface: PROPERTIES_INTERFACE,
    member: 'Get',
    signature: 'ss',
    body: [owner, name],
  };
}

export function getAllProperties(path: string, owner: string): CallSpec {
  return {
    path,
    interface: PROPERTIES_INTERFACE,
    member: 'GetAll',
    signature: 's',
    body: [owner],
  };
}

export function setProperty(path: string, owner: string, name: string, value: Variant): CallSpec {
  return {
    path,
    interface: PROPERTIES_INTERFACE,
    member: 'Set',
    signature: 'ssv',
    body: [owner, name, value],
    isWrite: true,
  };
}

/** A secret as the wire takes it: `(oayays)`. */
export function tupleOf(secret: SecretStruct): readonly [string, Uint8Array, Uint8Array, string] {
  return [secret.session, secret.parameters, secret.value, secret.contentType];
}

function service(member: string, signature: string, body: readonly unknown[]): CallSpec {
  return { path: SERVICE_PATH, interface: SERVICE_INTERFACE, member, signature, body };
}
