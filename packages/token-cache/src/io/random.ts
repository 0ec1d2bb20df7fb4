/** Randomness and digests. */
import { createHash, randomBytes } from 'node:crypto';

/** 32 hexadecimal digits that nobody else has. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/** The SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
