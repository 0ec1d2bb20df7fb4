// Options as programs pass them, from JavaScript too: a misspelt one would be passed over, and what it
// says would be as if nobody had said it.

import { keyringError } from '../errors.ts';
import type { Backend } from '../types/backend.ts';

/** The names of all options of a type: the compiler checks that none is missing. */
export type OptionNames<Options> = Readonly<Record<keyof Options & string, true>>;

/**
 * Refuses what is no option.
 *
 * @param subject - what the options are of, for the message
 * @throws {@link KeyringError} with code `invalid-argument`
 */
// @rule keyring/option-names keywire#bad-input
export function checkNames<Options extends object>(
  subject: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  if (typeof options !== 'object' || options === null) {
    const found = options === null ? 'null' : typeof options;
    throw keyringError('invalid-argument', subject, { detail: `expected an object, got ${found}` });
  }
  const stranger = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (stranger === undefined) return;
  throw keyringError('invalid-argument', subject, {
    detail: `expected ${Object.keys(names).join(', ')}, got ${JSON.stringify(stranger)}`,
  });
}

/**
 * Refuses what is neither yes nor no: a word would count as yes, "no" too.
 *
 * @throws {@link KeyringError} with code `invalid-argument`
 */
export function checkSwitch(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw keyringError('invalid-argument', name, { detail: 'expected true or false' });
}

/**
 * Refuses another word than those: it is no word for the default.
 *
 * @throws {@link KeyringError} with code `invalid-argument`
 */
export function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw keyringError('invalid-argument', name, { detail: `expected one of ${words.join(', ')}` });
}

/**
 * Refuses what cannot be used as a backend.
 *
 * @throws {@link KeyringError} with code `invalid-argument`
 */
export function checkBackend(value: Backend): void {
  const methods = ['get', 'set', 'delete', 'search', 'status'] as const;
  const missing = methods.find((name) => typeof value?.[name] !== 'function');
  if (missing === undefined && typeof value.name === 'string') return;
  throw keyringError('invalid-argument', 'backend', {
    detail: `expected an object with a name and the methods ${methods.join(', ')}`,
  });
}
