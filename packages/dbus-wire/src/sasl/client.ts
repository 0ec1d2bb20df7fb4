/**
 * The client's side of authentication, as a state machine over command values.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 *
 * It is given the attempts to make, in order of preference, and takes the next one whose mechanism
 * is in the server's REJECTED list. ANONYMOUS is never added here: who wants it lists it.
 * NEGOTIATE_UNIX_FD is never sent, since descriptors cannot be received.
 */

import { AuthError } from './auth-error.ts';
import type { SaslCommand } from './command.ts';

/** A mechanism of the specification. */
export type AuthMechanism = 'EXTERNAL' | 'DBUS_COOKIE_SHA1' | 'ANONYMOUS';

/** One way of saying who we are. */
export interface AuthAttempt {
  readonly mechanism: AuthMechanism;
  /** Sent with AUTH; undefined makes the server ask for it with an empty DATA. */
  readonly initialResponse: Uint8Array | undefined;
  /** Answers a challenge; may need files. */
  readonly respond: (challenge: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** What has to happen next. */
export type AuthAction =
  | { readonly action: 'send'; readonly command: SaslCommand }
  | { readonly action: 'respond'; readonly attempt: AuthAttempt; readonly challenge: Uint8Array }
  | { readonly action: 'done'; readonly guid: string };

type ClientState =
  | { readonly state: 'waiting-for-answer'; readonly attempt: AuthAttempt }
  | { readonly state: 'responding'; readonly attempt: AuthAttempt }
  | { readonly state: 'cancelled' }
  | { readonly state: 'done' };

/** dbus-daemon hangs up after six rejections; one that never does must not keep us for ever. */
const MAX_REJECTIONS = 8;

/** Questions and lines that are not understood, before we hang up: no mechanism asks twice. */
const MAX_DETOURS = 16;

/** Plays the client's part, one server command at a time. */
export class SaslClient {
  readonly #attempts: AuthAttempt[];
  readonly #first: AuthAttempt;
  #state: ClientState;
  #rejections = 0;
  #detours = 0;

  constructor(attempts: readonly AuthAttempt[]) {
    const [first, ...others] = attempts;
    if (first === undefined) throw new RangeError('attempts: expected at least one, got 0');
    this.#first = first;
    this.#attempts = others;
    this.#state = { state: 'waiting-for-answer', attempt: first };
  }

  /** The command that opens the conversation, after the NUL byte. */
  start(): SaslCommand {
    return authCommand(this.#first);
  }

  /**
   * Takes one command of the server.
   *
   * @throws {@link AuthError} with code `rejected`, `unexpected-command`, `too-many-rejections`
   */
  receive(command: SaslCommand): AuthAction {
    switch (command.command) {
      case 'OK':
        // @rule sasl/ok-only-when-asked dbus#auth-protocol
        if (this.#state.state !== 'waiting-for-answer') throw unexpected('OK');
        this.#state = { state: 'done' };
        return { action: 'done', guid: command.guid };
      case 'REJECTED':
        return this.#reject(command.mechanisms);
      case 'DATA':
        return this.#challenge(command.data);
      case 'ERROR':
        // @rule sasl/error-cancels dbus#auth-protocol
        if (this.#state.state !== 'waiting-for-answer') throw unexpected('ERROR');
        return this.#cancel();
      default:
        // @rule sasl/unknown-command dbus#auth-protocol
        // Answered with ERROR, and the conversation goes on.
        this.#detour();
        return { action: 'send', command: { command: 'ERROR', text: 'Unknown command' } };
    }
  }

  /** Takes the response to a challenge, or undefined when there is none to give. */
  respond(response: Uint8Array | undefined): AuthAction {
    if (this.#state.state !== 'responding') throw unexpected('response');
    if (response === undefined) return this.#cancel();
    this.#state = { state: 'waiting-for-answer', attempt: this.#state.attempt };
    return { action: 'send', command: { command: 'DATA', data: response } };
  }

  #reject(offered: readonly string[]): AuthAction {
    if (this.#state.state !== 'waiting-for-answer' && this.#state.state !== 'cancelled') {
      throw unexpected('REJECTED');
    }
    this.#rejections++;
    if (this.#rejections > MAX_REJECTIONS) {
      throw new AuthError('too-many-rejections', 'authentication: expected an end of rejections');
    }
    for (;;) {
      const attempt = this.#attempts.shift();
      // @rule sasl/rejected-list dbus#auth-protocol
      if (attempt === undefined) throw rejected(offered);
      if (!offered.includes(attempt.mechanism)) continue;
      this.#state = { state: 'waiting-for-answer', attempt };
      return { action: 'send', command: authCommand(attempt) };
    }
  }

  #challenge(challenge: Uint8Array): AuthAction {
    if (this.#state.state !== 'waiting-for-answer') throw unexpected('DATA');
    this.#detour();
    const { attempt } = this.#state;
    this.#state = { state: 'responding', attempt };
    return { action: 'respond', attempt, challenge };
  }

  // @rule sasl/detour-limit keywire#resource-limits
  /** A server that asks for ever and does not read would have our answers pile up. */
  #detour(): void {
    this.#detours++;
    if (this.#detours > MAX_DETOURS) {
      throw new AuthError('unexpected-command', 'authentication: expected commands that fit');
    }
  }

  #cancel(): AuthAction {
    this.#state = { state: 'cancelled' };
    return { action: 'send', command: { command: 'CANCEL' } };
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
