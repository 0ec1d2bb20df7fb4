/**
 * A policy as a JSON document: rules in order, the first that fits decides. See docs/PROVIDER.md,
 * "Policy".
 *
 *     { "otherwise"?, "rules": [{ "decision", "kinds"?: [], "programs"?: [], "collection"?, "item"?,
 *       "attributes"?: {} }] }
 */
import { JsonDocumentError, list, oneOf, record, text } from '../json-document.ts';
import { type Attributes, matchesAttributes } from '../stores/store.ts';
import type { AccessDecision, AccessKind, AccessPolicy, AccessRequest } from '../types/policy.ts';

/** A policy that is not of the documented form. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code = 'policy-invalid';
}

/** Tells a {@link PolicyError}, also one of another copy of this package. */
export function isPolicyError(error: unknown): error is PolicyError {
  return error instanceof Error && error.name === 'PolicyError' && 'code' in error;
}

/** What a document says. */
export interface ParsedPolicy {
  readonly decide: AccessPolicy;
  /** Whether it may put a question to the prompter. */
  readonly asks: boolean;
  /** Whether a rule names programs, which the embedded bus cannot tell. */
  readonly namesPrograms: boolean;
}

interface Rule {
  readonly decision: AccessDecision;
  readonly kinds: readonly AccessKind[] | undefined;
  readonly programs: readonly string[] | undefined;
  readonly collection: string | undefined;
  readonly item: string | undefined;
  readonly attributes: Attributes;
}

const DECISIONS: readonly AccessDecision[] = ['allow', 'refuse', 'ask'];
const KINDS: readonly AccessKind[] = ['read', 'write', 'delete', 'unlock'];
const RULE_FIELDS = ['decision', 'kinds', 'programs', 'collection', 'item', 'attributes'] as const;

/**
 * Reads a policy from parsed JSON.
 *
 * @throws {@link PolicyError} naming the place that is wrong
 */
export function parsePolicy(value: unknown): ParsedPolicy {
  try {
    return parseDocument(value);
  } catch (cause) {
    if (!(cause instanceof JsonDocumentError)) throw cause;
    throw new PolicyError(cause.message, { cause });
  }
}

function parseDocument(value: unknown): ParsedPolicy {
  const document = record(value, 'policy', ['otherwise', 'rules']);
  const rules = list(document['rules'], 'rules').map((each, index) =>
    parseRule(each, `rules[${index}]`),
  );
  const { otherwise: given = 'refuse' } = document;
  const otherwise = oneOf(given, DECISIONS, 'otherwise');
  return {
    decide: (request) => decide(rules, request) ?? otherwise,
    asks: otherwise === 'ask' || rules.some(({ decision }) => decision === 'ask'),
    namesPrograms: rules.some(({ programs }) => programs !== undefined),
  };
}

function parseRule(value: unknown, place: string): Rule {
  const fields = record(value, place, RULE_FIELDS);
  const optional = <Result>(
    name: (typeof RULE_FIELDS)[number],
    read: (field: unknown, at: string) => Result,
  ): Result | undefined =>
    fields[name] === undefined ? undefined : read(fields[name], `${place}.${name}`);
  return {
    decision: oneOf(fields['decision'], DECISIONS, `${place}.decision`),
    kinds: optional('kinds', (field, at) =>
      some(field, at).map((each, index) => oneOf(each, KINDS, `${at}[${index}]`)),
    ),
    programs: optional('programs', (field, at) =>
      some(field, at).map((each, index) => absolutePath(each, `${at}[${index}]`)),
    ),
    collection: optional('collection', text),
    item: optional('item', text),
    attributes: optional('attributes', attributes) ?? new Map(),
  };
}

function attributes(value: unknown, place: string): Attributes {
  const pairs = Object.entries(record(value, place));
  return new Map(pairs.map(([name, each]) => [name, text(each, `${place}.${name}`)]));
}

/** A list that fits nothing is a mistake, not a rule. */
function some(value: unknown, place: string): readonly unknown[] {
  const values = list(value, place);
  if (values.length > 0) return values;
  throw new JsonDocumentError(`${place}: expected at least one; without the field any fits`);
}

function absolutePath(value: unknown, place: string): string {
  const path = text(value, place);
  if (path.startsWith('/')) return path;
  throw new JsonDocumentError(`${place}: expected an absolute path, as /proc/PID/exe shows it`);
}

function decide(rules: readonly Rule[], request: AccessRequest): AccessDecision | undefined {
  for (const rule of rules) {
    if (!fits(rule, request)) continue;
    if (rule.programs === undefined) return rule.decision;
    const { program } = request.caller;
    // Nobody knows whether the rule is about this caller; the next one must not decide in its place.
    // @rule provider/policy-unknown-program keywire#provider-policy
    if (program === undefined) return 'refuse';
    if (rule.programs.includes(program)) return rule.decision;
  }
  return undefined;
}

/** Everything but the program. */
function fits({ kinds, collection, item, attributes }: Rule, request: AccessRequest): boolean {
  return (
    (kinds === undefined || kinds.includes(request.kind)) &&
    (collection === undefined || collection === request.collectionLabel) &&
    (item === undefined || item === request.itemLabel) &&
    (attributes.size === 0 || matchesAttributes(request.attributes ?? new Map(), attributes))
  );
}
