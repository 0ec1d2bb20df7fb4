/**
 * What the policy has judged of one request. A policy takes its time, and may ask people: what the
 * request is about can be another by then. So it is looked at again in the moment that it is carried
 * out, and judged anew if the policy has not seen it like this.
 */

import type { AccessKind } from '../types/policy.ts';
import type { AccessTarget } from './gate.ts';

/** Who judges, and carries out what was allowed. */
interface Court {
  /** Tells whether a person agreed; rejects with AccessDenied. */
  authorize(kind: AccessKind, caller: string, target: AccessTarget): Promise<boolean>;
  /** Runs a change after all earlier ones. */
  change<Result>(run: () => Promise<Result>): Promise<Result>;
}

export class Judgement {
  readonly #court: Court;
  readonly #kind: AccessKind;
  readonly #caller: string;
  readonly #look: () => readonly AccessTarget[];
  /** What was allowed, as the policy saw it. */
  readonly #allowed = new Set<string>();
  /** Whether a person agreed to something that others go along with. */
  #isAgreed = false;

  /** @param look what the request is about at present */
  constructor(court: Court, kind: AccessKind, caller: string, look: () => readonly AccessTarget[]) {
    this.#court = court;
    this.#kind = kind;
    this.#caller = caller;
    this.#look = look;
  }

  /** Whether all that the request is about now has been allowed; true only until the next `await`. */
  isCurrent(): boolean {
    return this.#look().every((target) => this.#allowed.has(asSeen(target)));
  }

  /** Has the policy judge what it has not seen yet; rejects with AccessDenied. */
  async judge(): Promise<void> {
    for (const target of this.#look()) {
      const seen = asSeen(target);
      if (this.#allowed.has(seen)) continue;
      const { isPart = false, isAdmitted = isPart && this.#isAgreed } = target;
      const about = { ...target, isAdmitted };
      const isAgreed = await this.#court.authorize(this.#kind, this.#caller, about);
      if (!isPart) this.#isAgreed = isAgreed;
      this.#allowed.add(seen);
    }
  }

  /** Makes a change to what was allowed, and to nothing else. */
  // @rule provider/policy-sees-what-is-changed keywire#provider-policy
  async change<Result>(run: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.judge();
      const made = await this.#court.change(async () =>
        this.isCurrent() ? { result: await run() } : undefined,
      );
      if (made !== undefined) return made.result;
    }
  }
}

/** One text for all that a policy is told. */
function asSeen({ collection, item }: AccessTarget): string {
  const attributes = [...(item?.attributes ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([collection.label, item?.label, attributes]);
}
