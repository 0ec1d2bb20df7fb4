// Text that callers pass in, checked before anything is sent.
// https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types

import { secretServiceError } from '../errors/errors.ts';

/**
 * Checks a text: any that D-Bus can carry.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument`; the text is not repeated in it.
 */
export function checkText(subject: string, text: string): void {
  if (typeof text === 'string' && !text.includes('\0') && !/\p{Surrogate}/u.test(text)) return;
  throw secretServiceError('invalid-argument', subject, {
    detail: `expected text without NUL and lone surrogates, got ${typeof text}`,
  });
}

/**
 * Checks the name of an alias: text, and not empty.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument`.
 */
export function checkAlias(alias: string): void {
  checkText('alias', alias);
  if (alias !== '') return;
  throw secretServiceError('invalid-argument', 'alias', { detail: 'expected a name, got none' });
}
