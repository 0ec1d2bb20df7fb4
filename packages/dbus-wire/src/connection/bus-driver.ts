/**
 * The methods of the bus itself that a connection needs.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages
 *
 * Answers are told by callback, at the moment they arrive: what the bus says about owners has to
 * be known before the next message of the same chunk is looked at.
 */

import { isBusName } from '../codec/names.ts';
import { ConnectionError, isDBusErrorReply } from '../connection-error.ts';
import type { Caller } from './caller.ts';
import { BUS_NAME, BUS_PATH, type CallOptions } from './connection-options.ts';

/** How to ask for a name. */
export interface RequestNameOptions {
  /** Lets others take the name over. Default false. */
  readonly allowReplacement?: boolean;
  /** Takes the name over from an owner that allows it. Default false. */
  readonly replaceExisting?: boolean;
  /** Waits in the queue when the name is taken, instead of failing. Default false. */
  readonly queue?: boolean;
  /** Stops waiting for the answer; the name may be ours all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** How a name was got. */
export type RequestNameResult = 'primary-owner' | 'in-queue' | 'already-owner';

const NAME_HAS_NO_OWNER = 'org.freedesktop.DBus.Error.NameHasNoOwner';

/** Calls to the bus. */
export class BusDriver {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The first message of every connection; tells our unique name. */
  hello(answered: (uniqueName: string) => void, failed: (error: Error) => void): void {
    const hello = { ...busCall('Hello'), timeoutMs: Number.POSITIVE_INFINITY };
    this.#askForName(hello, answered, failed);
  }

  addMatch(rule: string, done: (error?: Error) => void): void {
    this.#caller.begin(busCall('AddMatch', 's', [rule]), () => done(), done);
  }

  removeMatch(rule: string): void {
    this.#caller.beginWithoutReply({ ...busCall('RemoveMatch', 's', [rule]), noReply: true });
  }

  /** `owner` is undefined when nobody owns the name. */
  getNameOwner(
    name: string,
    answered: (owner: string | undefined) => void,
    failed: (error: Error) => void,
  ): void {
    this.#askForName(busCall('GetNameOwner', 's', [name]), answered, (error) => {
      if (isDBusErrorReply(error) && error.errorName === NAME_HAS_NO_OWNER) answered(undefined);
      else failed(error);
    });
  }

  requestName(
    name: string,
    { allowReplacement, replaceExisting, queue, signal }: RequestNameOptions,
    answered: (result: RequestNameResult) => void,
    failed: (error: Error) => void,
  ): void {
    const flags = (allowReplacement ? 1 : 0) | (replaceExisting ? 2 : 0) | (queue ? 0 : 4);
    this.#caller.begin(
      { ...busCall('RequestName', 'su', [name, flags]), signal },
      ({ body: [code] }) => {
        // @rule connection/request-name dbus#bus-messages-request-name
        if (code === 1) answered('primary-owner');
        else if (code === 2) answered('in-queue');
        else if (code === 4) answered('already-owner');
        else failed(notAcquired(name));
      },
      failed,
    );
  }

  releaseName(name: string, answered: () => void, failed: (error: Error) => void): void {
    this.#caller.begin(busCall('ReleaseName', 's', [name]), () => answered(), failed);
  }

  #askForName(
    call: CallOptions,
    answered: (name: string) => void,
    failed: (error: Error) => void,
  ): void {
    this.#caller.begin(
      call,
      ({ body: [name] }) => {
        if (typeof name === 'string' && isBusName(name)) answered(name);
        else failed(unexpectedAnswer(call.member));
      },
      failed,
    );
  }
}

function busCall(member: string, signature?: string, body?: readonly unknown[]): CallOptions {
  return { destination: BUS_NAME, path: BUS_PATH, interface: BUS_NAME, member, signature, body };
}

function unexpectedAnswer(member: string): ConnectionError {
  return new ConnectionError('protocol', `bus: expected a name in the answer to ${member}`);
}

function notAcquired(name: string): ConnectionError {
  return new ConnectionError('name-not-acquired', `${name}: expected to own it, got refused`, {
    advice: 'Another program owns the name; stop it, or allow it to be replaced.',
  });
}
