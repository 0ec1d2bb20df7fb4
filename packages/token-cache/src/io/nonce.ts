/** Names that nobody else has: 128 random bits. */
import { randomBytes } from 'node:crypto';

/** 32 hexadecimal digits, never the same twice. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}
