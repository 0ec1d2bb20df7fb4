/**
 * The server's side of authentication, as a state machine over command values.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-states-server
 *
 * Descriptors cannot be passed here, so NEGOTIATE_UNIX_FD is always answered with ERROR.
 */

import { AuthError } from './auth-error.ts';
import type { SaslCommand } from './command.ts';

/** What a mechanism makes of what the client said so far. */
export type ServerVerdict =
  | { readonly verdict: 'challenge'; readonly data: Uint8Array }
  | { readonly verdict: 'accept'; readonly identity: string | undefined }
  | { readonly verdict: 'reject' };

/** Judges what one client says; `undefined` when AUTH came without a response. May need files. */
export type Judge = (response: Uint8Array | undefined) => ServerVerdict | Promise<ServerVerdict>;

/** One mechanism on offer. */
export interface ServerMechanism {
  readonly name: string;
  /** Starts with one client; what is asked and answered is remembered inside. */
  readonly start: () => Judge;
}

/** What has to happen next. */
export type ServerAction =
  | { readonly action: 'send'; readonly command: SaslCommand }
  /** The verdict is to be handed to {@link SaslServer.follow}; nothing is received before that. */
  | {
      readonly action: 'judge';
      readonly judge: Judge;
      readonly response: Uint8Array | undefined;
    }
  | { readonly action: 'done'; readonly identity: string | undefined };

type ServerState =
  | { readonly state: 'waiting-for-auth' }
  | { readonly state: 'judging'; readonly judge: Judge }
  | { readonly state: 'waiting-for-data'; readonly judge: Judge }
  | { readonly state: 'waiting-for-begin'; readonly identity: string | undefined };

/** As the reference implementation: guessing goes on elsewhere. */
const MAX_REJECTIONS = 6;

/** Lines that are no answer to anything, before we hang up: each costs the client as much as us. */
const MAX_ERRORS = 16;

/** Plays the server's part, one client command at a time. */
export class SaslServer {
  readonly #guid: string;
  readonly #mechanisms: readonly ServerMechanism[];
  #state: ServerState = { state: 'waiting-for-auth' };
  #rejections = 0;
  #errors = 0;

  constructor(guid: string, mechanisms: readonly ServerMechanism[]) {
    this.#guid = guid;
    this.#mechanisms = mechanisms;
  }

  /**
   * Takes one command of the client.
   *
   * @throws {@link AuthError} with code `unexpected-command` or `too-many-rejections`
   */
  receive(command: SaslCommand): ServerAction {
    // @rule sasl/begin-only-when-accepted dbus#auth-states-server
    if (command.command === 'BEGIN') {
      if (this.#state.state !== 'waiting-for-begin') throw unexpectedBegin();
      return { action: 'done', identity: this.#state.identity };
    }
    switch (this.#state.state) {
      case 'waiting-for-auth':
        return this.#receiveAuth(command);
      case 'waiting-for-data':
        return this.#receiveData(command, this.#state.judge);
      case 'judging':
        throw new Error('internal error: a verdict was expected, got a command');
      case 'waiting-for-begin':
        return isGivingUp(command) ? this.#reject() : this.#error();
    }
  }

  /** Answers a line that could not be parsed. */
  receiveMalformed(): ServerAction {
    return this.#error();
  }

  #receiveAuth(command: SaslCommand): ServerAction {
    if (command.command === 'ERROR') return this.#reject();
    if (command.command !== 'AUTH') return this.#error();
    const mechanism = this.#mechanisms.find(({ name }) => name === command.mechanism);
    // @rule sasl/rejected-lists-mechanisms dbus#auth-command-rejected
    if (mechanism === undefined) return this.#reject();
    return this.#judge(mechanism.start(), command.initialResponse);
  }

  #receiveData(command: SaslCommand, judge: Judge): ServerAction {
    if (isGivingUp(command)) return this.#reject();
    if (command.command !== 'DATA') return this.#error();
    return this.#judge(judge, command.data);
  }

  #judge(judge: Judge, response: Uint8Array | undefined): ServerAction {
    this.#state = { state: 'judging', judge };
    return { action: 'judge', judge, response };
  }

  /**
   * Takes the verdict on what was to be judged.
   *
   * @throws {@link AuthError} with code `too-many-rejections`
   */
  follow(verdict: ServerVerdict): ServerAction {
    if (this.#state.state !== 'judging') throw new Error('internal error: nothing to judge');
    const { judge } = this.#state;
    switch (verdict.verdict) {
      case 'challenge':
        this.#state = { state: 'waiting-for-data', judge };
        return { action: 'send', command: { command: 'DATA', data: verdict.data } };
      case 'accept':
        this.#state = { state: 'waiting-for-begin', identity: verdict.identity };
        return { action: 'send', command: { command: 'OK', guid: this.#guid } };
      case 'reject':
        return this.#reject();
    }
  }

  #reject(): ServerAction {
    this.#rejections++;
    // @rule sasl/rejection-limit keywire#resource-limits
    if (this.#rejections > MAX_REJECTIONS) {
      throw new AuthError('too-many-rejections', 'authentication: expected fewer attempts');
    }
    this.#state = { state: 'waiting-for-auth' };
    const mechanisms = this.#mechanisms.map(({ name }) => name);
    return { action: 'send', command: { command: 'REJECTED', mechanisms } };
  }

  #error(): ServerAction {
    this.#errors++;
    if (this.#errors > MAX_ERRORS) {
      throw new AuthError('unexpected-command', 'authentication: expected commands that fit');
    }
    // @rule sasl/unexpected-command-error dbus#auth-states-server
    const text = 'Not expected here, or not understood';
    return { action: 'send', command: { command: 'ERROR', text } };
  }
}

function isGivingUp({ command }: SaslCommand): boolean {
  return command === 'CANCEL' || command === 'ERROR';
}

function unexpectedBegin(): AuthError {
  return new AuthError('unexpected-command', 'authentication: expected BEGIN only after OK');
}
