/**
 * Why no address served, as one error that names them all and says what to do. Loaded when it
 * happens: programs that find their bus do not carry it.
 */

import { ConnectionError, type ErrorDetails, isConnectionError } from '../connection-error.ts';
import { isAuthError } from '../sasl/auth-error.ts';
import type { AddressEntry } from './address.ts';
import { formatAddressEntry } from './address-format.ts';

/** An address that did not serve. */
export interface DialFailure {
  readonly entry: AddressEntry;
  /** A ConnectionError, an AuthError, or the system's own error. */
  readonly error: unknown;
}

/** What is missing when Deno refuses; it would name one after the other, and all are needed. */
const NOT_ALLOWED =
  'NotCapable: Deno has to be told --allow-env --allow-read --allow-write --allow-net --allow-sys';

/** One error that names every address tried and why it did not serve. */
export function summarise(failures: readonly DialFailure[]): ConnectionError {
  const wrapped = failures.map(({ entry, error }) => ({ entry, cause: wrap(entry, error) }));
  const [only, ...others] = new Set(wrapped.map(({ cause }) => cause.code));
  const tried = wrapped.map(
    ({ entry, cause }) => `${formatAddressEntry(entry)} (${cause.message})`,
  );
  const first = wrapped[0]?.cause;
  return new ConnectionError(
    only !== undefined && others.length === 0 ? only : 'connect-failed',
    `bus: expected a connection, tried ${tried.join('; ')}`,
    { cause: first, ...(first?.advice === undefined ? {} : { advice: first.advice }) },
  );
}

function wrap(entry: AddressEntry, error: unknown): ConnectionError {
  if (isConnectionError(error)) return error;
  if (isAuthError(error)) {
    return new ConnectionError('auth-rejected', error.message, {
      cause: error,
      advice: 'The bus belongs to another user, or wants another way of authenticating.',
    });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const reason = code ?? (isNotAllowed(error) ? NOT_ALLOWED : 'failed');
  return new ConnectionError('connect-failed', `socket: expected a connection, got ${reason}`, {
    cause: error,
    ...(code === undefined ? {} : adviceFor(code, entry)),
  });
}

/** The error of looking for the bus: only a runtime's refusal needs words, the others have theirs. */
export function describeSearch(error: unknown): unknown {
  if (!isNotAllowed(error)) return error;
  return new ConnectionError('no-bus', `bus: expected to find its address, got ${NOT_ALLOWED}`, {
    cause: error,
  });
}

function isNotAllowed(error: unknown): error is Error {
  return error instanceof Error && error.name === 'NotCapable';
}

function adviceFor(code: string, entry: AddressEntry): Pick<ErrorDetails, 'advice'> {
  if (code === 'ECONNREFUSED' && entry.parameters.has('abstract')) {
    // @rule address/abstract-name-length quirk#N1
    return {
      advice: 'Node 20 pads abstract names and so misses them; use a newer one, or unix:path.',
    };
  }
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return { advice: 'No bus listens there; start one, for example with dbus-run-session.' };
    case 'EACCES':
    case 'EPERM':
      return { advice: "This user may not use that socket; it may be another user's bus." };
    default:
      return {};
  }
}
