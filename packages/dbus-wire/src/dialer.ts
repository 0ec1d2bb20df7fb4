/**
 * From a list of addresses to an authenticated stream.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 *
 * Over a socket path the whole opening goes out in one write: NUL, AUTH, BEGIN, and the messages
 * queued so far. A server that refuses that is asked again step by step on a new connection, and
 * only then are the same messages sent again: a message is never repeated once any server has
 * accepted us, because it may have been acted on.
 */

import type { AddressEntry } from './address.ts';
import { formatAddressEntry } from './address.ts';
import {
  ConnectionError,
  type ConnectionErrorCode,
  isConnectionError,
} from './connection-error.ts';
import type { Outbox } from './outbox.ts';
import type { AuthAttempt } from './sasl/client.ts';
import { ClientHandshake } from './sasl/client-handshake.ts';
import type { Transport, TransportHandlers } from './transport.ts';
import { promisedGuid, type TransportTarget, transportTarget } from './transport-target.ts';

/** Where an authenticated stream is plugged in. */
export interface Wiring extends TransportHandlers {
  readonly outbox: Outbox;
  /** `rest` are bytes that have been received already. */
  readonly accepted: (transport: Transport, rest: Uint8Array) => void;
}

/** Opens a stream for a connection; rejects when there is none to be had. */
export type Dial = (wiring: Wiring, signal: AbortSignal) => Promise<void>;

/** How to dial. */
export interface DialerOptions {
  /** Looked up when dialling, so that a missing bus is an error of the connection. */
  readonly entries: () => readonly AddressEntry[];
  readonly open: (target: TransportTarget, signal: AbortSignal) => Promise<Transport>;
  /** The ways to authenticate, best first. */
  readonly attempts: (target: TransportTarget, isPipelined: boolean) => readonly AuthAttempt[];
  /** Waits for each answer; for proxies that cannot take more at once. */
  readonly isStepwise: boolean;
}

/** Tries the addresses in order until one accepts us. */
export function dialAddresses(options: DialerOptions): Dial {
  return async (wiring, signal) => {
    const failures: { readonly entry: AddressEntry; readonly error: unknown }[] = [];
    for (const entry of options.entries()) {
      try {
        return await dialEntry(entry, options, wiring, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        // @rule connection/no-replay-after-accept keywire#pipelining
        if (isConnectionError(error) && error.code === 'guid-mismatch') throw error;
        failures.push({ entry, error });
      }
    }
    throw summarise(failures);
  };
}

async function dialEntry(
  entry: AddressEntry,
  options: DialerOptions,
  wiring: Wiring,
  signal: AbortSignal,
): Promise<void> {
  const target = transportTarget(entry);
  const guid = promisedGuid(entry);
  // Over TCP the server seldom knows who we are: a refusal is likely, so nothing is sent ahead.
  if (target.kind === 'unix' && !options.isStepwise) {
    const transport = await open(options, target, signal);
    try {
      return await authenticate(
        transport,
        options.attempts(target, true),
        true,
        guid,
        wiring,
        signal,
      );
    } catch (error) {
      const isFinal = isConnectionError(error) && error.code === 'guid-mismatch';
      if (isFinal || signal.aborted) throw error;
    }
  }
  const transport = await open(options, target, signal);
  await authenticate(transport, options.attempts(target, false), false, guid, wiring, signal);
}

async function open(options: DialerOptions, target: TransportTarget, signal: AbortSignal) {
  try {
    return await options.open(target, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    throw new ConnectionError('connect-failed', `socket: expected a connection, got ${code}`, {
      cause: error,
      ...adviceFor(code, target),
    });
  }
}

function adviceFor(code: string, target: TransportTarget): { advice?: string } {
  if (code === 'ECONNREFUSED' && target.kind === 'unix' && target.path.startsWith('\0')) {
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

function authenticate(
  transport: Transport,
  attempts: readonly AuthAttempt[],
  isPipelined: boolean,
  guid: string | undefined,
  wiring: Wiring,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isAccepted = false;
    const refuse = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      if (isPipelined) wiring.outbox.detach();
      transport.destroy();
      reject(error);
    };
    const abort = (): void => refuse(signal.reason);
    const handshake = new ClientHandshake(attempts, isPipelined, {
      send: (bytes) => transport.write([bytes]),
      accepted: (serverGuid, rest) => {
        // @rule sasl/guid-match dbus#auth-command-ok
        if (guid !== undefined && guid !== serverGuid) {
          refuse(guidMismatch());
          return;
        }
        isAccepted = true;
        signal.removeEventListener('abort', abort);
        if (!isPipelined) wiring.outbox.attach(transport, handshake.beginBytes());
        wiring.outbox.commit();
        wiring.accepted(transport, rest);
        resolve();
      },
      failed: (error) => refuse(authRejected(error)),
    });
    transport.start({
      received: (chunk) => {
        if (isAccepted) wiring.received(chunk);
        else handshake.feed(chunk);
      },
      drained: wiring.drained,
      closed: (error) => {
        if (isAccepted) wiring.closed(error);
        else refuse(hungUp(error));
      },
    });
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    if (isPipelined) wiring.outbox.attach(transport, handshake.firstBytes());
    else transport.write([handshake.firstBytes()]);
  });
}

/** One error that names every address tried and why it did not serve. */
function summarise(
  failures: readonly { readonly entry: AddressEntry; readonly error: unknown }[],
): ConnectionError {
  const codes = new Set<ConnectionErrorCode>();
  const tried = failures.map(({ entry, error }) => {
    codes.add(isConnectionError(error) ? error.code : 'connect-failed');
    return `${formatForDisplay(entry)} (${error instanceof Error ? error.message : String(error)})`;
  });
  const [only, ...others] = codes;
  const [first] = failures;
  const advice = isConnectionError(first?.error) ? first.error.advice : undefined;
  return new ConnectionError(
    only !== undefined && others.length === 0 ? only : 'connect-failed',
    `bus: expected a connection, tried ${tried.join('; ')}`,
    { cause: first?.error, ...(advice === undefined ? {} : { advice }) },
  );
}

function formatForDisplay(entry: AddressEntry): string {
  return entry.parameters.size === 0 ? `${entry.transport}:` : formatAddressEntry(entry);
}

function guidMismatch(): ConnectionError {
  return new ConnectionError(
    'guid-mismatch',
    'bus: expected the server id that the address promises, got another one',
    { advice: 'The address is out of date, or another process listens there.' },
  );
}

function authRejected(cause: unknown): ConnectionError {
  const detail = cause instanceof Error ? cause.message : 'the conversation failed';
  return new ConnectionError('auth-rejected', detail, {
    cause,
    advice: 'The bus belongs to another user, or wants another way of authenticating.',
  });
}

function hungUp(cause: Error | undefined): ConnectionError {
  return new ConnectionError(
    'auth-rejected',
    'authentication: expected an answer, got the end of the connection',
    { cause, advice: 'The bus does not accept this user.' },
  );
}
