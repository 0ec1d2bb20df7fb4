/**
 * From bytes to bytes: a server's authentication of one client. Still without any socket.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 */

import { checkObject } from '../codec/arguments.ts';
import { AuthError, isAuthError } from './auth-error.ts';
import { encodeSaslCommands, parseSaslCommand } from './command.ts';
import { LineReader } from './line-reader.ts';
import {
  type Judge,
  SaslServer,
  type ServerAction,
  type ServerMechanism,
  type ServerVerdict,
} from './server.ts';

/** What the handshake tells its owner; of `accepted` and `failed` one is called, once. */
export interface ServerHandshakeHandlers {
  readonly send: (bytes: Uint8Array) => void;
  /** The connection is to be closed; nothing is sent any more. */
  readonly failed: (error: unknown) => void;
  /** `rest` are the bytes behind BEGIN: they are messages already. They are only lent. */
  readonly accepted: (identity: string | undefined, rest: Uint8Array) => void;
}

/** How a server authenticates. */
export interface ServerHandshakeOptions {
  /** This server's id: 32 hexadecimal digits. */
  readonly guid: string;
  readonly mechanisms: readonly ServerMechanism[];
}

/**
 * Refuses what no client could be authenticated with.
 *
 * @throws TypeError
 */
export function checkServerOptions(options: ServerHandshakeOptions): void {
  checkObject('options', options);
  const { guid, mechanisms } = options;
  if (typeof guid !== 'string' || !/^[0-9a-fA-F]{32}$/.test(guid)) {
    throw new TypeError('guid: expected 32 hexadecimal digits');
  }
  if (
    !Array.isArray(mechanisms) ||
    !mechanisms.every((each) => typeof each?.start === 'function')
  ) {
    throw new TypeError('mechanisms: expected a list of them');
  }
}

/** Authenticates one client. */
export class ServerHandshake {
  readonly #server: SaslServer;
  readonly #handlers: ServerHandshakeHandlers;
  readonly #lines = new LineReader();
  #hasNul = false;
  /** A verdict is being worked out; lines wait. */
  #isBusy = false;
  #isOver = false;

  constructor(options: ServerHandshakeOptions, handlers: ServerHandshakeHandlers) {
    checkServerOptions(options);
    this.#server = new SaslServer(options.guid, options.mechanisms);
    this.#handlers = handlers;
  }

  /** Takes received bytes, until `accepted` or `failed` was called. */
  feed(chunk: Uint8Array): void {
    if (this.#isOver || chunk.length === 0) return;
    // @rule sasl/leading-nul dbus#auth-nul-byte
    if (!this.#hasNul && chunk[0] !== 0) {
      this.#fail(new AuthError('line-malformed', 'authentication: expected a NUL byte first'));
      return;
    }
    const lines = this.#hasNul ? chunk : chunk.subarray(1);
    this.#hasNul = true;
    this.#run(lines);
  }

  #run(chunk?: Uint8Array): void {
    try {
      if (chunk !== undefined) this.#lines.feed(chunk);
      while (!this.#isBusy && !this.#isOver) {
        const line = this.#lines.nextLine();
        if (line === undefined) return;
        this.#perform(this.#receive(line));
      }
    } catch (error) {
      this.#fail(error);
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
    switch (action.action) {
      case 'send':
        this.#handlers.send(encodeSaslCommands([action.command]));
        return;
      case 'judge':
        this.#judge(action.judge, action.response);
        return;
      case 'done':
        this.#isOver = true;
        this.#accept(action.identity, this.#lines.takeRest());
    }
  }

  #accept(identity: string | undefined, rest: Uint8Array): void {
    this.#handlers.accepted(identity, rest);
    // A secret of a plain session may have come in it.
    rest.fill(0);
  }

  #judge(judge: Judge, response: Uint8Array | undefined): void {
    const verdict = judge(response);
    if (!(verdict instanceof Promise)) {
      this.#perform(this.#server.follow(verdict));
      return;
    }
    this.#isBusy = true;
    const goOn = (worked: ServerVerdict): void => {
      this.#isBusy = false;
      if (this.#isOver) return;
      this.#perform(this.#server.follow(worked));
      this.#run();
    };
    verdict.then(goOn).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handlers.failed(error);
  }
}
