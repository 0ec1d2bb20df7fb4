/** A digest where a name is wanted that says nothing of the text, or is short. */
import { createHash } from 'node:crypto';

/** The SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
