/** How items look in text and in JSON; the text is secret-tool's, line by line. */
import type { ItemDescription } from '../types/items.ts';
import { UNSAFE } from './printable.ts';

/** The attribute that names an item's schema; shown as a line of its own. */
export const SCHEMA_ATTRIBUTE = 'xdg:schema';

/** The last part of an object path: what `[/ID]` shows, and what `--collection` takes. */
export function lastElement(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Seconds since 1970 as UTC, `2026-11-22 20:45:52`; empty where the keyring does not know. */
export function formatTime(seconds: number | undefined): string {
  const date = dateOf(seconds);
  return date === undefined ? '' : date.toISOString().slice(0, 19).replace('T', ' ');
}

export interface ItemAsJson {
  readonly path: string;
  readonly label: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly locked: boolean;
  /** ISO 8601 in UTC, or null. */
  readonly created: string | null;
  readonly modified: string | null;
}

export function itemAsJson(item: ItemDescription): ItemAsJson {
  return {
    path: item.path,
    label: item.label,
    attributes: Object.fromEntries(item.attributes),
    locked: item.isLocked,
    created: dateOf(item.created)?.toISOString() ?? null,
    modified: dateOf(item.modified)?.toISOString() ?? null,
  };
}

/**
 * A line of JSON. JSON itself escapes no C1 control, and a terminal may follow those: what steers one
 * is written as an escape, which is the same value to a program.
 */
export function jsonLine(value: unknown): string {
  // @rule cli/terminal-escapes keywire#terminal-output
  const text = JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}

function dateOf(seconds: number | undefined): Date | undefined {
  if (seconds === undefined || seconds === 0) return undefined;
  const date = new Date(seconds * 1000);
  // A daemon may answer any 64-bit number; what no calendar holds counts as unknown.
  return Number.isNaN(date.getTime()) ? undefined : date;
}
