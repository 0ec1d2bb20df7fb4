/**
 * Match rules: which messages a connection asks the bus for.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing-match-rules
 *
 * The text form is read as dbus-daemon reads it: inside `'…'` a backslash is an ordinary
 * character, outside it only `\'` is an escape, and white space after a value belongs to it.
 * Rejected beyond that: an argument number that is not plain decimal, and text left over after
 * the sixteenth key (dbus-daemon would ignore it, which widens the rule).
 */

import { checkObject, checkString } from '../codec/arguments.ts';
import { isBusName, isInterfaceName, isMemberName, isObjectPath } from '../codec/names.ts';
import { ConnectionError } from '../connection-error.ts';

/** A match rule; a message matches when every field that is present matches. */
export interface MatchRule {
  readonly type?: 'method_call' | 'method_return' | 'error' | 'signal';
  /** Unique or well-known name of the sender. */
  readonly sender?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly path?: string;
  /** `path_namespace`: this object path and everything below it. */
  readonly pathNamespace?: string;
  readonly destination?: string;
  /** Whether unicast messages to others are wanted; refused by most buses. */
  readonly eavesdrop?: boolean;
  /** `arg0namespace`: the first argument is this bus name or one below it. */
  readonly arg0namespace?: string;
  /** `arg3`: the fourth argument is a STRING with this value. */
  readonly [argument: `arg${number}`]: string;
  /** `arg3path`: one of the fourth argument and this value is the other, or a `/`-ended prefix. */
  readonly [argument: `arg${number}path`]: string;
}

/** The longest rule dbus-daemon takes, in bytes (DBUS_MAXIMUM_MATCH_RULE_LENGTH). */
export const MAX_MATCH_RULE_BYTES = 1024;

/** dbus-daemon reads so many keys and ignores what follows, which makes the rule a wider one. */
const MAX_MATCH_RULE_KEYS = 16;

// `isWellFormed` would say the same, but Node 18 does not have it.
const LONE_SURROGATE = /\p{Surrogate}/u;

const MESSAGE_TYPES: readonly string[] = ['method_call', 'method_return', 'error', 'signal'];

/** The fields of a rule but its arguments, in the order in which they are written. */
// @rule match/field-values dbus#message-bus-routing-match-rules
const FIELDS = [
  ['type', (value) => MESSAGE_TYPES.includes(value)],
  ['sender', isBusName],
  ['interface', isInterfaceName],
  ['member', isMemberName],
  ['path', isObjectPath],
  ['pathNamespace', isObjectPath],
  ['destination', isBusName],
  // @rule match/eavesdrop-boolean dbus#message-bus-routing-match-rules
  ['eavesdrop', (value: unknown) => typeof value === 'boolean'],
] as const satisfies readonly (readonly [keyof MatchRule, (value: string) => boolean])[];

/** Numbers in plain decimal up to 63 (DBUS_MAXIMUM_MATCH_RULE_ARG_NUMBER). */
// @rule match/argument-number dbus#message-bus-routing-match-rules
// @rule match/namespace-only-arg0 dbus#message-bus-routing-match-rules
const ARGUMENT_KEY = /^arg(?:(?:[0-9]|[1-5][0-9]|6[0-3])(path)?|0(namespace))$/;

/**
 * A key, and a value up to its comma or the end; any part of a value can be quoted. What a part is,
 * its first character decides: there is one way to read a text, and it is linear.
 */
// @rule match/key-value dbus#message-bus-routing-match-rules
// @rule match/unbalanced-quote dbus#message-bus-routing-match-rules
const PAIR = /[ \t\r\n]*([^= \t\r\n]+)[ \t\r\n]*=((?:'[^']*'|\\(?:[\s\S]|$)|[^',\\])*)(?:,|$)/gy;

/** What follows a backslash that is not quoted is taken as it is, a comma too. */
const QUOTED_OR_ESCAPED = /'([^']*)'|\\([\s\S])/g;

/** One argument match of a rule. */
export interface ArgumentMatch {
  readonly key: string;
  readonly index: number;
  /** Told by the key's ending. */
  readonly kind: 'equal' | 'path' | 'namespace';
  readonly value: string;
}

/**
 * Parses a match rule's text form.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid`
 */
