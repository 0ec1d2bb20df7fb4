/**
 * From a list of addresses to an authenticated stream.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 *
 * Over a socket path the whole opening goes out in one write: NUL, AUTH, BEGIN, and the messages
 * queued so far. A server that refuses that is asked again step by step on a new connection, and
 * only then are the same messages sent again: a message is never repeated once any server has
 * accepted us, because it may have been acted on.
 */

import { onAbort } from '../abort-listeners.ts';
import { ConnectionError, isConnectionError } from '../connection-error.ts';
import { type Handshake, type HandshakeHandlers, SentAheadHandshake } from '../sasl/sent-ahead.ts';
import type { AddressEntry } from './address.ts';
import type { DialFailure } from './dial-failure.ts';
import type { Outbox } from './outbox.ts';
import type { Transport, TransportHandlers } from './transport.ts';
import { promisedGuid, type TransportTarget, unixTarget } from './transport-target.ts';

/** Where an authenticated stream is plugged in. */
export interface Wiring extends TransportHandlers {
  readonly outbox: Outbox;
  readonly accepted: (transport: Transport) => void;
}

/** Opens a stream for a connection; rejects when there is none to be had. */
export type Dial = (wiring: Wiring, signal: AbortSignal) => Promise<void>;

/** Starts a conversation. */
export type StartHandshake = (handlers: HandshakeHandlers) => Handshake;

/** How to dial. */
export interface DialerOptions {
  /** Looked up when dialling, so that a missing bus is an error of the connection. */
  readonly entries: () => readonly AddressEntry[];
  readonly open: (target: TransportTarget, signal: AbortSignal) => Promise<Transport>;
  /** Whether EXTERNAL may be tried first, with everything sent at once. */
  readonly sendsAhead: () => boolean;
  /** The conversation that waits for each answer; loaded when it is needed. */
  readonly stepwise: (target: TransportTarget) => Promise<StartHandshake>;
}

/** Tries the addresses in order until one accepts us. */
export function dialAddresses(options: DialerOptions): Dial {
  return async (wiring, signal) => {
    const failures: DialFailure[] = [];
    let entries: readonly AddressEntry[];
    try {
      entries = options.entries();
    } catch (error) {
      throw (await import('./dial-failure.ts')).describeSearch(error);
    }
    for (const entry of entries) {
      try {
        return await dialEntry(entry, options, wiring, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (isFinal(error)) throw error;
        failures.push({ entry, error });
      }
    }
    const { summarise } = await import('./dial-failure.ts');
    throw summarise(failures);
  };
}

/** Whether a server may have acted on what was sent: nothing is sent again after that. */
function isFinal(error: unknown): boolean {
  // @rule connection/no-replay-after-accept keywire#pipelining
  return isConnectionError(error) && error.code === 'guid-mismatch';
}

async function dialEntry(
  entry: AddressEntry,
  options: DialerOptions,
  wiring: Wiring,
  signal: AbortSignal,
): Promise<void> {
  const target =
    entry.transport === 'unix'
      ? unixTarget(entry)
      : (await import('./other-target.ts')).otherTarget(entry);
  const guid = promisedGuid(entry);
  // Over TCP the server seldom knows who we are: a refusal is likely, so nothing is sent ahead.
  if (target.kind === 'unix' && options.sendsAhead()) {
    const transport = await options.open(target, signal);
    try {
      return await authenticate(transport, undefined, guid, wiring, signal);
    } catch (error) {
      if (isFinal(error) || signal.aborted) throw error;
    }
  }
  const start = await options.stepwise(target);
  await authenticate(await options.open(target, signal), start, guid, wiring, signal);
}

/** With everything sent ahead, unless a conversation is given. */
function authenticate(
  transport: Transport,
  start: StartHandshake | undefined,
  guid: string | undefined,
  { outbox, accepted, received, drained, closed }: Wiring,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isAccepted = false;
    let isRefused = false;
    let giveUp = (): void => {};
    const refuse = (error: unknown): void => {
      // The end of a stream that is let go of here is told as well.
      if (isRefused) return;
      isRefused = true;
      giveUp();
      outbox.detach();
      transport.destroy();
      reject(error);
    };
    const handlers: HandshakeHandlers = {
      send: (bytes) => transport.write([bytes]),
      accepted: (serverGuid, begin) => {
        // @rule sasl/guid-match dbus#auth-command-ok
        if (guid !== undefined && guid !== serverGuid) {
          refuse(guidMismatch());
          return;
        }
        isAccepted = true;
        giveUp();
        if (begin !== undefined) outbox.attach(transport, begin);
        outbox.commit();
        accepted(transport);
        resolve();
      },
      received: (chunk) => {
        if (isAccepted) received(chunk);
      },
      failed: refuse,
    };
    const handshake = start?.(handlers) ?? new SentAheadHandshake(handlers);
    transport.start({
      received: (chunk) => handshake.feed(chunk),
      drained,
      closed: (error) => (isAccepted ? closed(error) : handshake.hungUp(error)),
    });
    if (signal.aborted) {
      refuse(signal.reason);
      return;
    }
    giveUp = onAbort(signal, () => refuse(signal.reason));
    if (start === undefined) outbox.attach(transport, handshake.firstBytes());
    else transport.write([handshake.firstBytes()]);
  });
}

function guidMismatch(): ConnectionError {
  return new ConnectionError(
    'guid-mismatch',
    'bus: expected the server id that the address promises, got another one',
    { advice: 'The address is out of date, or another process listens there.' },
  );
}
