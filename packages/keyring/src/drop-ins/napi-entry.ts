/** What the synchronous and the asynchronous entry have in common: their names and arguments. */
import { keyringError } from '../errors.ts';
import type { EntryKey, FoundEntry } from '../types/backend.ts';

/** Accepted for its name's sake: the store is always the Secret Service. */
export interface EntryOptions {
  readonly linux?: LinuxEntryOptions | undefined;
}

/** What of {@link EntryOptions} concerns Linux. */
export interface LinuxEntryOptions {
  /** `keyutils` is refused: what it keeps is gone after a reboot. */
  readonly store?: LinuxStore | undefined;
}

/** The stores that `@napi-rs/keyring` knows on Linux. */
export type LinuxStore = 'secret-service' | 'keyutils';

/** An account and its password, in the words of `@napi-rs/keyring`. */
export interface Credential {
  readonly account: string;
  readonly password: string;
}

/** An argument that `@napi-rs/keyring` refuses; thrown at once. */
export class NapiArgumentError extends Error {
  override readonly name = 'Error';
  readonly code: 'StringExpected' | 'InvalidArg';

  constructor(code: 'StringExpected' | 'InvalidArg', message: string) {
    super(message);
    this.code = code;
  }
}

export function checkText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new NapiArgumentError('StringExpected', `${name}: expected a string, got ${typeof value}`);
}

export function checkBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new NapiArgumentError('InvalidArg', `secret: expected bytes, got ${typeof value}`);
}

export function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof AbortSignal) return value;
  throw new NapiArgumentError('InvalidArg', `signal: expected an AbortSignal, got ${typeof value}`);
}

/**
 * What an entry is filed under; its target is our group.
 *
 * @throws {@link KeyringError} with code `not-supported` for the kernel's keyring
 */
export function entryKey(
  service: unknown,
  username: unknown,
  options: EntryOptions | null | undefined,
  target?: unknown,
): EntryKey {
  const key = { service: checkText('service', service), username: checkText('username', username) };
  const store = options?.linux?.store ?? 'secret-service';
  if (store === 'keyutils') {
    throw keyringError('not-supported', 'linux.store', {
      detail: 'the kernel keyring is not offered: what it keeps is gone after a reboot',
      advice: 'leave the option out',
    });
  }
  if (store !== 'secret-service') {
    throw new NapiArgumentError('InvalidArg', 'linux.store: expected secret-service');
  }
  return target === undefined ? key : { ...key, group: checkTarget(target) };
}

function checkTarget(target: unknown): string {
  const text = checkText('target', target);
  if (text !== '') return text;
  throw keyringError('invalid-argument', 'target', {
    detail: 'expected at least one character, got none',
  });
}

/** As @napi-rs/keyring lists them: what is not text is shown as far as it is. */
export function credentialsOf(entries: readonly FoundEntry[]): Credential[] {
  return entries.map(({ username, secret }) => {
    const password = new TextDecoder('utf-8', { ignoreBOM: true }).decode(secret);
    secret.fill(0);
    return { account: username, password };
  });
}

/** An array of numbers is what @napi-rs/keyring gives. */
export function toNumbers(secret: Uint8Array | undefined): number[] | null {
  if (secret === undefined) return null;
  const numbers = Array.from(secret);
  secret.fill(0);
  return numbers;
}
