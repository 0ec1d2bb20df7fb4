/**
 * One call that waits for its reply: whose reply counts, until when, and what a change of owner
 * means for it.
 */

import type { Message } from '../codec/message.ts';
import { ConnectionError } from '../connection-error.ts';
import type { Expiring } from './deadlines.ts';
import type { OwnerChange, OwnerListener, TrackedName } from './name-owners.ts';
import type { PendingCall } from './reply-table.ts';

/** What a pending reply is made of. */
export interface PendingReplyInit {
  readonly serial: number;
  readonly deadline: number;
  readonly callees: Set<string> | undefined;
  /** The well-known name that the call goes to, or to whose owner it goes. */
  readonly name: TrackedName | undefined;
  /** Whether the present owner alone may answer, and not those who own the name later. */
  readonly isBound: boolean;
  /** Called once, whatever the outcome, before `answered` or `failed`. */
  readonly settled: (call: PendingReply) => void;
  readonly answered: (reply: Message) => void;
  readonly failed: (error: Error) => void;
}

/** A call in the reply table. */
export class PendingReply implements PendingCall, Expiring, OwnerListener {
  readonly serial: number;
  readonly deadline: number;
  /** Of a call to a well-known name: all who owned it at some time while the call was pending. */
  readonly callees: Set<string> | undefined;
  readonly #init: PendingReplyInit;

  constructor(init: PendingReplyInit) {
    this.serial = init.serial;
    this.deadline = init.deadline;
    this.callees = init.callees;
    this.#init = init;
    init.name?.listeners.add(this);
    this.#follow(init.name?.owner);
  }

  answer(reply: Message): void {
    this.#settle();
    this.#init.answered(reply);
  }

  fail(error: Error): void {
    this.#settle();
    this.#init.failed(error);
  }

  expire(): void {
    this.fail(repliedTooLate());
  }

  ownerChanged({ newOwner }: OwnerChange): void {
    const { name, isBound } = this.#init;
    // @rule connection/owner-changed keywire#owner-binding
    if (isBound) {
      const expected = `${name?.name}: expected its owner to answer`;
      this.fail(new ConnectionError('owner-changed', `${expected}, got another owner meanwhile`));
    } else {
      // The call may have been delivered to the new owner: a service that the call itself started.
      this.#follow(newOwner);
    }
  }

  #follow(owner: string | undefined): void {
    if (owner !== undefined) this.callees?.add(owner);
  }

  #settle(): void {
    this.#init.name?.listeners.delete(this);
    this.#init.settled(this);
  }
}

/** The reply, or what has to come before it, did not come in time. */
export function repliedTooLate(): ConnectionError {
  return new ConnectionError('deadline', 'call: expected a reply before its deadline, got none', {
    advice: 'The service is running but does not answer; it may be waiting for the user.',
  });
}
