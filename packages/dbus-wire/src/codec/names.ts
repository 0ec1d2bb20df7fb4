/**
 * The grammar of object paths and names, exactly as libdbus decides it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-names
 *
 * Beyond the specification's text, libdbus takes `:` and `:.a` as unique names; so do we.
 */
import { MAX_NAME_BYTES } from './limits.ts';

const OBJECT_PATH = /^\/(?:[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*)?$/;
const INTERFACE_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+$/;
const MEMBER_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WELL_KNOWN_NAME = /^[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+$/;
const UNIQUE_NAME = /^:(?:\.?[A-Za-z0-9_-])*$/;

/** Tells whether `text` is an object path; a path has no length limit of its own. */
export function isObjectPath(text: string): boolean {
  return typeof text === 'string' && OBJECT_PATH.test(text);
}

/** Tells whether `text` is an interface name: two elements or more, no leading digits. */
export function isInterfaceName(text: string): boolean {
  return fitsName(text) && INTERFACE_NAME.test(text);
}

/** Tells whether `text` is a method or signal name: one element, no dot. */
export function isMemberName(text: string): boolean {
  return fitsName(text) && MEMBER_NAME.test(text);
}

/** Tells whether `text` is an error name; the grammar is that of interface names. */
export function isErrorName(text: string): boolean {
  return isInterfaceName(text);
}

/** Tells whether `text` is a bus name, unique (`:1.5`) or well-known (`org.example.Name`). */
export function isBusName(text: string): boolean {
  return isUniqueName(text) || (fitsName(text) && WELL_KNOWN_NAME.test(text));
}

/** Tells whether `text` is a unique name, which the bus gives to each connection. */
export function isUniqueName(text: string): boolean {
  return fitsName(text) && UNIQUE_NAME.test(text);
}

/** A pattern would test the text of any other value; these answer for strings alone. */
function fitsName(text: string): boolean {
  return typeof text === 'string' && text.length <= MAX_NAME_BYTES;
}
