/**
 * Signatures: text such as `a{sv}` into a list of complete types.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling-signature
 *
 * Accepts exactly what libdbus accepts. Its depth limits are those of the text, 32 each for arrays
 * directly inside each other, for structs and for dict entries; how deep a value may really nest
 * (64) is a rule of its own that depends on the data. Reserved codes (`r e m * ? @ & ^`) are refused.
 */

import { checkString } from './arguments.ts';
import { MAX_SIGNATURE_BYTES, MAX_SIGNATURE_DEPTH } from './limits.ts';
import { WireError, type WireErrorCode } from './wire-error.ts';

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
/** Tells whether `text` is a signature: any number of complete types, none included. */
export function isSignature(text: string): boolean {
  if (typeof text !== 'string') return false;
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

/** Tells whether values can hold a secret: bytes, or a variant, which can be bytes. */
export function canHoldSecret(signature: string): boolean {
  return signature.includes('v') || signature.includes('ay');
}

/**
 * The complete types of a signature.
 *
 * @param at - where the text lies in its message, for the offset of an error
 * @throws {@link WireError} with a code that starts with `signature-`
 */
export function parseSignature(text: string, at = 0): readonly Type[] {
  checkString('signature', text);
  let index = 0;
  let structDepth = 0;
  let dictEntryDepth = 0;
  // @rule wire/signature-too-long dbus#message-protocol-marshaling-signature
  if (text.length > MAX_SIGNATURE_BYTES) fail('signature-too-long');
  const types: Type[] = [];
  while (index < text.length) types.push(type());
  return types;

  function fail(code: WireErrorCode): never {
    throw new WireError(code, at + index);
  }

  function type(): Type {
    switch (text.charAt(index)) {
      case 'a':
        return array();
      case '(':
        return struct();
      case 'v':
        index += 1;
        return { kind: 'variant' };
      // @rule wire/signature-dict-entry-outside-array dbus#container-types
      case '{':
        return fail('signature-dict-entry-outside-array');
      // @rule wire/signature-struct-unbalanced dbus#message-protocol-marshaling-signature
      case ')':
      case '}':
        return fail('signature-struct-unbalanced');
      default:
        return { kind: 'basic', code: basic('signature-type-unknown') };
    }
  }

  function basic(fault: WireErrorCode): BasicCode {
    const code = text.charAt(index);
    // @rule wire/signature-type-unknown dbus#type-system
    if (!isBasicCode(code)) return fail(fault);
    index += 1;
    return code;
  }

  function array(): Type {
    let depth = 0;
    while (text.charAt(index) === 'a') {
      depth += 1;
      // @rule wire/signature-array-too-deep dbus#message-protocol-marshaling-signature
      if (depth > MAX_SIGNATURE_DEPTH) fail('signature-array-too-deep');
      index += 1;
    }
    const next = text.charAt(index);
    // @rule wire/signature-array-incomplete dbus#container-types
    if (next === '' || next === ')' || next === '}') fail('signature-array-incomplete');
    let whole: Type = next === '{' ? dict() : { kind: 'array', element: type() };
    for (; depth > 1; depth -= 1) whole = { kind: 'array', element: whole };
    return whole;
  }

  function dict(): Type {
    dictEntryDepth += 1;
    // @rule wire/signature-dict-entry-too-deep dbus#message-protocol-marshaling-signature
    if (dictEntryDepth > MAX_SIGNATURE_DEPTH) fail('signature-dict-entry-too-deep');
    index += 1;
    // @rule wire/signature-dict-entry-key dbus#container-types
    const key = basic('signature-dict-entry-key');
    // @rule wire/signature-dict-entry-fields dbus#container-types
    if (index === text.length || text.charAt(index) === '}') fail('signature-dict-entry-fields');
    const value = type();
    if (text.charAt(index) !== '}') fail('signature-dict-entry-fields');
    index += 1;
    dictEntryDepth -= 1;
    return { kind: 'dict', key, value };
  }

  function struct(): Type {
    structDepth += 1;
    // @rule wire/signature-struct-too-deep dbus#message-protocol-marshaling-signature
    if (structDepth > MAX_SIGNATURE_DEPTH) fail('signature-struct-too-deep');
    index += 1;
    const fields: Type[] = [];
    while (text.charAt(index) !== ')') {
      if (index === text.length) fail('signature-struct-unbalanced');
      fields.push(type());
    }
    // An empty struct takes no bytes: an array of them would never end.
    // @rule wire/signature-struct-empty dbus#container-types
    if (fields.length === 0) fail('signature-struct-empty');
    index += 1;
    structDepth -= 1;
    return { kind: 'struct', fields };
  }
}

function isBasicCode(char: string): char is BasicCode {
  return char.length === 1 && BASIC_CODES.includes(char);
}
