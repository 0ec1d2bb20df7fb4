// Typed schemas: attribute names with types, checked by the compiler and again at run time, and
// written the way other programs write them: integers in decimal, booleans as "true" and "false",
// the schema's name in the attribute xdg:schema unless the schema says not to match on it.
// https://specifications.freedesktop.org/secret-service/latest/ (Lookup Attributes)

import { secretServiceError } from '../errors/errors.ts';
import { type Attributes, toAttributes } from './attributes.ts';
import { SCHEMA_ATTRIBUTE } from './names.ts';

/** The types that an attribute can have, and how they look in a program. */
export interface AttributeTypes {
  readonly string: string;
  readonly integer: number;
  readonly boolean: boolean;
}

/** The fields of a schema: attribute name → type. */
export type SchemaFields = Readonly<Record<string, keyof AttributeTypes>>;

/** The values that go with fields; a search may leave some out. */
export type SchemaValues<F extends SchemaFields> = {
  readonly [Name in keyof F]?: AttributeTypes[F[Name]];
};

/** How a schema behaves. */
export interface SchemaOptions {
  /** Whether the name is written to and searched for in items; default: true. */
  readonly matchName?: boolean;
}

/** A named set of typed attributes. */
export interface Schema<F extends SchemaFields> {
  readonly name: string;
  readonly fields: F;
  /** Whether the name is written to and searched for in items. */
  readonly matchName: boolean;
  /**
   * Turns typed values into the attributes to store or to search for.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-attributes` for a name that the schema
   * lacks, or a value of another type.
   */
  attributes(values: SchemaValues<F>): Map<string, string>;
  /**
   * Turns an item's attributes back into typed values; names that the schema lacks are left out.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-attributes` for text that is not of
   * the field's type, or another schema's name.
   */
  parse(attributes: Attributes): SchemaValues<F>;
}

/**
 * Makes a schema.
 *
 * @param name - by convention in reverse-domain form, such as `org.example.Password`
 * @throws {@link InvalidArgumentError} with code `invalid-attributes`
 */
export function schema<const F extends SchemaFields>(
  name: string,
  fields: F,
  options: SchemaOptions = {},
): Schema<F> {
  if (name === '') throw invalid('schema', 'expected a name, got none');
  checkObject(name, 'fields', fields);
  const matchName = matchNameOf(name, options);
  // What could not be an attribute is told here, and not by the first item.
  toAttributes(new Map([...Object.keys(fields), name].map((text) => [text, text])));
  for (const [field, type] of Object.entries(fields)) {
    if (!Object.hasOwn(CODECS, type)) throw invalid(name, `expected a known type for "${field}"`);
    if (field === SCHEMA_ATTRIBUTE) throw invalid(name, `"${field}" is the schema's own attribute`);
  }
  return {
    name,
    fields,
    matchName,
    attributes: (values) => formatValues({ name, fields, matchName }, values),
    parse: (attributes) => parseValues({ name, fields, matchName }, attributes),
  };
}

/** A misspelt option would be passed over, and the schema's name be written and searched for. */
function matchNameOf(name: string, options: SchemaOptions): boolean {
  // @rule secret/option-names keywire#bad-input
  checkObject(name, 'options', options);
  const { matchName = true, ...others } = options;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw invalid(name, `expected the option matchName, got ${JSON.stringify(other)}`);
  }
  if (typeof matchName === 'boolean') return matchName;
  throw invalid(name, `expected matchName to be true or false, got ${typeof matchName}`);
}

type SchemaData<F extends SchemaFields> = Pick<Schema<F>, 'name' | 'fields' | 'matchName'>;

interface Codec {
  format(value: unknown): string | undefined;
  parse(text: string): string | number | boolean | undefined;
}

// @rule secret/schema-types keywire#schemas
const CODECS: Readonly<Record<keyof AttributeTypes, Codec>> = {
  string: {
    format: (value) => (typeof value === 'string' ? value : undefined),
    parse: (text) => text,
  },
  integer: {
    // Beyond 2^53 a number has already lost digits: refused instead of stored wrong.
    format: (value) => (Number.isSafeInteger(value) ? String(value) : undefined),
    parse: (text) => (/^[+-]?\d{1,16}$/.test(text) ? safeInteger(Number(text)) : undefined),
  },
  boolean: {
    format: (value) => (typeof value === 'boolean' ? String(value) : undefined),
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  },
};

function safeInteger(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function formatValues<F extends SchemaFields>(
  schemaData: SchemaData<F>,
  values: SchemaValues<F>,
): Map<string, string> {
  checkObject(schemaData.name, 'values', values);
  const formatted = new Map<string, string>();
  for (const [field, value] of Object.entries(values)) {
    const type = fieldType(schemaData, field);
    if (type === undefined) throw invalid(schemaData.name, 'expected its own fields, got another');
    const text = CODECS[type].format(value);
    if (text === undefined) {
      throw invalid(schemaData.name, `expected ${type} for "${field}", got ${typeof value}`);
    }
    formatted.set(field, text);
  }
  if (schemaData.matchName) formatted.set(SCHEMA_ATTRIBUTE, schemaData.name);
  return toAttributes(formatted);
}

function parseValues<F extends SchemaFields>(
  schemaData: SchemaData<F>,
  attributes: Attributes,
): SchemaValues<F> {
  const found = toAttributes(attributes);
  const schemaName = found.get(SCHEMA_ATTRIBUTE);
  if (schemaData.matchName && schemaName !== undefined && schemaName !== schemaData.name) {
    throw invalid(schemaData.name, 'expected an item of this schema, got one of another');
  }
  const values: { [Name in keyof F]?: AttributeTypes[F[Name]] } = {};
  for (const [field, text] of found) {
    const type = fieldType(schemaData, field);
    if (type === undefined) continue;
    const value = CODECS[type].parse(text);
    if (value === undefined) throw invalid(schemaData.name, `expected ${type} in "${field}"`);
    Object.defineProperty(values, field, { value, enumerable: true, writable: true });
  }
  return values;
}

function fieldType<F extends SchemaFields>(
  schemaData: SchemaData<F>,
  field: string,
): keyof AttributeTypes | undefined {
  return Object.hasOwn(schemaData.fields, field) ? schemaData.fields[field] : undefined;
}

function checkObject(schemaName: string, subject: string, given: unknown): void {
  if (typeof given === 'object' && given !== null) return;
  throw invalid(schemaName, `expected ${subject} as an object, got ${typeof given}`);
}

function invalid(subject: string, detail: string): Error {
  return secretServiceError('invalid-attributes', `schema ${subject}`, { detail });
}
