/**
 * One call that waits for its reply: whose reply counts, until when, and what a change of owner
 * means for it.
 */

import { ConnectionError } from './connection-error.ts';
import type { Message } from './message.ts';
import type { OwnerChange, OwnerListener, TrackedName } from './name-owners.ts';
import type { PendingCall, ReplyBinding } from './reply-table.ts';

/** What a pending reply is made of. */
export interface PendingReplyInit {
  readonly serial: number;
  readonly deadline: number;
  readonly binding: ReplyBinding;
  readonly isCounted: boolean;
  /** The name whose owner matters to this call. */
  readonly tracked?: TrackedName | undefined;
  /** Called once, whatever the outcome, before `answered` or `failed`. */
  readonly settled: (call: PendingReply) => void;
  readonly answered: (reply: Message) => void;
  readonly failed: (error: Error) => void;
}

/** A call in the reply table. */
export class PendingReply implements PendingCall, OwnerListener {
  readonly serial: number;
  readonly deadline: number;
  readonly binding: ReplyBinding;
  readonly isCounted: boolean;
  readonly #init: PendingReplyInit;

  constructor(init: PendingReplyInit) {
    this.serial = init.serial;
    this.deadline = init.deadline;
    this.binding = init.binding;
    this.isCounted = init.isCounted;
    this.#init = init;
    init.tracked?.listeners.add(this);
    const owner = init.tracked?.owner;
    if (init.binding.kind === 'owners' && owner !== undefined) init.binding.owners.add(owner);
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
    this.fail(
      new ConnectionError('deadline', 'call: expected a reply before its deadline, got none', {
        advice: 'The service is running but does not answer; it may be waiting for the user.',
      }),
    );
  }

  ownerChanged({ newOwner }: OwnerChange): void {
    if (this.binding.kind === 'owners') {
      // The call may have been delivered to the new owner: a service that the call itself started.
      if (newOwner !== undefined) this.binding.owners.add(newOwner);
      return;
    }
    // @rule connection/owner-changed keywire#owner-binding
    this.fail(
      new ConnectionError(
        'owner-changed',
        `${this.#init.tracked?.name}: expected its owner to answer, got another owner meanwhile`,
      ),
    );
  }

  ownerUnknown(error: Error): void {
    this.fail(error);
  }

  #settle(): void {
    this.#init.tracked?.listeners.delete(this);
    this.#init.settled(this);
  }
}
