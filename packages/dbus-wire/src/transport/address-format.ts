/**
 * Writing D-Bus addresses: what `parseAddress` reads back as the same entry, or an error.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 */

import { checkObject } from '../codec/arguments.ts';
import { type AddressEntry, escapeValue, invalidAddress } from './address.ts';

/**
 * Formats one server address, escaping its values.
 *
 * @throws {@link ConnectionError} with code `address-invalid` when a value is empty or not text, or
 * when the transport or a key would be read as something else
 */
export function formatAddressEntry(entry: AddressEntry): string {
  checkObject('entry', entry);
  const { transport, parameters } = entry;
  if (typeof transport !== 'string' || !(parameters instanceof Map)) {
    throw new TypeError('entry: expected a transport and a Map of parameters');
  }
  // @rule address/no-separator-in-names keywire#addresses
  // What names and separators have in common has no escape: the address would lead elsewhere.
  if (/[:;\0]/.test(transport))
    throw invalidAddress('a transport without separators', transport, 0);
  const pairs: string[] = [];
  for (const [key, value] of parameters) {
    if (key === '' || value.length === 0)
      throw invalidAddress(`a value for "${key}"`, transport, 0);
    if (/[=,;\0]/.test(key)) throw invalidAddress('keys without separators', key, 0);
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
      throw invalidAddress(`text for "${key}"`, transport, 0);
    }
    pairs.push(`${key}=${escapeValue(value)}`);
  }
  return `${transport}:${pairs.join(',')}`;
}
