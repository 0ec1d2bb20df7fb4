/**
 * D-Bus addresses: `transport:key=value,key=value;transport:…`.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 *
 * Accepts exactly what libdbus' dbus_parse_address accepts (unknown transports and keys included,
 * one `;` or `,` at the end), except that a key given twice and a NUL byte are refused. Whether a
 * transport can be used is not decided here but in transport-target.ts.
 */

import { ConnectionError } from './connection-error.ts';

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
  if (typeof text !== 'string')
    throw new TypeError(`address: expected a string, got ${typeof text}`);
  // @rule address/not-empty dbus#addresses
  if (text === '') throw invalid('at least one server address', text, 0);
  // @rule address/no-nul keywire#addresses
  // libdbus takes C strings; a NUL here would make two readers see two addresses.
  const nul = text.indexOf('\0');
  if (nul >= 0) throw invalid('no NUL byte', text, nul);
  const entries: AddressEntry[] = [];
  // @rule address/trailing-separator dbus#addresses
  for (let position = 0; position < text.length; ) {
    const end = indexOrEnd(text, ';', position);
    entries.push(parseEntry(text.slice(position, end), position));
    position = end + 1;
  }
  return entries;
}

/**
 * Formats one server address, escaping its values.
 *
 * @throws {@link ConnectionError} with code `address-invalid` when a value is empty or not text, or
 * when the transport or a key would be read as something else
 */
export function formatAddressEntry(entry: AddressEntry): string {
  const { transport } = entry;
  // @rule address/no-separator-in-names keywire#addresses
  // What names and separators have in common has no escape: the address would lead elsewhere.
  if (/[:;\0]/.test(transport)) throw invalid('a transport without separators', transport, 0);
  const pairs: string[] = [];
  for (const [key, value] of entry.parameters) {
    if (key === '' || value.length === 0) throw invalid(`a value for "${key}"`, transport, 0);
    if (/[=,;\0]/.test(key)) throw invalid('keys without separators', key, 0);
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
      throw invalid(`text for "${key}"`, transport, 0);
    }
    pairs.push(`${key}=${escapeValue(value)}`);
  }
  return `${transport}:${pairs.join(',')}`;
}

/** `entry` is one server address and `base` its offset in the whole text, for error messages. */
function parseEntry(entry: string, base: number): AddressEntry {
  // @rule address/colon-required dbus#addresses
  const colon = entry.indexOf(':');
  if (colon < 0) throw invalid('a colon after the transport', entry, base);
  const parameters = new Map<string, string | Uint8Array>();
  for (let position = colon + 1; position < entry.length; ) {
    const comma = indexOrEnd(entry, ',', position);
    const pair = entry.slice(position, comma);
    const equals = pair.indexOf('=');
    // @rule address/key-and-value dbus#addresses
    if (equals <= 0 || equals + 1 === pair.length) {
      throw invalid('key=value', entry, base + position);
    }
    const key = pair.slice(0, equals);
    // @rule address/duplicate-key keywire#addresses
    // Readers that keep the first and readers that keep the last would connect to two places.
    if (parameters.has(key)) {
      throw invalid(`the key "${key}" only once`, entry, base + position);
    }
    parameters.set(key, unescapeValue(pair.slice(equals + 1), base + position + equals + 1));
    position = comma + 1;
  }
  return { transport: entry.slice(0, colon), parameters };
}

function unescapeValue(text: string, base: number): string | Uint8Array {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let position = 0; position < text.length; position++) {
    let byte = text.charCodeAt(position);
    if (byte === 0x25) {
      // @rule address/percent-escape dbus#addresses
      const high = hexDigit(text.charCodeAt(position + 1));
      const low = hexDigit(text.charCodeAt(position + 2));
      if (high < 0 || low < 0) {
        throw invalid('two hex digits after "%"', text, base + position);
      }
      byte = (high << 4) | low;
      position += 2;
    } else if (!isUnescapedByte(byte)) {
      // @rule address/must-escape dbus#addresses
      throw invalid('this character escaped', text, base + position);
    }
    bytes[length++] = byte;
  }
  // Most values have nothing escaped in them; a decoder is made only for those that do.
  if (length === text.length) return text;
  return decodeOrKeep(bytes.slice(0, length));
}

function escapeValue(value: string | Uint8Array): string {
  let out = '';
  for (const byte of typeof value === 'string' ? new TextEncoder().encode(value) : value) {
    out += isUnescapedByte(byte)
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return out;
}

/** `[-0-9A-Za-z_/.\*]`: what the specification lets stand unescaped. */
function isUnescapedByte(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2d && code <= 0x39) ||
    code === 0x5f ||
    code === 0x5c ||
    code === 0x2a
  );
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function decodeOrKeep(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start);
  return index < 0 ? text.length : index;
}

function invalid(expected: string, text: string, offset: number): ConnectionError {
  return new ConnectionError(
    'address-invalid',
    `address: expected ${expected} at offset ${offset}, got ${JSON.stringify(text)}`,
    { advice: 'Check DBUS_SESSION_BUS_ADDRESS or the address given.' },
  );
}
