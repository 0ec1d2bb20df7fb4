/** Whether secret bytes are text, and what they are in JSON: text where they are, else base64. */

import type { StoredSecret } from '../types/items.ts';
import { encodeBase64 } from './base64.ts';

/** The text of UTF-8 bytes, a byte order mark included; `undefined` for any other bytes. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // A fatal decoder has this one way of saying "not UTF-8".
    return undefined;
  }
}

export interface SecretAsJson {
  readonly secret?: string;
  readonly secretBase64?: string;
  readonly contentType: string;
}

/**
 * A secret as JSON carries it: `secret` where it is text and base64 was not asked for, else
 * `secretBase64`. It becomes a string either way, which cannot be wiped.
 */
export function secretAsJson(secret: StoredSecret, asBase64: boolean): SecretAsJson {
  const text = asBase64 ? undefined : decodeText(secret.bytes);
  const { contentType } = secret;
  if (text !== undefined) return { secret: text, contentType };
  return { secretBase64: new TextDecoder().decode(encodeBase64(secret.bytes)), contentType };
}
