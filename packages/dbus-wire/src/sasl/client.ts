/**
 * The client's side of authentication, as a state machine over command values.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 *
 * It is given the attempts to make, in order of preference, and takes the next one whose mechanism
 * is in the server's REJECTED list. ANONYMOUS is never added here: who wants it lists it.
 * NEGOTIATE_UNIX_FD is never sent, since descriptors cannot be received.
 */

import { AuthError } from '../connection-error.ts';
import type { SaslCommand } from './command.ts';

/** One way of saying who we are. */
export interface AuthAttempt {
  readonly mechanism: 'EXTERNAL' | 'DBUS_COOKIE_SHA1' | 'ANONYMOUS';
  /** Sent with AUTH; undefined makes the server ask for it with an empty DATA. */
  readonly initialResponse: Uint8Array | undefined;
  /** Answers a challenge; may need files. */
  readonly respond: (challenge: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** What has to happen next. */
export type AuthAction =
  | { readonly action: 'send'; readonly commands: readonly SaslCommand[] }
  | { readonly action: 'respond'; readonly attempt: AuthAttempt; readonly challenge: Uint8Array }
  | { readonly action: 'wait' }
  | { readonly action: 'done'; readonly guid: string };

type ClientState =
  | { readonly state: 'waiting-for-answer'; readonly attempt: AuthAttempt }
  | { readonly state: 'responding'; readonly attempt: AuthAttempt }
  | { readonly state: 'cancelled' }
  /** Accepted, but what we sent ahead will still be answered with ERROR. */
  | { readonly state: 'accepted-early'; readonly guid: string }
  | { readonly state: 'done' };

/** dbus-daemon hangs up after six rejections; one that never does must not keep us for ever. */
const MAX_REJECTIONS = 8;

/** Plays the client's part, one server command at a time. */
export class SaslClient {
  readonly #attempts: AuthAttempt[];
  readonly #isPipelined: boolean;
  #state: ClientState;
  #rejections = 0;
  /** An answer went out ahead of the question that it answers. */
  #isAnswerAhead: boolean;
  readonly #first: readonly SaslCommand[];

  /**
   * @param isPipelined sends everything up to and including BEGIN at once; then only the first
   * attempt is made, and its rejection is final for this connection
   */
  constructor(attempts: readonly AuthAttempt[], isPipelined: boolean) {
    const [first, ...others] = attempts;
    if (first === undefined) throw new RangeError('attempts: expected at least one, got 0');
    this.#attempts = others;
    this.#isPipelined = isPipelined;
    this.#state = { state: 'waiting-for-answer', attempt: first };
    this.#isAnswerAhead = isPipelined && first.initialResponse === undefined;
    const answer: SaslCommand[] = this.#isAnswerAhead
      ? [{ command: 'DATA', data: new Uint8Array(0) }]
      : [];
    const auth = authCommand(first);
    this.#first = isPipelined ? [auth, ...answer, { command: 'BEGIN' }] : [auth];
  }

  /** The commands that open the conversation, after the NUL byte. */
  start(): readonly SaslCommand[] {
    return this.#first;
  }

  /**
   * Takes one command of the server.
   *
   * @throws {@link AuthError} with code `rejected`, `unexpected-command`, `too-many-rejections`
   */
  receive(command: SaslCommand): AuthAction {
    switch (command.command) {
      case 'OK':
        return this.#accept(command.guid);
      case 'REJECTED':
        return this.#reject(command.mechanisms);
      case 'DATA':
        return this.#challenge(command.data);
      case 'ERROR':
        return this.#error();
      default:
        // @rule sasl/unknown-command dbus#auth-protocol
        // Answered with ERROR, and the conversation goes on; a pipelined one is past that.
        if (this.#isPipelined) throw unexpected(command.command);
        return { action: 'send', commands: [{ command: 'ERROR', text: 'Unknown command' }] };
    }
  }

  /** Takes the response to a challenge, or undefined when there is none to give. */
  respond(response: Uint8Array | undefined): AuthAction {
    if (this.#state.state !== 'responding') throw unexpected('response');
    if (response === undefined) {
      this.#state = { state: 'cancelled' };
      return { action: 'send', commands: [{ command: 'CANCEL' }] };
    }
    this.#state = { state: 'waiting-for-answer', attempt: this.#state.attempt };
    return { action: 'send', commands: [{ command: 'DATA', data: response }] };
  }

  #accept(guid: string): AuthAction {
    // @rule sasl/ok-only-when-asked dbus#auth-protocol
    if (this.#state.state !== 'waiting-for-answer') throw unexpected('OK');
    if (this.#isAnswerAhead) {
      // @rule sasl/ok-without-question dbus#auth-states-server
      this.#state = { state: 'accepted-early', guid };
      return { action: 'wait' };
    }
    this.#state = { state: 'done' };
    return { action: 'done', guid };
  }

  #reject(offered: readonly string[]): AuthAction {
    if (this.#state.state !== 'waiting-for-answer' && this.#state.state !== 'cancelled') {
      throw unexpected('REJECTED');
    }
    // @rule sasl/rejected-list dbus#auth-protocol
    if (this.#isPipelined) throw rejected(offered);
    this.#rejections++;
    if (this.#rejections > MAX_REJECTIONS) {
      throw new AuthError('too-many-rejections', 'authentication: expected an end of rejections');
    }
    for (;;) {
      const attempt = this.#attempts.shift();
      if (attempt === undefined) throw rejected(offered);
      if (!offered.includes(attempt.mechanism)) continue;
      this.#state = { state: 'waiting-for-answer', attempt };
      return { action: 'send', commands: [authCommand(attempt)] };
    }
  }

  #challenge(challenge: Uint8Array): AuthAction {
    if (this.#state.state !== 'waiting-for-answer') throw unexpected('DATA');
    const { attempt } = this.#state;
    if (this.#isPipelined) {
      // @rule sasl/empty-challenge dbus#auth-mechanisms-external
      // The empty answer is on its way already; a question that needs another one is not EXTERNAL.
      if (!this.#isAnswerAhead || challenge.length > 0) throw unexpected('DATA');
      this.#isAnswerAhead = false;
      return { action: 'wait' };
    }
    this.#state = { state: 'responding', attempt };
    return { action: 'respond', attempt, challenge };
  }

  #error(): AuthAction {
    if (this.#state.state === 'accepted-early') {
      const { guid } = this.#state;
      this.#state = { state: 'done' };
      return { action: 'done', guid };
    }
    if (this.#state.state !== 'waiting-for-answer' || this.#isPipelined) throw unexpected('ERROR');
    // @rule sasl/error-cancels dbus#auth-protocol
    this.#state = { state: 'cancelled' };
    return { action: 'send', commands: [{ command: 'CANCEL' }] };
  }
}

function authCommand(attempt: AuthAttempt): SaslCommand {
  return {
    command: 'AUTH',
    mechanism: attempt.mechanism,
    initialResponse: attempt.initialResponse,
  };
}

function rejected(offered: readonly string[]): AuthError {
  const list = offered.length === 0 ? 'nothing' : offered.slice(0, 8).join(', ').slice(0, 200);
  return new AuthError(
    'rejected',
    `authentication: expected to be accepted, got rejected; the server offers ${list}`,
  );
}

function unexpected(command: string): AuthError {
  return new AuthError(
    'unexpected-command',
    `authentication: expected an answer to our command, got ${command}`,
  );
}
