// The options of connect(), and what they are when left out.

import type { BusConnection } from '../daemon/bus-links.ts';
import type { DaemonProfile } from '../daemon-profile.ts';
import { secretServiceError } from '../errors/errors.ts';
import type { Clock } from '../io/clock.ts';
import { checkText } from '../protocol/text.ts';
import { SESSION_PREFERENCES, type SessionPreference } from '../secrets/session-keeper.ts';

/** Deadlines, in milliseconds. */
export interface Timeouts {
  /** Until the bus has taken us in; default: 10,000. */
  readonly connectMs?: number | undefined;
  /** Until a reply arrives, and for dialogs that a daemon shows by itself; default: 25,000. */
  readonly replyMs?: number | undefined;
  /** Until a prompt is answered; default: none with a display, 2,000 without. */
  readonly promptMs?: number | undefined;
}

/** Options of {@link SecretService.connect}. */
export interface ConnectOptions {
  /** Which bus; default: the session bus. */
  readonly bus?: 'session' | 'system' | undefined;
  /** A D-Bus address, in place of the session bus's. */
  readonly address?: string | undefined;
  /** A connection to use; it is not closed by {@link SecretService.close}. */
  readonly connection?: BusConnection | undefined;
  /** Default: `encrypted`, and then never anything less. */
  readonly session?: SessionPreference | undefined;
  /** Whether prompts may be shown; default: true. */
  readonly interactive?: boolean | undefined;
  /** The window that dialogs belong to, in the platform's form; default: none. */
  readonly windowId?: string | undefined;
  readonly timeouts?: Timeouts | undefined;
  /** Whether a dialog can be shown to the user; default: whether a display is named. */
  readonly hasDisplay?: boolean | undefined;
  /** Ends connecting. Later operations have signals of their own. */
  readonly signal?: AbortSignal | undefined;
  /** Gets one line for each message: header and timing, never a body. */
  readonly trace?: ((line: string) => void) | undefined;
  /** In place of recognising the daemon. */
  readonly profile?: DaemonProfile | undefined;
  /** In place of the runtime's clock. */
  readonly clock?: Clock | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof ConnectOptions, true>> = {
  bus: true,
  address: true,
  connection: true,
  session: true,
  interactive: true,
  windowId: true,
  timeouts: true,
  hasDisplay: true,
  signal: true,
  trace: true,
  profile: true,
  clock: true,
};

/**
 * Checks the names of the options, and those that have few values.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument`.
 */
export function checkOptions(options: ConnectOptions): void {
  // An address alone would otherwise be passed over, and the session's own keyring be taken.
  if (typeof options !== 'object' || options === null) {
    throw refused('options', 'an object', options === null ? 'null' : typeof options);
  }
  checkNames(options, OPTION_NAMES);
  const { session, windowId, connection, address, bus } = options;
  if (bus !== undefined && bus !== 'session' && bus !== 'system') {
    throw refused('bus', 'session or system', 'another');
  }
  for (const name of ['interactive', 'hasDisplay'] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'boolean') {
      throw refused(name, 'true or false', typeof value);
    }
  }
  if (session !== undefined && !SESSION_PREFERENCES.includes(session)) {
    throw refused('session', `one of ${SESSION_PREFERENCES.join(', ')}`, 'another');
  }
  if (windowId !== undefined) checkText('windowId', windowId);
  if (connection !== undefined && typeof connection?.watchName !== 'function') {
    throw refused('connection', 'a connection to a message bus', typeof connection);
  }
  if (connection !== undefined && address !== undefined) {
    throw refused('connection', 'a connection or an address', 'both');
  }
}

/**
 * Refuses an option that there is not: what a misspelt one says would be as if nobody had said it.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument`, naming it.
 */
export function checkNames<Options extends object>(
  options: Options,
  names: Readonly<Record<keyof Options & string, true>>,
  subject = 'options',
): void {
  // @rule secret/option-names keywire#bad-input
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    throw refused(subject, Object.keys(names).join(', '), JSON.stringify(name));
  }
}

function refused(subject: string, expected: string, got: string): Error {
  return secretServiceError('invalid-argument', subject, {
    detail: `expected ${expected}, got ${got}`,
  });
}

/** How long a user without a display is waited for: nobody can see the dialog. */
export const BLIND_PROMPT_MS = 2000;

/** How long a reply may take. */
export const REPLY_MS = 25_000;

const TIMEOUT_NAMES = { connectMs: true, replyMs: true, promptMs: true } as const;

/** The deadlines that are in force. */
export interface EffectiveTimeouts {
  readonly replyMs: number;
  readonly promptMs: number | undefined;
}

/**
 * Works out the deadlines.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument` for one that is not positive, or of
 * another name.
 */
export function effectiveTimeouts(
  timeouts: Timeouts | undefined,
  hasDisplay: boolean,
): EffectiveTimeouts {
  if (timeouts !== undefined && (typeof timeouts !== 'object' || timeouts === null)) {
    throw refused('timeouts', 'an object', typeof timeouts);
  }
  // A deadline that is passed over is no deadline.
  checkNames(timeouts ?? {}, TIMEOUT_NAMES, 'timeouts');
  for (const [name, value] of Object.entries(timeouts ?? {})) {
    if (value === undefined || (typeof value === 'number' && value > 0)) continue;
    throw refused(`timeouts.${name}`, 'a positive number of milliseconds', String(value));
  }
  // @rule secret/blind-prompt-deadline keywire#nothing-hangs
  return {
    replyMs: timeouts?.replyMs ?? REPLY_MS,
    promptMs: timeouts?.promptMs ?? (hasDisplay ? undefined : BLIND_PROMPT_MS),
  };
}
