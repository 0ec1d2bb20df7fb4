/**
 * Authentication in one write: NUL, AUTH EXTERNAL, the empty answer to the question that follows,
 * BEGIN, and the first messages behind it. Saying nothing about who we are lets the server learn it
 * from the socket, also where our user id is another one on its side (a user namespace).
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-mechanisms-external
 *
 * Everything but plain acceptance is a refusal here; what a server says beyond that is listened to
 * on another connection, step by step.
 */

import { joinBytes } from '../join-bytes.ts';

/** What the handshake tells its owner; exactly one of `accepted` and `failed` is called, once. */
export interface HandshakeHandlers {
  readonly send: (bytes: Uint8Array) => void;
  /**
   * `guid` is the server's id, and `begin` what still has to be sent before the first message;
   * undefined when the messages are on their way already.
   */
  readonly accepted: (guid: string, begin?: Uint8Array) => void;
  /** Bytes behind the conversation: messages. The chunk is only lent. */
  readonly received: (chunk: Uint8Array) => void;
  /** Without a reason when what was sent ahead was not accepted: the reason is asked for next. */
  readonly failed: (error?: unknown) => void;
}

/** Authenticates as a client on one connection. */
export interface Handshake {
  /** What is sent first. */
  firstBytes(): Uint8Array;
  /** Takes everything received, also what comes behind the conversation. */
  feed(chunk: Uint8Array): void;
  /** The stream is over before anything was accepted. */
  hungUp(error: Error | undefined): void;
}

const LINES = '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n';

/**
 * The server's question and its acceptance. A server that needs no answer accepts at once, and may
 * say of the answer, which we sent ahead all the same, that it does not understand it.
 */
// @rule sasl/empty-challenge dbus#auth-mechanisms-external
// @rule sasl/ok-without-question dbus#auth-states-server
// @rule sasl/guid-form dbus#uuids
const ACCEPTANCE = /^(DATA ?\r\n)?OK ([0-9a-fA-F]{32}) *\r\n/;

/** What may still become an acceptance: behind the question, one unfinished line. */
const UNFINISHED = /^(?:DATA ?\r\n)?[^\n]*$/;

/** An answer longer than this is none. */
const MAX_ANSWER_BYTES = 1024;

/** Takes the server's answers to what was sent ahead. */
export class SentAheadHandshake implements Handshake {
  readonly #handlers: HandshakeHandlers;
  /** Everything received so far, until the first message can be told apart. */
  #bytes: Uint8Array = new Uint8Array(0);
  #isAccepted = false;
  #isOver = false;

  constructor(handlers: HandshakeHandlers) {
    this.#handlers = handlers;
  }

  firstBytes(): Uint8Array {
    // @rule sasl/leading-nul dbus#auth-nul-byte
    return new TextEncoder().encode(LINES);
  }

  feed(chunk: Uint8Array): void {
    if (this.#isOver) {
      this.#handlers.received(chunk);
      return;
    }
    const bytes = joinBytes([this.#bytes, chunk]);
    this.#bytes = bytes;
    const text = String.fromCharCode(...bytes.subarray(0, MAX_ANSWER_BYTES));
    const isWhole = bytes.length >= MAX_ANSWER_BYTES;
    const answer = ACCEPTANCE.exec(text);
    if (answer !== null) this.#accept(answer, text, isWhole);
    else if (isWhole || !UNFINISHED.test(text)) this.hungUp();
  }

  /** To hang up is to refuse. */
  hungUp(): void {
    this.#isOver = true;
    this.#handlers.failed();
  }

  #accept([lines, question, guid = '']: RegExpExecArray, text: string, isWhole: boolean): void {
    if (!this.#isAccepted) this.#handlers.accepted(guid.toLowerCase());
    this.#isAccepted = true;
    let end = lines.length;
    // No message starts like the one line that may come where no question was put.
    if (question === undefined && 'ERROR'.startsWith(text.slice(end, end + 5))) {
      const lineEnd = text.indexOf('\n', end) + 1;
      if (lineEnd === 0 && !isWhole) return;
      end = Math.max(end, lineEnd);
    }
    // @rule sasl/bytes-after-ok dbus#auth-protocol
    this.#isOver = true;
    const rest = this.#bytes.subarray(end);
    this.#handlers.received(rest);
    rest.fill(0);
  }
}
