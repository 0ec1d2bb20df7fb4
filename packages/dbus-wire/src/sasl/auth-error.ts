/**
 * The error of authenticating. What is sent ahead is accepted or not, without one; a conversation
 * tells why.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { hasNameAndCode } from '../has-name-and-code.ts';

/** Every way in which an authentication conversation can fail. */
export type AuthErrorCode =
  | 'rejected'
  | 'line-too-long'
  | 'line-malformed'
  | 'unexpected-command'
  | 'challenge-invalid'
  | 'keyring-unusable'
  | 'too-many-rejections';

/** An authentication conversation that failed; cookies and responses are never part of it. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string, details: { readonly cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : details);
    this.code = code;
  }
}

/** Tells whether a value is an {@link AuthError}, also one of another copy of this package. */
export function isAuthError(value: unknown): value is AuthError {
  return hasNameAndCode(value, 'AuthError');
}
