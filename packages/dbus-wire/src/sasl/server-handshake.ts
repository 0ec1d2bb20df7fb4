/**
 * From bytes to bytes: a server's authentication of one client. Still without any socket.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { AuthError, isAuthError } from '../connection-error.ts';
import { encodeSaslCommands, parseSaslCommand } from './command.ts';
import { LineReader } from './line-reader.ts';
import { SaslServer, type ServerAction, type ServerMechanism } from './server.ts';

/** What the handshake tells its owner; `accepted` is called at most once. */
export interface ServerHandshakeHandlers {
  readonly send: (bytes: Uint8Array) => void;
  /** `rest` are the bytes behind BEGIN: they are messages already. */
  readonly accepted: (identity: string | undefined, rest: Uint8Array) => void;
}

/** How a server authenticates. */
export interface ServerHandshakeOptions {
  /** This server's id: 32 hexadecimal digits. */
  readonly guid: string;
  readonly mechanisms: readonly ServerMechanism[];
}

/** Authenticates one client. */
export class ServerHandshake {
  readonly #server: SaslServer;
  readonly #handlers: ServerHandshakeHandlers;
  readonly #lines = new LineReader();
  #hasNul = false;
  #isOver = false;

  constructor(options: ServerHandshakeOptions, handlers: ServerHandshakeHandlers) {
    this.#server = new SaslServer(options.guid, options.mechanisms);
    this.#handlers = handlers;
  }

  /**
   * Takes received bytes, until `accepted` was called. After a throw the connection is to be
   * closed; nothing is sent any more.
   *
   * @throws {@link AuthError}
   */
  feed(chunk: Uint8Array): void {
    if (this.#isOver || chunk.length === 0) return;
    // @rule sasl/leading-nul dbus#auth-nul-byte
    if (!this.#hasNul && chunk[0] !== 0) {
      this.#isOver = true;
      throw new AuthError('line-malformed', 'authentication: expected a NUL byte first');
    }
    this.#lines.feed(this.#hasNul ? chunk : chunk.subarray(1));
    this.#hasNul = true;
    try {
      while (!this.#isOver) {
        const line = this.#lines.nextLine();
        if (line === undefined) return;
        this.#perform(this.#receive(line));
      }
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  #receive(line: string): ServerAction {
    try {
      return this.#server.receive(parseSaslCommand(line));
    } catch (error) {
      // A line that makes no sense is answered; the conversation goes on.
      if (isAuthError(error) && error.code === 'line-malformed') {
        return this.#server.receiveMalformed();
      }
      throw error;
    }
  }

  #perform(action: ServerAction): void {
    if (action.action === 'send') {
      this.#handlers.send(encodeSaslCommands([action.command]));
      return;
    }
    this.#isOver = true;
    this.#handlers.accepted(action.identity, this.#lines.takeRest());
  }
}
