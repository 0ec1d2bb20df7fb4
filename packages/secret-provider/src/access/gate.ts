/**
 * What stands between a caller and what it asks for: the policy decides, and the audit log records
 * what was decided before anything happens. Without either, everything passes.
 */

import { Refusal } from '../api/refusal.ts';
import type { Prompter } from '../prompters/prompter.ts';
import type { Attributes } from '../stores/store.ts';
import type {
  AccessKind,
  AccessPolicy,
  AccessRequest,
  AuditedOperation,
  Caller,
} from '../types/policy.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';

/** What a decision is about: present objects, or one that is to be made. */
export interface AccessTarget {
  readonly collection: { readonly label: string };
  readonly item?:
    | { readonly label: string; readonly attributes?: Attributes | undefined }
    | undefined;
  /** Whether a person was asked already, and agreed. */
  readonly isAdmitted?: boolean;
  /** Whether it goes along with what comes before it: who agreed to that has agreed to this. */
  readonly isPart?: boolean;
}

/** What became of a request; `'agreed'` is a person's yes. */
type Verdict = 'allow' | 'agreed' | 'refuse';

/** What a record says that no policy decides about. */
export type AuditedAbout = Pick<AuditEntry, 'collectionLabel' | 'attributes'>;

export interface AccessGateParts {
  readonly policy: AccessPolicy | undefined;
  readonly audit: AuditLog | undefined;
  /** Asked where the policy says `'ask'`. */
  readonly prompter: Prompter;
  readonly describeCaller: (uniqueName: string) => Promise<Caller>;
  /** Told about faults that no client must see. */
  readonly failed: (error: unknown) => void;
}

export class AccessGate {
  readonly #parts: AccessGateParts;
  /** The questions that stand, and who waits for them. */
  readonly #questions = new Map<AbortController, string>();

  constructor(parts: AccessGateParts) {
    this.#parts = parts;
  }

  /**
   * Lets through, or throws the refusal AccessDenied: also when the policy throws.
   *
   * @returns whether a person was asked, and agreed
   */
  async pass(kind: AccessKind, uniqueName: string, target: AccessTarget): Promise<boolean> {
    const { policy, audit } = this.#parts;
    if (policy === undefined && audit === undefined) return false;
    const caller = await this.#describe(uniqueName);
    const { collection, item } = target;
    const request = {
      caller: caller ?? { uniqueName },
      collectionLabel: collection.label,
      itemLabel: item?.label,
      attributes: item?.attributes,
    };
    // Nobody is judged by a name alone.
    const isUnknown = policy !== undefined && caller === undefined;
    const { isAdmitted = false } = target;
    const verdict = isUnknown ? 'refuse' : await this.#judge({ ...request, kind }, isAdmitted);
    const decision = verdict === 'agreed' ? 'allow' : verdict;
    await this.#record({ ...request, operation: kind, decision });
    // @rule provider/policy-refuses keywire#provider-policy
    if (decision === 'refuse') {
      throw new Refusal('access-denied', `${kind}: the provider's policy refuses it`);
    }
    return verdict === 'agreed';
  }

  /** Whether a person would be asked about this reader of an item. */
  async wouldAsk(uniqueName: string, { collection, item }: AccessTarget): Promise<boolean> {
    const { policy, failed } = this.#parts;
    const caller = policy && (await this.#describe(uniqueName));
    if (policy === undefined || caller === undefined) return false;
    const { label: itemLabel, attributes } = item ?? {};
    const about = { collectionLabel: collection.label, itemLabel, attributes };
    try {
      return (await policy({ kind: 'read', caller, ...about })) === 'ask';
    } catch (error) {
      // Reading it will be refused.
      failed(error);
      return false;
    }
  }

  /** Records what is never refused, unless the record cannot be written. */
  async record(
    operation: Exclude<AuditedOperation, AccessKind>,
    uniqueName: string,
    about: AuditedAbout,
  ): Promise<void> {
    if (this.#parts.audit === undefined) return;
    const caller = (await this.#describe(uniqueName)) ?? { uniqueName };
    await this.#record({ ...about, caller, operation, decision: 'allow' });
  }

  /** The connections that wait for an answer. */
  callers(): Iterable<string> {
    return this.#questions.values();
  }

  /** Takes back the questions of a connection that ended; without one, all of them. */
  dropAll(uniqueName?: string): void {
    for (const [question, waiting] of this.#questions) {
      if (uniqueName === undefined || waiting === uniqueName) question.abort();
    }
  }

  async #describe(uniqueName: string): Promise<Caller | undefined> {
    try {
      return await this.#parts.describeCaller(uniqueName);
    } catch (error) {
      this.#parts.failed(error);
      return undefined;
    }
  }

  async #judge(request: AccessRequest, isAdmitted: boolean): Promise<Verdict> {
    const { policy, failed } = this.#parts;
    if (policy === undefined) return 'allow';
    try {
      const decision = await policy(request);
      if (decision !== 'ask') return decision === 'allow' ? 'allow' : 'refuse';
      return isAdmitted || (await this.#ask(request)) ? 'agreed' : 'refuse';
    } catch (error) {
      failed(error);
      return 'refuse';
    }
  }

  // @rule provider/policy-question-ends keywire#provider-policy
  async #ask({ kind, caller, itemLabel, collectionLabel }: AccessRequest): Promise<boolean> {
    const question = new AbortController();
    this.#questions.set(question, caller.uniqueName);
    try {
      const reply = await this.#parts.prompter.ask(
        {
          action: 'access',
          access: kind,
          label: itemLabel ?? collectionLabel,
          needsPassword: false,
          wasWrong: false,
          windowId: '',
          client: caller.uniqueName,
          describeClient: async () => caller,
        },
        question.signal,
      );
      if (reply.answer === 'accept') reply.password?.fill(0);
      return reply.answer === 'accept' && !question.signal.aborted;
    } finally {
      this.#questions.delete(question);
    }
  }

  // @rule provider/audit-before-answer keywire#audit
  async #record(entry: AuditEntry): Promise<void> {
    try {
      await this.#parts.audit?.record(entry);
    } catch (error) {
      this.#parts.failed(error);
      throw new Refusal('access-denied', `${entry.operation}: the audit log cannot be written`);
    }
  }
}