export function parseMatchRule(text: string): MatchRule {
  checkString('match rule', text);
  checkLength(text);
  const fields = new Map<string, string | boolean>();
  let count = 0;
  let end = 0;
  for (const [pair, key = '', quoted = ''] of text.matchAll(PAIR)) {
    end += pair.length;
    checkCount(++count);
    const value = unquote(quoted);
    if (key === 'eavesdrop') {
      if (value !== 'true' && value !== 'false') throw invalid('eavesdrop to be true or false');
    } else if (fields.has(key)) {
      // @rule match/duplicate-key dbus#message-bus-routing-match-rules
      // Except for eavesdrop, where the reference implementation takes the last one.
      throw invalid(`the key "${key}" only once`);
    }
    fields.set(key, key === 'eavesdrop' ? value === 'true' : value);
  }
  // An empty rule, and white space at the end, are allowed.
  if (/[^ \t\r\n]/.test(text.slice(end))) throw invalid('key=value, with quotation marks in pairs');
  const entries = Array.from(fields, ([key, value]): unknown[] => [respell(key), value]);
  const rule: MatchRule = Object.fromEntries(entries);
  checkedPairs(rule);
  return rule;
}

/**
 * Formats a match rule in a fixed order of keys, so that equal rules have equal texts.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid` when a field's value is not allowed
 */
export function formatMatchRule(rule: MatchRule): string {
  const pairs = checkedPairs(rule);
  checkCount(pairs.length);
  const text = pairs.map(([key, value]) => `${key}='${value.replaceAll("'", "'\\''")}'`).join(',');
  checkLength(text);
  return text;
}

/**
 * Lists the argument matches of a rule in order of their number.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid` when the rule has a key that is none
 */
export function argumentMatches(rule: MatchRule): ArgumentMatch[] {
  checkObject('match rule', rule);
  const matches: ArgumentMatch[] = [];
  for (const [key, value] of Object.entries(rule)) {
    if (FIELDS.some(([field]) => field === key)) continue;
    const parts = ARGUMENT_KEY.exec(key);
    // @rule match/unknown-key dbus#message-bus-routing-match-rules
    // A key that is no key would be left out, and the rule would be a wider one.
    if (parts === null) throw invalid('keys that the specification names');
    if (value === undefined) continue;
    const kind = parts[1] ? 'path' : parts[2] ? 'namespace' : 'equal';
    matches.push({ key, index: Number.parseInt(key.slice(3), 10), kind, value });
  }
  return matches.sort((a, b) => a.index - b.index);
}

/** The keys and values of a rule as they are written, when all of them are allowed. */
function checkedPairs(rule: MatchRule): [key: string, value: string][] {
  const pairs: [string, string][] = [];
  const args = argumentMatches(rule);
  const values = new Map(Object.entries(rule));
  const add = (field: string, isValid: (value: string) => boolean): void => {
    const value = values.get(field);
    if (value === undefined) return;
    if (!isValid(value)) throw invalid(`a valid value for ${field}`);
    pairs.push([respell(field), String(value)]);
  };
  for (const [field, isValid] of FIELDS) add(field, isValid);
  // @rule match/path-or-namespace dbus#message-bus-routing-match-rules
  if (rule.path !== undefined && rule.pathNamespace !== undefined) {
    throw invalid('either path or path_namespace');
  }
  let previous: number | undefined;
  for (const { key, index, kind } of args) {
    // @rule match/argument-once dbus#message-bus-routing-match-rules
    if (index === previous) throw invalid(`argument ${index} only once`);
    add(key, kind === 'namespace' ? isBusNamespace : isText);
    previous = index;
  }
  return pairs;
}

/** One key is spelt in another way as a field; neither spelling is taken for the other. */
function respell(name: string): string {
  if (name === 'path_namespace') return 'pathNamespace';
  return name === 'pathNamespace' ? 'path_namespace' : name;
}

function unquote(value: string): string {
  // @rule match/quoting dbus#message-bus-routing-match-rules
  // As dbus-daemon does it: the backslash goes away only before a quotation mark.
  return value.replaceAll(
    QUOTED_OR_ESCAPED,
    (part, quoted?: string, escaped?: string) => quoted ?? (escaped === "'" ? escaped : part),
  );
}

/** A NUL or a lone surrogate cannot be sent in a string at all. */
function isText(value: string): boolean {
  return typeof value === 'string' && !value.includes('\0') && !LONE_SURROGATE.test(value);
}

/** Like a bus name, but one element is enough. */
function isBusNamespace(text: string): boolean {
  return isBusName(text) || (isText(text) && !text.includes('.') && isBusName(`${text}.a`));
}

function checkCount(keys: number): void {
  // @rule match/key-count quirk#B7
  if (keys > MAX_MATCH_RULE_KEYS) throw invalid(`at most ${MAX_MATCH_RULE_KEYS} keys`);
}

function checkLength(text: string): void {
  // @rule match/length quirk#B8
  if (new TextEncoder().encode(text).length > MAX_MATCH_RULE_BYTES) {
    throw invalid(`at most ${MAX_MATCH_RULE_BYTES} bytes`);
  }
}

function invalid(expected: string): ConnectionError {
  return new ConnectionError('match-rule-invalid', `match rule: expected ${expected}`);
}
