/**
 * Signatures: text such as `a{sv}` into a list of complete types.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling-signature
 *
 * Accepts exactly what libdbus accepts. Its depth limits are those of the text, 32 each for arrays
 * directly inside each other, for structs and for dict entries; how deep a value may really nest
 * (64) is a rule of its own that depends on the data. Reserved codes (`r e m * ? @ & ^`) are refused.
 */
import { BoundedCache } from './bounded-cache.ts';
import { WireError, type WireErrorCode } from './errors.ts';
import { MAX_SIGNATURE_BYTES, MAX_SIGNATURE_DEPTH } from './limits.ts';

/** A type of one code that contains no other. */
export type BasicCode = 'y' | 'b' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'd' | 'h' | 's' | 'o' | 'g';

/** A complete type. A dict is an array of dict entries, the only place where they occur. */
export type Type =
  | { readonly kind: 'basic'; readonly code: BasicCode }
  | { readonly kind: 'variant' }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'dict'; readonly key: BasicCode; readonly value: Type }
  | { readonly kind: 'struct'; readonly fields: readonly Type[] };

const BASIC_CODES = 'ybnqiuxtdhsog';
const CACHED_SIGNATURES = 128;

const cache = new BoundedCache<readonly Type[]>(CACHED_SIGNATURES);

/**
 * The complete types of a signature, parsed once.
 *
 * @param at - where the text lies in its message, for the offset of an error
 * @throws {@link WireError} with a code that starts with `signature-`
 */
export function parseSignature(text: string, at = 0): readonly Type[] {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const types = new SignatureParser(text, at).parse();
  cache.set(text, types);
  return types;
}

/** Tells whether `text` is a signature: any number of complete types, none included. */
export function isSignature(text: string): boolean {
  try {
    parseSignature(text);
    return true;
  } catch {
    // The parser throws nothing but faults of the text, and a fault is the answer here.
    return false;
  }
}

/** Tells whether `text` is a signature of exactly one complete type, as a variant needs. */
export function isSingleCompleteType(text: string): boolean {
  return isSignature(text) && parseSignature(text).length === 1;
}

/** Tells whether values of these types can hold a secret: bytes, or a variant, which can be bytes. */
export function canHoldSecret(types: readonly Type[]): boolean {
  return types.some(isSecretive);
}

function isSecretive(type: Type): boolean {
  switch (type.kind) {
    case 'basic':
      return false;
    case 'variant':
      return true;
    case 'array':
      return (
        (type.element.kind === 'basic' && type.element.code === 'y') || isSecretive(type.element)
      );
    case 'dict':
      return isSecretive(type.value);
    case 'struct':
      return canHoldSecret(type.fields);
  }
}

class SignatureParser {
  readonly #text: string;
  readonly #at: number;
  #index = 0;
  #structDepth = 0;
  #dictEntryDepth = 0;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  parse(): Type[] {
    // @rule wire/signature-too-long dbus#message-protocol-marshaling-signature
    if (this.#text.length > MAX_SIGNATURE_BYTES) throw this.#error('signature-too-long');
    const types: Type[] = [];
    while (this.#index < this.#text.length) types.push(this.#type());
    return types;
  }

  #type(): Type {
    const code = this.#text.charAt(this.#index);
    switch (code) {
      case 'a':
        return this.#array();
      case '(':
        return this.#struct();
      case 'v':
        this.#index += 1;
        return { kind: 'variant' };
      // @rule wire/signature-dict-entry-outside-array dbus#container-types
      case '{':
        throw this.#error('signature-dict-entry-outside-array');
      // @rule wire/signature-struct-unbalanced dbus#message-protocol-marshaling-signature
      case ')':
      case '}':
        throw this.#error('signature-struct-unbalanced');
      default:
        return { kind: 'basic', code: this.#basic('signature-type-unknown') };
    }
  }

  #basic(code: WireErrorCode): BasicCode {
    const char = this.#text.charAt(this.#index);
    // @rule wire/signature-type-unknown dbus#type-system
    if (!isBasicCode(char)) throw this.#error(code);
    this.#index += 1;
    return char;
  }

  #array(): Type {
    let depth = 0;
    while (this.#text.charAt(this.#index) === 'a') {
      depth += 1;
      // @rule wire/signature-array-too-deep dbus#message-protocol-marshaling-signature
      if (depth > MAX_SIGNATURE_DEPTH) throw this.#error('signature-array-too-deep');
      this.#index += 1;
    }
    const next = this.#text.charAt(this.#index);
    // @rule wire/signature-array-incomplete dbus#container-types
    if (next === '' || next === ')' || next === '}') {
      throw this.#error('signature-array-incomplete');
    }
    let type: Type = next === '{' ? this.#dict() : { kind: 'array', element: this.#type() };
    for (; depth > 1; depth -= 1) type = { kind: 'array', element: type };
    return type;
  }

  #dict(): Type {
    this.#dictEntryDepth += 1;
    // @rule wire/signature-dict-entry-too-deep dbus#message-protocol-marshaling-signature
    if (this.#dictEntryDepth > MAX_SIGNATURE_DEPTH) {
      throw this.#error('signature-dict-entry-too-deep');
    }
    this.#index += 1;
    // @rule wire/signature-dict-entry-key dbus#container-types
    const key = this.#basic('signature-dict-entry-key');
    // @rule wire/signature-dict-entry-fields dbus#container-types
    if (this.#index === this.#text.length || this.#text.charAt(this.#index) === '}') {
      throw this.#error('signature-dict-entry-fields');
    }
    const value = this.#type();
    if (this.#text.charAt(this.#index) !== '}') throw this.#error('signature-dict-entry-fields');
    this.#index += 1;
    this.#dictEntryDepth -= 1;
    return { kind: 'dict', key, value };
  }

  #struct(): Type {
    this.#structDepth += 1;
    // @rule wire/signature-struct-too-deep dbus#message-protocol-marshaling-signature
    if (this.#structDepth > MAX_SIGNATURE_DEPTH) throw this.#error('signature-struct-too-deep');
    this.#index += 1;
    const fields: Type[] = [];
    while (this.#text.charAt(this.#index) !== ')') {
      if (this.#index === this.#text.length) throw this.#error('signature-struct-unbalanced');
      fields.push(this.#type());
    }
    // An empty struct takes no bytes: an array of them would never end.
    // @rule wire/signature-struct-empty dbus#container-types
    if (fields.length === 0) throw this.#error('signature-struct-empty');
    this.#index += 1;
    this.#structDepth -= 1;
    return { kind: 'struct', fields };
  }

  #error(code: WireErrorCode): WireError {
    return new WireError(code, this.#at + this.#index);
  }
}

function isBasicCode(char: string): char is BasicCode {
  return char.length === 1 && BASIC_CODES.includes(char);
}
