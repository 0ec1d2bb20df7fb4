// What a failed call means. Daemons say the same thing in many ways: this table brings them to one
// code. A row matches by D-Bus error name, by text where the name alone is ambiguous, and by what
// the call was about. Names that mean one thing everywhere are in error-table.ts.

import { isConnectionError, isDBusErrorReply, isWireError } from '@keywire/dbus-wire';
import { codeOfDBusError, ERROR_TABLE, type SecretServiceErrorCode } from './error-table.ts';
import { isSecretServiceError, type SecretServiceError, secretServiceError } from './errors.ts';

/** What a call was about, as far as the meaning of its failure depends on it. */
export interface CallContext {
  /** What the message starts with: the member called, such as `Item.GetSecret`. */
  readonly subject: string;
  /** Whether the call changes something, so that "may have happened" is a question. */
  readonly isWrite: boolean;
  /** Whether it went to the well-known name: then no answer means that there is no service. */
  readonly isFirst: boolean;
}

/** One way in which a daemon says something, where the error's name alone does not tell. */
export interface NormalisationRow {
  readonly errorName: string;
  /** What the text must hold; undefined for any text. */
  readonly text?: RegExp;
  readonly code: SecretServiceErrorCode;
  /** The observations behind the row. */
  readonly quirks: readonly string[];
}

const DBUS = 'org.freedesktop.DBus.Error.';

/** The rows, most specific first. */
const NORMALISATION_ROWS: readonly NormalisationRow[] = [
  // @rule secret/session-lost quirk#K9
  {
    errorName: `${DBUS}UnknownObject`,
    text: /find session|invalid or unencryptable/i,
    code: 'no-session',
    quirks: ['K9'],
  },
  {
    errorName: 'org.qtproject.QtDBus.Error.InvalidObjectPath',
    text: /find session/i,
    code: 'no-session',
    quirks: ['K9'],
  },
  {
    errorName: `${DBUS}InvalidArgs`,
    text: /transferred or encrypted in an invalid way|invalid or unencryptable/i,
    code: 'no-session',
    quirks: ['K9'],
  },
  // @rule secret/missing-object quirk#G5
  {
    errorName: `${DBUS}UnknownMethod`,
    text: /does not exist at path|no such object/i,
    code: 'not-found',
    quirks: ['G5'],
  },
  // The object is there and lacks an extension.
  {
    errorName: `${DBUS}UnknownMethod`,
    text: /no such interface/i,
    code: 'not-supported',
    quirks: ['G14'],
  },
  {
    errorName: 'org.qtproject.QtDBus.Error.InvalidObjectPath',
    code: 'not-found',
    quirks: ['K9'],
  },
  {
    errorName: `${DBUS}InvalidArgs`,
    text: /can't find item/i,
    code: 'not-found',
    quirks: ['K9'],
  },
];

/**
 * What every item and collection has is missing only where the object is: one that went while the
 * call waited its turn is said to lack the interface, and in the language of the daemon.
 */
const ALWAYS_THERE = /^(?:Item|Collection|Properties)\./u;

/** Turns whatever a call failed with into an error of this room; its own errors pass unchanged. */
export function normaliseError(error: unknown, context: CallContext): SecretServiceError {
  if (isSecretServiceError(error)) return error;
  // An answer that says no says that nothing was done; only its absence leaves that open.
  const isOpen = context.isWrite && !(isDBusErrorReply(error) && !MAYBE_DONE.has(error.errorName));
  const made = (
    code: SecretServiceErrorCode,
    detail?: string,
    advice?: string,
  ): SecretServiceError =>
    secretServiceError(code, context.subject, {
      // What a caller gave abort() is what they will look for, not what stands between.
      cause: code === 'aborted' && error instanceof Error ? (error.cause ?? error) : error,
      mayHaveHappened: isOpen,
      ...(detail === undefined ? {} : { detail }),
      ...(advice === undefined ? {} : { advice }),
    });
  if (isDBusErrorReply(error)) {
    const code = codeOfReply(error.errorName, textOf(error.body), context);
    // The daemon's own text may name labels or attributes: only the error's name is repeated.
    return made(code, `${ERROR_TABLE[code].meaning} (${error.errorName})`);
  }
  if (isConnectionError(error)) {
    const code = CONNECTION_CODES.get(error.code) ?? 'unavailable';
    return code === 'unavailable' ? made(code, error.message, WITHOUT_BUS) : made(code);
  }
  // What a daemon sends amiss ends the connection: this is about a message of ours, and it was not sent.
  // @rule secret/too-large dbus#message-protocol-marshaling
  if (isWireError(error)) {
    return made(/-too-long$/u.test(error.code) ? 'too-large' : 'protocol', error.message);
  }
  // Options that cannot be used: the wire refused them before anything was sent.
  if (error instanceof TypeError || error instanceof RangeError) {
    return made('invalid-argument', error.message);
  }
  return made('protocol', 'expected a reply, got an error of another kind');
}

/** The code of a D-Bus error reply. */
export function codeOfReply(
  errorName: string,
  text: string,
  context: CallContext,
): SecretServiceErrorCode {
  // @rule secret/object-went-meanwhile quirk#G22
  const isUnknown = [`${DBUS}UnknownMethod`, `${DBUS}UnknownInterface`].includes(errorName);
  const isGone = isUnknown && !/no such method/i.test(text);
  if (isGone && ALWAYS_THERE.test(context.subject)) return 'not-found';
  const row = NORMALISATION_ROWS.find(
    (candidate) =>
      candidate.errorName === errorName &&
      (candidate.text === undefined || candidate.text.test(text)),
  );
  if (row !== undefined) return row.code;
  // The bus answers for a daemon that left without answering; on the first call it never came up.
  // @rule secret/no-reply secret#errors
  if (errorName === `${DBUS}NoReply`) return context.isFirst ? 'unavailable' : 'owner-changed';
  // What is written may be too large; a read is refused for how many are under way.
  // @rule secret/limits-exceeded quirk#B6
  if (errorName === `${DBUS}LimitsExceeded` && context.isWrite) return 'too-large';
  // The bus gives up on a service that it started and that never claimed its name.
  if (errorName === `${DBUS}TimedOut` && context.isFirst) return 'unavailable';
  if (!context.isFirst && VANISHED.has(errorName)) return 'owner-changed';
  return codeOfDBusError(errorName) ?? 'failed';
}

/** What the bus answers in place of a daemon that did not: the daemon may have done it. */
const MAYBE_DONE: ReadonlySet<string> = new Set(
  ['NoReply', 'Disconnected', 'Timeout', 'TimedOut'].map((name) => DBUS + name),
);

/** From a unique name these say that the daemon we talked to is gone. */
const VANISHED: ReadonlySet<string> = new Set([`${DBUS}ServiceUnknown`, `${DBUS}NameHasNoOwner`]);

/** A keyring cannot be started on a bus that is not there. */
const WITHOUT_BUS = 'start a session bus, or use one of its own: keywire run -- COMMAND';

/** Codes of the connection that mean something of their own; all others mean "no bus". */
const CONNECTION_CODES: ReadonlyMap<string, SecretServiceErrorCode> = new Map([
  ['deadline', 'deadline'],
  ['aborted', 'aborted'],
  ['disconnected', 'disconnected'],
  ['closed', 'disconnected'],
  ['owner-changed', 'owner-changed'],
  ['protocol', 'protocol'],
]);

/** The text of an error reply: its first argument, if that is a string at all (P12: often not). */
function textOf(body: readonly unknown[]): string {
  return typeof body[0] === 'string' ? body[0] : '';
}
