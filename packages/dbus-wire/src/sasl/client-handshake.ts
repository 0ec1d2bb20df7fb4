/**
 * From bytes to bytes: the client's authentication on one connection. Ties the line reader, the
 * command values and the state machine together; still without any socket.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { AuthError, isAuthError } from '../connection-error.ts';
import { type AuthAction, type AuthAttempt, SaslClient } from './client.ts';
import { encodeSaslCommands, parseSaslCommand } from './command.ts';
import { LineReader } from './line-reader.ts';

/** What the handshake tells its owner; exactly one of `accepted` and `failed` is called, once. */
export interface HandshakeHandlers {
  readonly send: (bytes: Uint8Array) => void;
  /** `rest` are the bytes that followed the OK line: they are messages already. */
  readonly accepted: (guid: string, rest: Uint8Array) => void;
  readonly failed: (error: unknown) => void;
}

/** Authenticates as a client on one connection. */
export class ClientHandshake {
  readonly #client: SaslClient;
  readonly #isPipelined: boolean;
  readonly #handlers: HandshakeHandlers;
  readonly #lines = new LineReader();
  /** A response is being worked out; lines wait. */
  #isBusy = false;
  #isOver = false;
  /** Why we could not answer a challenge; told when in the end nothing was accepted. */
  #unanswered: unknown;

  constructor(attempts: readonly AuthAttempt[], isPipelined: boolean, handlers: HandshakeHandlers) {
    this.#client = new SaslClient(attempts, isPipelined);
    this.#isPipelined = isPipelined;
    this.#handlers = handlers;
  }

  /** The first bytes: NUL and AUTH, and when pipelined everything up to BEGIN. */
  firstBytes(): Uint8Array {
    // @rule sasl/leading-nul dbus#auth-nul-byte
    const lines = encodeSaslCommands(this.#client.start());
    const bytes = new Uint8Array(1 + lines.length);
    bytes.set(lines, 1);
    return bytes;
  }

  /** What has to be sent before the first message once accepted. */
  beginBytes(): Uint8Array {
    return this.#isPipelined ? new Uint8Array(0) : encodeSaslCommands([{ command: 'BEGIN' }]);
  }

  /** Takes received bytes, until `accepted` or `failed` was called. */
  feed(chunk: Uint8Array): void {
    this.#lines.feed(chunk);
    this.#run();
  }

  #run(): void {
    try {
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
        this.#handlers.send(encodeSaslCommands(action.commands));
        return;
      case 'wait':
        return;
      case 'respond':
        this.#respond(action.attempt, action.challenge);
        return;
      case 'done':
        this.#isOver = true;
        // @rule sasl/bytes-after-ok dbus#auth-protocol
        this.#handlers.accepted(action.guid, this.#lines.takeRest());
        return;
    }
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
