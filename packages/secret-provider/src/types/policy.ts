/**
 * Deciding who may do what. A policy sees each caller as far as the bus can name it: on an existing
 * bus its user, process and program, on the embedded bus nothing but its unique name.
 */

/** What a caller wants to do, and a policy decides. */
export type AccessKind = 'read' | 'write' | 'delete' | 'unlock';

/** What is recorded besides: neither shows a secret nor changes one, so it is not asked about. */
export type AuditedOperation = AccessKind | 'search' | 'lock';

/** The program behind a call. A process id may be reused after its process ended: a race remains. */
export interface Caller {
  readonly uniqueName: string;
  readonly userId?: number | undefined;
  readonly processId?: number | undefined;
  /** The program's file, where the system tells. */
  readonly program?: string | undefined;
}

/** What a caller wants to do, to what. */
export interface AccessRequest {
  readonly kind: AccessKind;
  readonly caller: Caller;
  readonly collectionLabel: string;
  /** The item's label and attributes, where an item is concerned. */
  readonly itemLabel?: string | undefined;
  readonly attributes?: ReadonlyMap<string, string> | undefined;
}

/** `'ask'` puts the question to the prompter. */
export type AccessDecision = 'allow' | 'refuse' | 'ask';

/** Decides; a policy that throws refuses. */
export type AccessPolicy = (request: AccessRequest) => AccessDecision | Promise<AccessDecision>;
