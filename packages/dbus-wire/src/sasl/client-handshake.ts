/**
 * From bytes to bytes: the client's authentication on one connection, an answer to each line. Ties
 * the line reader, the command values and the state machine together; still without any socket.
 * Loaded when a server does not take what was sent ahead, or cannot be expected to.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { joinBytes } from '../join-bytes.ts';
import { AuthError, isAuthError } from './auth-error.ts';
import { type AuthAction, type AuthAttempt, SaslClient } from './client.ts';
import { encodeSaslCommands, parseSaslCommand } from './command.ts';
import { LineReader } from './line-reader.ts';
import type { Handshake, HandshakeHandlers } from './sent-ahead.ts';

/** Authenticates as a client on one connection. */
export class ClientHandshake implements Handshake {
  readonly #client: SaslClient;
  readonly #handlers: HandshakeHandlers;
  readonly #lines = new LineReader();
  /** A response is being worked out; lines wait. */
  #isBusy = false;
  #isOver = false;
  /** Why we could not answer a challenge; told when in the end nothing was accepted. */
  #unanswered: unknown;

  constructor(attempts: readonly AuthAttempt[], handlers: HandshakeHandlers) {
    this.#client = new SaslClient(attempts);
    this.#handlers = handlers;
  }

  /** NUL and the first attempt. */
  firstBytes(): Uint8Array {
    // @rule sasl/leading-nul dbus#auth-nul-byte
    return joinBytes([new Uint8Array(1), encodeSaslCommands([this.#client.start()])]);
  }

  feed(chunk: Uint8Array): void {
    if (this.#isOver) {
      this.#handlers.received(chunk);
      return;
    }
    this.#run(chunk);
  }

  hungUp(cause: Error | undefined): void {
    const message = 'authentication: expected an answer, got the end of the connection';
    this.#fail(new AuthError('rejected', message, { cause }));
  }

  #run(chunk?: Uint8Array): void {
    try {
      if (chunk !== undefined) this.#lines.feed(chunk);
      while (!this.#isBusy && !this.#isOver) {
        const line = this.#lines.nextLine();
        if (line === undefined) return;
        this.#perform(this.#client.receive(parseSaslCommand(line)));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #perform(action: AuthAction): void {
    switch (action.action) {
      case 'send':
        this.#handlers.send(encodeSaslCommands([action.command]));
        return;
      case 'respond':
        this.#respond(action.attempt, action.challenge);
        return;
      case 'done':
        this.#isOver = true;
        this.#handlers.accepted(action.guid, encodeSaslCommands([{ command: 'BEGIN' }]));
        this.#passOn(this.#lines.takeRest());
        return;
    }
  }

  #passOn(rest: Uint8Array): void {
    // @rule sasl/bytes-after-ok dbus#auth-protocol
    this.#handlers.received(rest);
    rest.fill(0);
  }

  #respond(attempt: AuthAttempt, challenge: Uint8Array): void {
    this.#isBusy = true;
    // An attempt that cannot answer is cancelled, and the next mechanism is tried.
    const answer = Promise.resolve(challenge).then(attempt.respond);
    const goOn = (response: Uint8Array | undefined): void => {
      this.#isBusy = false;
      if (this.#isOver) return;
      this.#perform(this.#client.respond(response));
      this.#run();
    };
    const giveUp = (error: unknown): void => {
      this.#unanswered = error;
      goOn(undefined);
    };
    answer.then(goOn, giveUp).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isRejection = isAuthError(error) && error.code === 'rejected';
    this.#handlers.failed(
      isRejection && this.#unanswered !== undefined
        ? new AuthError('rejected', error.message, { cause: this.#unanswered })
        : error,
    );
  }
}
