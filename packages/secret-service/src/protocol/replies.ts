// Reads what a daemon answered. The wire layer has checked the bytes against their signature; here
// the signature is checked against the method's, and the values are narrowed. A reply of another
// shape is a fault of the daemon's: code `protocol`, and nothing of it is used.

import { type Message, Variant } from '@keywire/dbus-wire';
import { secretServiceError } from '../errors/errors.ts';
import { NO_OBJECT } from './names.ts';

/** A secret as it travels: session, IV, bytes, content type. Signature `(oayays)`. */
export interface SecretStruct {
  readonly session: string;
  readonly parameters: Uint8Array;
  readonly value: Uint8Array;
  readonly contentType: string;
}

/** Reads a reply `(o)`. */
export function readPath(reply: Message, subject: string): string {
  const [path] = bodyOf(reply, 'o', subject);
  return text(path, subject);
}

/** Reads the reply `(o)` to a change: a prompt, or what was made. */
export function readChangedPath(reply: Message, subject: string): string {
  return ofChange(subject, () => readPath(reply, subject));
}

/** Reads a reply `(ao o)`: objects done at once, and a prompt for the rest. */
export function readPathsAndPrompt(reply: Message, subject: string): [string[], string] {
  return ofChange(subject, () => {
    const [paths, prompt] = bodyOf(reply, 'aoo', subject);
    return [texts(paths, subject), text(prompt, subject)];
  });
}

/** Reads a reply `(o o)`: the object made, and a prompt if it is not made yet. */
export function readPathAndPrompt(reply: Message, subject: string): [string, string] {
  return ofChange(subject, () => {
    const [path, prompt] = bodyOf(reply, 'oo', subject);
    return [text(path, subject), text(prompt, subject)];
  });
}

/** Reads a reply `(ao ao)`: unlocked and locked items. */
export function readTwoPathLists(reply: Message, subject: string): [string[], string[]] {
  const [first, second] = bodyOf(reply, 'aoao', subject);
  return [texts(first, subject), texts(second, subject)];
}

/** Reads a reply `(ao)`. */
export function readPathList(reply: Message, subject: string): string[] {
  const [paths] = bodyOf(reply, 'ao', subject);
  return texts(paths, subject);
}

/** Reads a reply `(v o)`: the output of OpenSession and the session's path. */
export function readSessionReply(reply: Message, subject: string): [Variant, string] {
  const [output, path] = bodyOf(reply, 'vo', subject);
  if (!(output instanceof Variant)) throw shapeError(subject);
  return [output, text(path, subject)];
}

/** Reads a reply `((oayays))`. */
export function readSecret(reply: Message, subject: string): SecretStruct {
  const [struct] = bodyOf(reply, '(oayays)', subject);
  return secretStruct(struct, subject);
}

/** Reads a reply `(a{o(oayays)})`. */
export function readSecrets(reply: Message, subject: string): Map<string, SecretStruct> {
  const [entries] = bodyOf(reply, 'a{o(oayays)}', subject);
  if (!(entries instanceof Map)) throw shapeError(subject);
  const secrets = new Map<string, SecretStruct>();
  for (const [path, struct] of entries) {
    secrets.set(text(path, subject), secretStruct(struct, subject));
  }
  return secrets;
}

/** Reads the reply of Properties.Get, whose value must have one of the given signatures. */
export function readProperty(
  reply: Message,
  signatures: readonly string[],
  subject: string,
): unknown {
  const [variant] = bodyOf(reply, 'v', subject);
  if (!(variant instanceof Variant) || !signatures.includes(variant.signature)) {
    throw shapeError(subject);
  }
  return variant.value;
}

/** Reads the reply of Properties.GetAll. */
export function readProperties(reply: Message, subject: string): Map<string, Variant> {
  const [entries] = bodyOf(reply, 'a{sv}', subject);
  if (!(entries instanceof Map)) throw shapeError(subject);
  const properties = new Map<string, Variant>();
  for (const [name, value] of entries) {
    if (typeof name !== 'string' || !(value instanceof Variant)) throw shapeError(subject);
    properties.set(name, value);
  }
  return properties;
}

/** Narrows a value to attributes, or gives undefined. */
export function asAttributes(value: unknown): Map<string, string> | undefined {
  if (!(value instanceof Map)) return undefined;
  const attributes = new Map<string, string>();
  for (const [name, attribute] of value) {
    if (typeof name !== 'string' || typeof attribute !== 'string') return undefined;
    attributes.set(name, attribute);
  }
  return attributes;
}

/**
 * Takes the paths out of a prompt's result, whatever its type: one path, a list, or something else.
 * "No object" is left out. Daemons give `o`, `ao`, or a string for the same question.
 */
export function pathsInResult(result: unknown): string[] {
  // @rule secret/prompt-result-types quirk#K3
  const value = result instanceof Variant ? result.value : result;
  const candidates = Array.isArray(value) ? value : [value];
  return candidates.filter(
    (path): path is string =>
      typeof path === 'string' && path.startsWith('/') && path !== NO_OBJECT,
  );
}

function bodyOf(reply: Message, signature: string, subject: string): readonly unknown[] {
  // @rule secret/reply-shape secret#errors
  if (reply.signature !== signature) throw shapeError(subject);
  return reply.body;
}

function secretStruct(struct: unknown, subject: string): SecretStruct {
  if (!Array.isArray(struct)) throw shapeError(subject);
  const [session, parameters, value, contentType] = struct;
  if (!(parameters instanceof Uint8Array) || !(value instanceof Uint8Array)) {
    throw shapeError(subject);
  }
  return {
    session: text(session, subject),
    parameters,
    value,
    contentType: text(contentType, subject),
  };
}

function text(value: unknown, subject: string): string {
  if (typeof value !== 'string') throw shapeError(subject);
  return value;
}

function texts(value: unknown, subject: string): string[] {
  if (!Array.isArray(value)) throw shapeError(subject);
  return value.map((entry) => text(entry, subject));
}

/** A change was answered, if not as specified: it may have been made. */
function ofChange<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch {
    // What it throws is the one error of this file.
    throw shapeError(subject, true);
  }
}

function shapeError(subject: string, mayHaveHappened = false): Error {
  return secretServiceError('protocol', subject, {
    detail: 'expected a reply of the specified type, got another',
    mayHaveHappened,
  });
}
