/**
 * Match rules: which messages a connection asks the bus for.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing-match-rules
 *
 * The text form is read as dbus-daemon reads it: inside `'…'` a backslash is an ordinary
 * character, outside it only `\'` is an escape, and white space after a value belongs to it.
 * Rejected beyond that: an argument number that is not plain decimal, and text left over after
 * the sixteenth key (dbus-daemon would ignore it, which widens the rule).
 */

import { ConnectionError } from './connection-error.ts';
import { isBusName, isInterfaceName, isMemberName, isObjectPath } from './names.ts';

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

/** The highest argument number a rule can name (DBUS_MAXIMUM_MATCH_RULE_ARG_NUMBER). */
export const MAX_MATCH_RULE_ARGUMENT = 63;

/** dbus-daemon reads so many keys and ignores what follows, which makes the rule a wider one. */
const MAX_MATCH_RULE_KEYS = 16;

// `isWellFormed` would say the same, but Node 18 does not have it.
const LONE_SURROGATE = /\p{Surrogate}/u;

const MESSAGE_TYPES: ReadonlySet<string> = new Set([
  'method_call',
  'method_return',
  'error',
  'signal',
]);

/** The fields of a rule but its arguments. */
const FIELDS: ReadonlySet<string> = new Set([
  'type',
  'sender',
  'interface',
  'member',
  'path',
  'pathNamespace',
  'destination',
  'eavesdrop',
]);

/** Kinds of argument match, as told by the key's ending. */
export interface ArgumentMatch {
  readonly index: number;
  readonly kind: 'equal' | 'path' | 'namespace';
  readonly value: string;
}

/**
 * Parses a match rule's text form.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid`
 */
export function parseMatchRule(text: string): MatchRule {
  checkLength(text);
  const fields = new Map<string, string>();
  let position = 0;
  for (let count = 0; ; count++) {
    const key = readKey(text, position);
    if (key === undefined) break;
    // @rule match/key-count quirk#B7
    if (count === MAX_MATCH_RULE_KEYS) {
      throw invalid(`at most ${MAX_MATCH_RULE_KEYS} keys`);
    }
    const value = readValue(text, key.end);
    // @rule match/duplicate-key dbus#message-bus-routing-match-rules
    // Except for eavesdrop, where the reference implementation takes the last one.
    if (fields.has(key.name) && key.name !== 'eavesdrop') {
      throw invalid(`the key "${key.name}" only once`);
    }
    // @rule match/eavesdrop-boolean dbus#message-bus-routing-match-rules
    if (key.name === 'eavesdrop' && value.text !== 'true' && value.text !== 'false') {
      throw invalid('eavesdrop to be true or false');
    }
    fields.set(key.name, value.text);
    position = value.end;
  }
  return ruleFromFields(fields);
}

/**
 * Formats a match rule in a fixed order of keys, so that equal rules have equal texts.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid` when a field's value is not allowed
 */
export function formatMatchRule(rule: MatchRule): string {
  checkRule(rule);
  const pairs: string[] = [];
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined) pairs.push(`${key}='${value.replaceAll("'", "'\\''")}'`);
  };
  add('type', rule.type);
  add('sender', rule.sender);
  add('interface', rule.interface);
  add('member', rule.member);
  add('path', rule.path);
  add('path_namespace', rule.pathNamespace);
  add('destination', rule.destination);
  if (rule.eavesdrop !== undefined) add('eavesdrop', String(rule.eavesdrop));
  for (const { index, kind, value } of argumentMatches(rule)) {
    add(`arg${index}${kind === 'equal' ? '' : kind}`, value);
  }
  // @rule match/key-count quirk#B7
  if (pairs.length > MAX_MATCH_RULE_KEYS) throw invalid(`at most ${MAX_MATCH_RULE_KEYS} keys`);
  const text = pairs.join(',');
  checkLength(text);
  return text;
}

/**
 * Lists the argument matches of a rule in order of their number.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid` when the rule has a key that is none
 */
export function argumentMatches(rule: MatchRule): ArgumentMatch[] {
  if (typeof rule !== 'object') {
    throw new TypeError(`match rule: expected an object, got ${typeof rule}`);
  }
  const matches: ArgumentMatch[] = [];
  for (const [key, value] of Object.entries(rule)) {
    if (FIELDS.has(key)) continue;
    const parsed = parseArgumentKey(key);
    // A key that is no key would be left out, and the rule would be a wider one.
    if (parsed === undefined) throw unknownKey();
    if (value !== undefined) matches.push({ ...parsed, value });
  }
  return matches.sort((a, b) => a.index - b.index);
}

function parseArgumentKey(key: string): Omit<ArgumentMatch, 'value'> | undefined {
  const parts = /^arg(0|[1-9][0-9]?)(path|namespace)?$/.exec(key);
  if (parts === null) return undefined;
  const index = Number(parts[1]);
  const kind = parts[2] === 'path' || parts[2] === 'namespace' ? parts[2] : 'equal';
  // @rule match/argument-number dbus#message-bus-routing-match-rules
  if (index > MAX_MATCH_RULE_ARGUMENT) return undefined;
  // @rule match/namespace-only-arg0 dbus#message-bus-routing-match-rules
  return kind === 'namespace' && index !== 0 ? undefined : { index, kind };
}

