/**
 * What stands between a caller and what it asks for: the policy decides, and the audit log records
 * what was decided before anything happens. Without either, everything passes.
 */
import type { AuditEntry, AuditLog } from './audit-log.ts';
import type { Prompter } from './prompter.ts';
import { Refusal } from './refusal.ts';
import type { Attributes } from './store.ts';
import type { AccessKind, AccessPolicy, AccessRequest, Caller } from './types/policy.ts';

/** What a decision is about: present objects, or one that is to be made. */
export interface AccessTarget {
  readonly collection: { readonly label: string };
  readonly item?:
    | { readonly label: string; readonly attributes?: Attributes | undefined }
    | undefined;
}

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

  constructor(parts: AccessGateParts) {
    this.#parts = parts;
  }

  /** Lets through, or throws the refusal AccessDenied: also when the policy throws. */
  async pass(kind: AccessKind, uniqueName: string, target: AccessTarget): Promise<void> {
    const { policy, audit } = this.#parts;
    if (policy === undefined && audit === undefined) return;
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
    const decision = isUnknown ? 'refuse' : await this.#judge({ ...request, kind });
    const isRecorded = await this.#record({ ...request, operation: kind, decision });
    // @rule provider/audit-before-answer keywire#audit
    if (!isRecorded) {
      throw new Refusal('access-denied', `${kind}: the audit log cannot be written`);
    }
    // @rule provider/policy-refuses keywire#provider-policy
    if (decision === 'refuse') {
      throw new Refusal('access-denied', `${kind}: the provider's policy refuses it`);
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

  async #judge(request: AccessRequest): Promise<'allow' | 'refuse'> {
    const { policy, failed } = this.#parts;
    if (policy === undefined) return 'allow';
    try {
      const decision = await policy(request);
      if (decision !== 'ask') return decision === 'allow' ? 'allow' : 'refuse';
      const label = request.itemLabel ?? request.collectionLabel;
      return (await this.#ask(request.caller.uniqueName, label)) ? 'allow' : 'refuse';
    } catch (error) {
      failed(error);
      return 'refuse';
    }
  }

  async #ask(client: string, label: string): Promise<boolean> {
    const about = { action: 'access', label, needsPassword: false } as const;
    const reply = await this.#parts.prompter.ask(
      { ...about, wasWrong: false, windowId: '', client },
      new AbortController().signal,
    );
    if (reply.answer === 'accept') reply.password?.fill(0);
    return reply.answer === 'accept';
  }

  async #record(entry: AuditEntry): Promise<boolean> {
    try {
      await this.#parts.audit?.record(entry);
      return true;
    } catch (error) {
      this.#parts.failed(error);
      return false;
    }
  }
}
