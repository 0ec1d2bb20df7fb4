/** Tells which form a file has from its first bytes, without a password. */
import { equalBytes } from '../bytes.ts';
import type { KeyringFormat } from '../types/opened-keyring.ts';
import { HARDENED_MAGIC } from './hardened/header.ts';
import { GNOME_MAGIC } from './v1/container.ts';

/** How far to look for the first group of a text keyring behind comments. */
const TEXT_WINDOW_BYTES = 4096;

/**
 * Detects the form. A known form of an unknown version counts as that form, so that its parser can
 * say which version it is; `undefined` is a file of something else.
 */
export function detectFormat(bytes: Uint8Array): KeyringFormat | undefined {
  const magic = bytes.subarray(0, GNOME_MAGIC.length);
  if (equalBytes(magic, HARDENED_MAGIC)) return 'hardened';
  if (equalBytes(magic, GNOME_MAGIC)) return bytes[GNOME_MAGIC.length] === 0 ? 'v0' : 'v1';
  const start = Array.from(bytes.subarray(0, TEXT_WINDOW_BYTES), (byte) =>
    String.fromCharCode(byte),
  ).join('');
  if (/^(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*\[keyring\]/u.test(start)) return 'text';
  return /^\s*\{/u.test(start) ? 'json' : undefined;
}
