/**
 * Reading a parsed JSON document of a documented form: each fault names the place in it, and quotes
 * nothing that could be a secret.
 */

/** What is not of the documented form, and where. */
export class JsonDocumentError extends Error {
  override readonly name = 'JsonDocumentError';
}

/** The fields of an object; with `known` names, no others. */
export function record(
  value: unknown,
  place: string,
  known?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new JsonDocumentError(`${place}: expected an object`);
  }
  const fields: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value));
  const stranger = known && Object.keys(fields).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new JsonDocumentError(`${place}: expected only ${known?.join(', ')}, got "${stranger}"`);
  }
  return fields;
}

export function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new JsonDocumentError(`${place}: expected an array`);
  return value;
}

export function text(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new JsonDocumentError(`${place}: expected a string`);
  return value;
}

/** Text that D-Bus can carry. */
export function plainText(value: unknown, place: string): string {
  const found = text(value, place);
  if (found.includes('\0') || /\p{Surrogate}/u.test(found)) {
    throw new JsonDocumentError(`${place}: expected text without NUL and lone surrogates`);
  }
  return found;
}

export function truth(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw new JsonDocumentError(`${place}: expected true or false`);
  return value;
}

export function optionalWholeNumber(value: unknown, place: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new JsonDocumentError(`${place}: expected a whole number that is not negative`);
  }
  return value;
}

/** One of a few words. */
export function oneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  place: string,
): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new JsonDocumentError(`${place}: expected one of ${words.join(', ')}`);
}
