/** Narrowing decoded values: their wire types were compared before, so a misfit is a codec fault. */
import { Variant } from '@keywire/dbus-wire';
import { invalidArgs } from './refusal.ts';

/** The Secret struct of the API, `(oayays)`. */
export type SecretStruct = readonly [
  session: string,
  parameters: Uint8Array,
  value: Uint8Array,
  contentType: string,
];

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('internal error: expected a string');
}

export function texts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(text);
  throw new Error('internal error: expected an array of strings');
}

export function variant(value: unknown): Variant {
  if (value instanceof Variant) return value;
  throw new Error('internal error: expected a variant');
}

/** About how many bytes decoded values take. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length + 16;
  if (value instanceof Variant) return sizeOf(value.value);
  if (value instanceof Map) return sizeOf([...value].flat(1));
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + sizeOf(each), 16);
  return 8;
}

/** `a{ss}` */
export function attributes(value: unknown): ReadonlyMap<string, string> {
  if (!(value instanceof Map)) throw new Error('internal error: expected a dictionary');
  return new Map([...value].map(([name, each]) => [text(name), text(each)]));
}

/** `(oayays)` */
export function secretStruct(value: unknown): SecretStruct {
  const [session, parameters, secret, contentType] = Array.isArray(value) ? value : [];
  if (!(parameters instanceof Uint8Array && secret instanceof Uint8Array)) {
    throw new Error('internal error: expected a secret struct');
  }
  return [text(session), parameters, secret, text(contentType)];
}

/**
 * Takes known properties out of an `a{sv}` map.
 *
 * @param isLenient skips what is unknown or of another type, as some daemons do
 * @throws {@link Refusal} of kind `invalid-args` for an unknown name or another type
 */
export function properties<Name extends string>(
  value: unknown,
  types: Readonly<Record<Name, string>>,
  isLenient = false,
): Partial<Record<Name, unknown>> {
  if (!(value instanceof Map)) throw new Error('internal error: expected a dictionary');
  const known = new Map<string, string>(Object.entries(types));
  const found: [string, unknown][] = [];
  for (const [name, each] of value) {
    const type = known.get(text(name));
    const { signature, value: inner } = variant(each);
    if (isLenient && signature !== type) continue;
    if (type === undefined) throw invalidArgs(`unknown property ${text(name)}`);
    if (signature !== type) throw invalidArgs(`${text(name)}: expected a value of type "${type}"`);
    found.push([text(name), inner]);
  }
  const result: Partial<Record<string, unknown>> = Object.fromEntries(found);
  return result;
}