function readKey(text: string, start: number): { name: string; end: number } | undefined {
  const nameStart = skipWhite(text, start);
  let nameEnd = nameStart;
  while (nameEnd < text.length && text[nameEnd] !== '=' && !isWhite(text, nameEnd)) nameEnd++;
  const equals = skipWhite(text, nameEnd);
  // An empty rule, and white space at the end, are allowed.
  if (equals === text.length && nameStart === nameEnd) return undefined;
  // @rule match/key-value dbus#message-bus-routing-match-rules
  if (nameStart === nameEnd || text[equals] !== '=') throw invalid('key=value');
  return { name: text.slice(nameStart, nameEnd), end: equals + 1 };
}

function readValue(text: string, start: number): { text: string; end: number } {
  let value = '';
  let isQuoted = false;
  let position = start;
  for (; position < text.length; position++) {
    const character = text[position];
    if (character === "'") {
      isQuoted = !isQuoted;
    } else if (isQuoted) {
      // @rule match/quoting dbus#message-bus-routing-match-rules
      value += character;
    } else if (character === ',') {
      return { text: value, end: position + 1 };
    } else if (character === '\\' && position + 1 < text.length) {
      // As dbus-daemon does it: the next character is taken as it is, a comma too, and the
      // backslash goes away only before a quotation mark.
      position++;
      value += text[position] === "'" ? "'" : `\\${text[position]}`;
    } else {
      value += character;
    }
  }
  // @rule match/unbalanced-quote dbus#message-bus-routing-match-rules
  if (isQuoted) throw invalid('a closing quotation mark');
  return { text: value, end: position };
}

function ruleFromFields(fields: ReadonlyMap<string, string>): MatchRule {
  const rule: { -readonly [Key in keyof MatchRule]: MatchRule[Key] } = {};
  for (const [key, value] of fields) {
    switch (key) {
      case 'type':
        if (!isMessageType(value)) throw invalid('a valid value for type');
        rule.type = value;
        break;
      case 'sender':
      case 'interface':
      case 'member':
      case 'path':
      case 'destination':
        rule[key] = value;
        break;
      case 'path_namespace':
        rule.pathNamespace = value;
        break;
      case 'eavesdrop':
        rule.eavesdrop = value === 'true';
        break;
      default:
        setArgument(rule, key, value);
    }
  }
  checkRule(rule);
  return rule;
}

function setArgument(
  rule: { -readonly [Key in keyof MatchRule]: MatchRule[Key] },
  key: string,
  value: string,
): void {
  const argument = parseArgumentKey(key);
  // @rule match/unknown-key dbus#message-bus-routing-match-rules
  if (argument === undefined) throw unknownKey();
  if (argument.kind === 'namespace') rule.arg0namespace = value;
  else if (argument.kind === 'path') rule[`arg${argument.index}path`] = value;
  else rule[`arg${argument.index}`] = value;
}

function isMessageType(text: string): text is NonNullable<MatchRule['type']> {
  return MESSAGE_TYPES.has(text);
}

function checkRule(rule: MatchRule): void {
  const args = argumentMatches(rule);
  // @rule match/field-values dbus#message-bus-routing-match-rules
  checkField('type', rule.type, isMessageType);
  checkField('sender', rule.sender, isBusName);
  checkField('interface', rule.interface, isInterfaceName);
  checkField('member', rule.member, isMemberName);
  checkField('path', rule.path, isObjectPath);
  checkField('path_namespace', rule.pathNamespace, isObjectPath);
  checkField('destination', rule.destination, isBusName);
  checkField('arg0namespace', rule.arg0namespace, isBusNamespace);
  // @rule match/eavesdrop-boolean dbus#message-bus-routing-match-rules
  if (rule.eavesdrop !== undefined && typeof rule.eavesdrop !== 'boolean') {
    throw invalid('eavesdrop to be true or false');
  }
  // @rule match/path-or-namespace dbus#message-bus-routing-match-rules
  if (rule.path !== undefined && rule.pathNamespace !== undefined) {
    throw invalid('either path or path_namespace');
  }
  let previous = -1;
  for (const { index, value } of args) {
    // @rule match/argument-once dbus#message-bus-routing-match-rules
    if (index === previous) throw invalid(`argument ${index} only once`);
    checkField(`arg${index}`, value, isText);
    previous = index;
  }
}

function checkField(key: string, value: string | undefined, isValid: (v: string) => boolean): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || !isValid(value)) throw invalid(`a valid value for ${key}`);
}

/** A NUL or a lone surrogate cannot be sent in a string at all. */
function isText(value: string): boolean {
  return !value.includes('\0') && !LONE_SURROGATE.test(value);
}

/** Like a bus name, but one element is enough. */
function isBusNamespace(text: string): boolean {
  return isBusName(text) || (!text.includes('.') && isBusName(`${text}.a`));
}

function checkLength(text: string): void {
  // @rule match/length quirk#B8
  if (new TextEncoder().encode(text).length > MAX_MATCH_RULE_BYTES) {
    throw invalid(`at most ${MAX_MATCH_RULE_BYTES} bytes`);
  }
}

function skipWhite(text: string, start: number): number {
  let position = start;
  while (position < text.length && isWhite(text, position)) position++;
  return position;
}

function isWhite(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function unknownKey(): ConnectionError {
  return invalid('keys that the specification names');
}

function invalid(expected: string): ConnectionError {
  return new ConnectionError('match-rule-invalid', `match rule: expected ${expected}`);
}
