/**
 * The audit log: lines of JSON, each with the SHA-256 of the line before it, so that no line can be
 * changed, taken out or put in without changing all that follow. It says who asked for what and what
 * was decided, never a secret. Whoever can write the file can also rewrite the whole chain, or cut its
 * end off: only a head that is kept elsewhere shows that.
 * See docs/KEYRING-FILE.md, "The audit log".
 */
import { sha256 } from '../io/sha256.ts';
import type { AuditedOperation, Caller } from '../types/policy.ts';

/** What is recorded of one request. */
export interface AuditEntry {
  readonly operation: AuditedOperation;
  readonly caller: Caller;
  /** Left out where all collections are concerned: a search of the service. */
  readonly collectionLabel?: string | undefined;
  readonly itemLabel?: string | undefined;
  /** Of the item, or those searched for. */
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  readonly decision: 'allow' | 'refuse';
}

/** Where a provider records requests. A request whose record fails is refused. */
export interface AuditLog {
  /** Resolves once the record will outlive the process. */
  record(entry: AuditEntry): Promise<void>;
}

/** What a line needs besides its entry. */
export interface AuditLineContext {
  readonly time: Date;
  /** The hash of the line before, or {@link EMPTY_HEAD}. */
  readonly previous: string;
  /** Whether attributes are written. They are not secret, but tell more than a label. */
  readonly includesAttributes: boolean;
}

/** The head of a log without lines. */
export const EMPTY_HEAD: string = '0'.repeat(64);

/** What is wrong with an audit log. */
export type AuditFaultReason =
  /** A line is no record of this form. */
  | 'not-a-record'
  /** A line does not follow the line before it: something was changed, added or taken out. */
  | 'chain-broken'
  /** The last line has no end: its writer was interrupted, or the file was cut. */
  | 'unterminated'
  /** The head that was kept is not the hash of any line: the chain was rewritten or cut. */
  | 'head-not-found';

/** What {@link verifyAuditLog} found. */
export interface AuditVerdict {
  /** The first fault; `undefined` when there is none. */
  readonly fault?: { readonly line: number; readonly reason: AuditFaultReason } | undefined;
  /** Lines that follow each other from the first one on. */
  readonly lines: number;
  /** The hash of the last of them: what to keep elsewhere. */
  readonly head: string;
  /** How many lines were added after the head that was kept. */
  readonly linesSinceHead?: number | undefined;
}

/**
 * What clients write may have megabytes, and each request is a line: of a text and of a set of
 * attributes the log keeps the beginning.
 */
const MAX_TEXT_CHARACTERS = 1000;
const MAX_ATTRIBUTES = 100;
const MORE = '…';

/** Logs are read on terminals: what steers one, or turns the direction of writing, is escaped. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line, without its end. */
// @rule provider/audit-lines-bounded keywire#audit
export function formatAuditLine(entry: AuditEntry, context: AuditLineContext): string {
  const { caller, collectionLabel, itemLabel, attributes } = entry;
  const line = JSON.stringify({
    time: context.time.toISOString(),
    operation: entry.operation,
    decision: entry.decision,
    collection: collectionLabel && cut(collectionLabel),
    item: itemLabel && cut(itemLabel),
    attributes: context.includesAttributes && attributes ? recorded(attributes) : undefined,
    caller: {
      name: caller.uniqueName,
      uid: caller.userId,
      pid: caller.processId,
      program: caller.program,
    },
    previous: context.previous,
  });
  // @rule provider/audit-steers-no-terminal keywire#audit
  return line.replace(UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function recorded(attributes: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const kept = [...attributes].slice(0, MAX_ATTRIBUTES);
  const left = attributes.size - kept.length;
  return Object.fromEntries([
    ...kept.map(([name, value]) => [cut(name), cut(value)] as const),
    ...(left > 0 ? [[MORE, `${left} more`] as const] : []),
  ]);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}${MORE}`;
}

/** The hash of a line without its end: the `previous` of the next one. */
export function hashAuditLine(line: string): string {
  return sha256(line);
}

/**
 * Checks the chain of a log.
 *
 * @param head a head that was kept elsewhere; the log may have grown since
 */
export function verifyAuditLog(
  text: string,
  { head }: { readonly head?: string | undefined } = {},
): AuditVerdict {
  let present = EMPTY_HEAD;
  let lines = 0;
  let headLine = head === EMPTY_HEAD ? 0 : undefined;
  const rest = text.split('\n');
  const tail = rest.pop();
  const stop = (reason: AuditFaultReason): AuditVerdict => ({
    fault: { line: lines + 1, reason },
    lines,
    head: present,
  });
  for (const line of rest) {
    const previous = previousOf(line);
    if (previous === undefined) return stop('not-a-record');
    // @rule provider/audit-chain keywire#audit
    if (previous !== present) return stop('chain-broken');
    present = hashAuditLine(line);
    lines += 1;
    if (present === head?.toLowerCase()) headLine = lines;
  }
  if (tail !== '') return stop('unterminated');
  if (head === undefined) return { lines, head: present };
  // @rule provider/audit-head keywire#audit
  if (headLine === undefined) return stop('head-not-found');
  return { lines, head: present, linesSinceHead: lines - headLine };
}

function previousOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('previous' in value)) return undefined;
    return typeof value.previous === 'string' ? value.previous : undefined;
  } catch {
    // No JSON is no record, which is what undefined says.
    return undefined;
  }
}
