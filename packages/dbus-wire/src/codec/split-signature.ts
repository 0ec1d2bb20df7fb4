/**
 * The texts of a signature's complete types: `a{sv}u` is `a{sv}` and `u`.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#type-system
 */

import { parseSignature } from './signature.ts';

/**
 * Splits a signature into its complete types.
 *
 * @throws {@link WireError} with a code that starts with `signature-`
 */
export function splitSignature(signature: string): string[] {
  parseSignature(signature);
  const types: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < signature.length; index++) {
    const code = signature[index];
    if (code === '(' || code === '{') depth++;
    else if (code === ')' || code === '}') depth--;
    if (depth > 0 || code === 'a') continue;
    types.push(signature.slice(start, index + 1));
    start = index + 1;
  }
  return types;
}
