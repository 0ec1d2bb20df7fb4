/**
 * The JSON form of a store's first content, with explicit ids, so that a test can rely on object
 * paths and on how prompts are answered. Every fault names its place in the document.
 *
 *     { "collections": [{ "id", "label", "aliases"?, "locked"?, "prompt"?, "items": [
 *       { "id", "label", "attributes", "secret" | "secretBase64", "contentType"?, "created"?,
 *         "modified"? }] }] }
 */

import { isPathElement } from '../api/names.ts';
import {
  JsonDocumentError,
  list,
  oneOf,
  optionalWholeNumber,
  plainText,
  record,
  text,
  truth,
} from '../json-document.ts';
import type { PromptScript } from './store.ts';

/** Timers of common runtimes hold no longer delay, and go off at once instead. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export interface SeedItem {
  readonly id: string;
  readonly label: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly secret: Uint8Array;
  readonly contentType: string;
  readonly created?: number | undefined;
  readonly modified?: number | undefined;
}

export interface SeedCollection {
  readonly id: string;
  readonly label: string;
  readonly aliases?: readonly string[] | undefined;
  readonly locked?: boolean | undefined;
  readonly prompt?: PromptScript | undefined;
  readonly items: readonly SeedItem[];
}

export interface Seed {
  readonly collections: readonly SeedCollection[];
}

/** A seed that is not of the documented form. Its message holds no secret. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
  readonly code = 'seed-invalid';
}

/** Tells a {@link SeedError}, also one of another copy of this package. */
export function isSeedError(error: unknown): error is SeedError {
  return error instanceof Error && error.name === 'SeedError' && 'code' in error;
}

const ANSWERS = ['accept', 'dismiss', 'never', 'vanish', 'wrong-type'] as const;
const DEFAULT_CONTENT_TYPE = 'text/plain';

/**
 * Reads a seed from parsed JSON.
 *
 * @throws {@link SeedError}
 */
export function parseSeed(value: unknown): Seed {
  try {
    return parseDocument(value);
  } catch (cause) {
    if (!(cause instanceof JsonDocumentError)) throw cause;
    throw new SeedError(cause.message, { cause });
  }
}

function parseDocument(value: unknown): Seed {
  const document = record(value, 'seed', ['collections']);
  const collections = list(document['collections'], 'collections').map((each, index) =>
    parseCollection(each, `collections[${index}]`),
  );
  unique(
    collections.map((collection) => collection.id),
    'collections',
    'id',
  );
  unique(
    collections.flatMap((collection) => collection.aliases ?? []),
    'collections',
    'alias',
  );
  return { collections };
}

function parseCollection(value: unknown, place: string): SeedCollection {
  const fields = record(value, place, ['id', 'label', 'aliases', 'locked', 'prompt', 'items']);
  const items = list(fields['items'], `${place}.items`).map((each, index) =>
    parseItem(each, `${place}.items[${index}]`),
  );
  unique(
    items.map((item) => item.id),
    `${place}.items`,
    'id',
  );
  return {
    id: pathElement(fields['id'], `${place}.id`),
    label: plainText(fields['label'], `${place}.label`),
    aliases: list(fields['aliases'] ?? [], `${place}.aliases`).map((alias, index) =>
      pathElement(alias, `${place}.aliases[${index}]`),
    ),
    locked: truth(fields['locked'] ?? false, `${place}.locked`),
    prompt: fields['prompt'] === undefined ? undefined : parsePrompt(fields['prompt'], place),
    items,
  };
}

function parseItem(value: unknown, place: string): SeedItem {
  const fields = record(value, place, [
    'id',
    'label',
    'attributes',
    'secret',
    'secretBase64',
    'contentType',
    'created',
    'modified',
  ]);
  const attributes = record(fields['attributes'] ?? {}, `${place}.attributes`);
  return {
    id: pathElement(fields['id'], `${place}.id`),
    label: plainText(fields['label'], `${place}.label`),
    attributes: new Map(
      Object.entries(attributes).map(([name, each]) => [
        plainText(name, `${place}.attributes`),
        plainText(each, `${place}.attributes.${name}`),
      ]),
    ),
    secret: parseSecret(fields, place),
    contentType: plainText(fields['contentType'] ?? DEFAULT_CONTENT_TYPE, `${place}.contentType`),
    created: optionalWholeNumber(fields['created'], `${place}.created`),
    modified: optionalWholeNumber(fields['modified'], `${place}.modified`),
  };
}

function parseSecret(fields: Readonly<Record<string, unknown>>, place: string): Uint8Array {
  const { secret, secretBase64 } = fields;
  if ((secret === undefined) === (secretBase64 === undefined)) {
    throw new JsonDocumentError(`${place}: expected either "secret" or "secretBase64"`);
  }
  if (secret !== undefined) return new TextEncoder().encode(text(secret, `${place}.secret`));
  const encoded = text(secretBase64, `${place}.secretBase64`);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(encoded)) {
    throw new JsonDocumentError(`${place}.secretBase64: expected base64 with its padding`);
  }
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

function parsePrompt(value: unknown, place: string): PromptScript {
  const isShort = typeof value === 'string';
  const fields = isShort
    ? { answer: value }
    : record(value, `${place}.prompt`, ['answer', 'delayMs']);
  const answer = oneOf(fields['answer'], ANSWERS, `${place}.prompt`);
  const delayMs = optionalWholeNumber(fields['delayMs'], `${place}.prompt.delayMs`);
  if (delayMs !== undefined && delayMs > MAX_DELAY_MS) {
    throw new JsonDocumentError(`${place}.prompt.delayMs: expected at most ${MAX_DELAY_MS}`);
  }
  return { answer, delayMs };
}

function pathElement(value: unknown, place: string): string {
  const id = text(value, place);
  if (!isPathElement(id)) {
    throw new JsonDocumentError(`${place}: expected letters, digits and underscores only`);
  }
  return id;
}

function unique(values: readonly string[], place: string, what: string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) {
      throw new JsonDocumentError(`${place}: expected each ${what} once, got "${value}"`);
    }
    seen.add(value);
  }
}
