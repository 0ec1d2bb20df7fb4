/** Names that nobody else has: 128 random bits. */
import process from 'node:process';

/** 32 hexadecimal digits, never the same twice. */
export function newNonce(): string {
  // Loaded when it is needed. The global of this name is missing in Node 18, which the CLI runs on.
  return process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex');
}
