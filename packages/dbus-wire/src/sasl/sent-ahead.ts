/**
 * Authentication in one write: NUL, AUTH EXTERNAL, the empty answer to the question that follows,
 * BEGIN, and the first messages behind it. Saying nothing about who we are lets the server learn it
 * from the socket, also where our user id is another one on its side (a user namespace).
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-external
 *
 * Everything but plain acceptance is a refusal here; what a server says beyond that is listened to
 * on another connection, step by step.
 */

import { AuthError } from '../connection-error.ts';
import { LineReader } from './line-reader.ts';

/** What the handshake tells its owner; exactly one of `accepted` and `failed` is called, once. */
export interface HandshakeHandlers {
  readonly send: (bytes: Uint8Array) => void;
  /** `guid` is the server's id. */
  readonly accepted: (guid: string) => void;
  /** Bytes behind the conversation: messages. The chunk is only lent. */
  readonly received: (chunk: Uint8Array) => void;
  readonly failed: (error: unknown) => void;
}

/** Authenticates as a client on one connection. */
export interface Handshake {
  /** What is sent first. */
  firstBytes(): Uint8Array;
  /** What has to be sent before the first message once accepted. */
  beginBytes(): Uint8Array;
  /** Takes everything received, also what comes behind the conversation. */
  feed(chunk: Uint8Array): void;
}

const LINES = '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n';

/** The server's question, and its acceptance. */
const QUESTION = /^DATA ?$/;
const ACCEPTANCE = /^OK ([0-9a-fA-F]{32}) *$/;

type State =
  | 'unasked'
  | 'asked'
  /** Accepted without a question; what we sent ahead may still be answered with ERROR. */
  | 'accepted-unasked'
  | 'over';

/** Takes the server's answers to what was sent ahead. */
export class SentAheadHandshake implements Handshake {
  readonly #handlers: HandshakeHandlers;
  readonly #lines = new LineReader();
  #state: State = 'unasked';

  constructor(handlers: HandshakeHandlers) {
    this.#handlers = handlers;
  }

  firstBytes(): Uint8Array {
    // @rule sasl/leading-nul dbus#auth-nul-byte
    return new TextEncoder().encode(LINES);
  }

  beginBytes(): Uint8Array {
    return new Uint8Array(0);
  }

  feed(chunk: Uint8Array): void {
    if (this.#state === 'over') {
      this.#handlers.received(chunk);
      return;
    }
    this.#lines.feed(chunk);
    try {
      while (this.#state === 'unasked' || this.#state === 'asked') {
        const line = this.#lines.nextLine();
        if (line === undefined) return;
        this.#take(line);
      }
    } catch (error) {
      this.#state = 'over';
      this.#handlers.failed(error);
      return;
    }
    this.#passOn();
  }

  #take(line: string): void {
    const guid = ACCEPTANCE.exec(line)?.[1];
    if (guid !== undefined) {
      // A server that needs no answer accepts at once, and waits for nothing more than BEGIN.
      // @rule sasl/ok-without-question dbus#auth-states-server
      this.#state = this.#state === 'asked' ? 'over' : 'accepted-unasked';
      // @rule sasl/guid-form dbus#uuids
      this.#handlers.accepted(guid.toLowerCase());
    } else if (this.#state === 'unasked' && QUESTION.test(line)) {
      // @rule sasl/empty-challenge dbus#auth-mechanisms-external
      // The empty answer is on its way already; a question that needs another is not EXTERNAL.
      this.#state = 'asked';
    } else {
      throw new AuthError('rejected', 'authentication: expected acceptance of what was sent ahead');
    }
  }

  /** Hands on what follows the conversation: no message starts like the one line that may come. */
  #passOn(): void {
    // @rule sasl/bytes-after-ok dbus#auth-protocol
    const rest = this.#lines.takeRest();
    if (rest.length === 0) return;
    if (this.#state === 'accepted-unasked' && isStartOfError(rest)) {
      const end = rest.indexOf(0x0a);
      if (end < 0 && rest.length < MAX_ERROR_BYTES) this.#lines.feed(rest);
      else this.#open(rest.subarray(end + 1));
    } else {
      this.#open(rest);
    }
  }

  #open(rest: Uint8Array): void {
    this.#state = 'over';
    if (rest.length > 0) this.#handlers.received(rest);
    rest.fill(0);
  }
}

const ERROR = [0x45, 0x52, 0x52, 0x4f, 0x52];

/** An answer longer than this is none. */
const MAX_ERROR_BYTES = 1024;

function isStartOfError(bytes: Uint8Array): boolean {
  return ERROR.every((letter, index) => index >= bytes.length || bytes[index] === letter);
}
