/**
 * D-Bus addresses: `transport:key=value,key=value;transport:…`.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 *
 * Accepts exactly what libdbus' dbus_parse_address accepts (unknown transports and keys included,
 * one `;` or `,` at the end), except that a key given twice and a NUL byte are refused. Whether a
 * transport can be used is not decided here but in transport-target.ts.
 */

import { checkString } from '../codec/arguments.ts';
import { ConnectionError } from '../connection-error.ts';

/** One server address: how to reach it and with which parameters. */
export interface AddressEntry {
  /** `unix`, `tcp`, `unixexec` …, as written. */
  readonly transport: string;
  /** Unescaped values by key; bytes that are not UTF-8 stay a `Uint8Array`. */
  readonly parameters: Map<string, string | Uint8Array>;
}

/**
 * Parses a `;`-separated list of server addresses.
 *
 * @throws {@link ConnectionError} with code `address-invalid`
 */
export function parseAddress(text: string): AddressEntry[] {
  checkString('address', text);
  // @rule address/not-empty dbus#addresses
  if (text === '') throw invalidAddress('at least one server address', text, 0);
  // @rule address/no-nul keywire#addresses
  // libdbus takes C strings; a NUL here would make two readers see two addresses.
  const nul = text.indexOf('\0');
  if (nul >= 0) throw invalidAddress('no NUL byte', text, nul);
  const entries: AddressEntry[] = [];
  // @rule address/trailing-separator dbus#addresses
  for (let position = 0; position < text.length; ) {
    const end = indexOrEnd(text, ';', position);
    entries.push(parseEntry(text.slice(position, end), position));
    position = end + 1;
  }
  return entries;
}

/** Escapes a value, so that nothing in it is read as a separator. */
export function escapeValue(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const latin1 = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return latin1.replaceAll(
    /[^-\w/.*\\]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** `entry` is one server address and `base` its offset in the whole text, for error messages. */
function parseEntry(entry: string, base: number): AddressEntry {
  // @rule address/colon-required dbus#addresses
  const colon = entry.indexOf(':');
  if (colon < 0) throw invalidAddress('a colon after the transport', entry, base);
  const parameters = new Map<string, string | Uint8Array>();
  for (let position = colon + 1; position < entry.length; ) {
    const comma = indexOrEnd(entry, ',', position);
    const pair = entry.slice(position, comma);
    const equals = pair.indexOf('=');
    // @rule address/key-and-value dbus#addresses
    if (equals <= 0 || equals + 1 === pair.length) {
      throw invalidAddress('key=value', entry, base + position);
    }
    const key = pair.slice(0, equals);
    // @rule address/duplicate-key keywire#addresses
    // Readers that keep the first and readers that keep the last would connect to two places.
    if (parameters.has(key)) {
      throw invalidAddress(`the key "${key}" only once`, entry, base + position);
    }
    parameters.set(key, unescapeValue(pair.slice(equals + 1), base + position + equals + 1));
    position = comma + 1;
  }
  return { transport: entry.slice(0, colon), parameters };
}

function unescapeValue(text: string, base: number): string | Uint8Array {
  // @rule address/must-escape dbus#addresses
  // @rule address/percent-escape dbus#addresses
  const wrong = text.search(/[^-\w/.*\\%]|%(?![0-9A-Fa-f]{2})/);
  if (wrong >= 0) {
    const expected = text[wrong] === '%' ? 'two hex digits after "%"' : 'this character escaped';
    throw invalidAddress(expected, text, base + wrong);
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8, which is no fault: it stays bytes.
    const latin1 = text.replaceAll(/%(..)/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
    return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
  }
}

function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start);
  return index < 0 ? text.length : index;
}

/** The address, or what one is to be made of, is not what it has to be. */
export function invalidAddress(expected: string, text: string, offset: number): ConnectionError {
  return new ConnectionError(
    'address-invalid',
    `address: expected ${expected} at offset ${offset}, got ${JSON.stringify(text)}`,
    { advice: 'Check DBUS_SESSION_BUS_ADDRESS or the address given.' },
  );
}
