/**
 * The methods of the bus itself that a connection needs.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-messages
 *
 * Answers are told by callback, at the moment they arrive: what the bus says about owners has to
 * be known before the next message of the same chunk is looked at.
 */

import type { Caller } from './caller.ts';
import { ConnectionError, isDBusErrorReply } from './connection-error.ts';
import { BUS_NAME, BUS_PATH, type CallOptions } from './connection-options.ts';
import type { Message } from './message.ts';

/** How to ask for a name. */
export interface RequestNameOptions {
  /** Lets others take the name over. Default false. */
  readonly allowReplacement?: boolean;
  /** Takes the name over from an owner that allows it. Default false. */
  readonly replaceExisting?: boolean;
  /** Waits in the queue when the name is taken, instead of failing. Default false. */
  readonly queue?: boolean;
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
    this.#begin(
      { ...busCall('Hello'), timeoutMs: Number.POSITIVE_INFINITY },
      (reply) => {
        const [uniqueName] = reply.body;
        if (typeof uniqueName === 'string') answered(uniqueName);
        else failed(unexpectedAnswer('Hello'));
      },
      failed,
    );
  }

  addMatch(rule: string, done: (error: Error | undefined) => void): void {
    this.#begin(busCall('AddMatch', 's', [rule]), () => done(undefined), done);
  }

  removeMatch(rule: string): void {
    this.#caller.beginWithoutReply({ ...busCall('RemoveMatch', 's', [rule]), noReply: true });
  }

  /** `owner` is undefined when nobody owns the name. */
  getNameOwner(name: string, done: (owner: string | undefined, error?: Error) => void): void {
    this.#begin(
      busCall('GetNameOwner', 's', [name]),
      (reply) => {
        const [owner] = reply.body;
        if (typeof owner === 'string') done(owner);
        else done(undefined, unexpectedAnswer('GetNameOwner'));
      },
      (error) => {
        const hasNoOwner = isDBusErrorReply(error) && error.errorName === NAME_HAS_NO_OWNER;
        done(undefined, hasNoOwner ? undefined : error);
      },
    );
  }

  requestName(
    name: string,
    options: RequestNameOptions,
    done: (result: RequestNameResult) => void,
    failed: (error: Error) => void,
  ): void {
    const { allowReplacement, replaceExisting, queue } = options;
    const flags = (allowReplacement ? 1 : 0) | (replaceExisting ? 2 : 0) | (queue ? 0 : 4);
    this.#begin(
      busCall('RequestName', 'su', [name, flags]),
      (reply) => {
        const [code] = reply.body;
        // @rule connection/request-name dbus#bus-messages-request-name
        if (code === 1) done('primary-owner');
        else if (code === 2) done('in-queue');
        else if (code === 4) done('already-owner');
        else failed(notAcquired(name));
      },
      failed,
    );
  }

  releaseName(name: string, done: () => void, failed: (error: Error) => void): void {
    this.#begin(busCall('ReleaseName', 's', [name]), done, failed);
  }

  #begin(
    options: CallOptions,
    answered: (reply: Message) => void,
    failed: (error: Error) => void,
  ): void {
    this.#caller.begin(options, { answered, failed });
  }
}

function busCall(member: string, signature?: string, body?: readonly unknown[]): CallOptions {
  return {
    destination: BUS_NAME,
    path: BUS_PATH,
    interface: BUS_NAME,
    member,
    signature,
    body,
  };
}

function unexpectedAnswer(member: string): ConnectionError {
  return new ConnectionError('protocol', `bus: expected a name in the answer to ${member}`);
}

function notAcquired(name: string): ConnectionError {
  return new ConnectionError('name-not-acquired', `${name}: expected to own it, got refused`, {
    advice: 'Another program owns the name; stop it, or allow it to be replaced.',
  });
}
