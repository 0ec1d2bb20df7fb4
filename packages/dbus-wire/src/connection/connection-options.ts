/** The options and shapes that a connection's users pass in and get back. */

import type { Message } from '../codec/message.ts';
import type { Inputs } from '../types/values.ts';

/** What a new connection may be told. */
export interface ConnectionSettings {
  /** Until connected, authenticated and named by the bus; milliseconds, default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Reply deadline of calls that set none; milliseconds, default 25,000. */
  readonly replyTimeoutMs?: number | undefined;
  /** Gives up connecting when it aborts; once connected it has no effect. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Gets one line for each message: header and timing, never a body. When it throws, the connection
   * ends with code `trace-failed` and the error as its cause.
   */
  readonly trace?: ((line: string) => void) | undefined;
  /** Largest message accepted; bytes, default 134,217,728 (what the specification allows). */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Calls that may wait for a reply at once; more are held back until one is answered. Default 120:
   * a bus with the reference implementation's built-in limits refuses the 129th.
   */
  readonly maxPendingCalls?: number | undefined;
}

/** One method call; with a literal signature the compiler checks the arguments. */
export interface CallOptions<S extends string = string> {
  /** Unique or well-known bus name; left out only on a connection without a bus. */
  readonly destination?: string | undefined;
  readonly path: string;
  readonly interface?: string | undefined;
  readonly member: string;
  /** Types of the arguments; left out or empty when there are none. */
  readonly signature?: S | undefined;
  readonly body?: Inputs<S> | undefined;
  /**
   * NO_REPLY_EXPECTED: resolves once the call is queued; `close()` sends it, once the connection is
   * `ready`. Default false.
   */
  readonly noReply?: boolean | undefined;
  /** NO_AUTO_START: the bus must not start a service for this call. Default false. */
  readonly noAutoStart?: boolean | undefined;
  /** ALLOW_INTERACTIVE_AUTHORIZATION: the service may ask the user. Default false. */
  readonly interactive?: boolean | undefined;
  /**
   * Until the reply; milliseconds, Infinity for none. Default: the connection's `replyTimeoutMs`,
   * or five minutes when `interactive`.
   */
  readonly timeoutMs?: number | undefined;
  /** Stops waiting; the other side is not told. */
  readonly signal?: AbortSignal | undefined;
}

/** One signal to emit. */
export interface SignalOptions {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string | undefined;
  readonly body?: readonly unknown[] | undefined;
  /** A unicast signal's receiver; left out for a broadcast. */
  readonly destination?: string | undefined;
}

/** The values of a reply. */
export interface ReplyValues {
  readonly signature?: string | undefined;
  readonly body?: readonly unknown[] | undefined;
}

/**
 * Answers the method calls that reach one object path. What it throws becomes an error reply: a
 * `DBusErrorReply` with its own name, anything else as a bare `org.freedesktop.DBus.Error.Failed`.
 */
export interface CallHandler {
  handleCall(call: Message): ReplyValues | undefined | Promise<ReplyValues | undefined>;
}

/** How a handler is exported. */
export interface ExportOptions {
  /** Also answers for every path below that has no nearer handler. Default false. */
  readonly subtree?: boolean | undefined;
}

/** The bus itself, as destination and as sender. */
export const BUS_NAME = 'org.freedesktop.DBus';

/** The object that the bus answers at. */
export const BUS_PATH = '/org/freedesktop/DBus';

/** Default of {@link ConnectionSettings.timeoutMs}. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/** Default of {@link ConnectionSettings.replyTimeoutMs}, as in other implementations. */
export const DEFAULT_REPLY_TIMEOUT_MS = 25_000;

/** A person has to answer these. */
export const INTERACTIVE_REPLY_TIMEOUT_MS = 300_000;

/** Default of {@link ConnectionSettings.maxPendingCalls}. */
export const DEFAULT_MAX_PENDING_CALLS = 120;
