/** The hash under which an imitated daemon shows attribute values; it protects nothing. */
import { createHash } from 'node:crypto';

/** MD5 of a text's UTF-8 bytes, in hexadecimal digits. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
