/**
 * Deciding whether a message matches a match rule, as dbus-daemon decides it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-routing-match-rules
 *
 * Names in `sender` and `destination` need to know who owns them; the caller says so. Without
 * that knowledge a name matches itself only.
 */

import { checkObject } from '../codec/arguments.ts';
import { parseSignature } from '../codec/signature.ts';
import { type ArgumentMatch, argumentMatches, type MatchRule } from './match-rule.ts';

/** The parts of a message that a rule can look at. */
export interface MatchableMessage {
  readonly type: string;
  readonly sender?: string | undefined;
  readonly destination?: string | undefined;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly signature?: string | undefined;
  readonly body?: readonly unknown[] | undefined;
}

/** Tells whether the connection with this unique name owns the well-known name. */
export type OwnsName = (uniqueName: string, wellKnownName: string) => boolean;

/** A rule made ready for evaluating it many times. */
export type CompiledMatchRule = (message: MatchableMessage, owns?: OwnsName) => boolean;

const ownsNothing: OwnsName = () => false;

/** Tells whether a message matches a rule. */
export function matches(
  rule: MatchRule,
  message: MatchableMessage,
  owns: OwnsName = ownsNothing,
): boolean {
  checkObject('message', message);
  return compileMatchRule(rule)(message, owns);
}

/**
 * Prepares a rule, so that evaluating it does not look at its keys again.
 *
 * @throws {@link ConnectionError} with code `match-rule-invalid` when it has a key that means nothing
 */
export function compileMatchRule(rule: MatchRule): CompiledMatchRule {
  const args = argumentMatches(rule);
  return (message, owns = ownsNothing) =>
    isEqual(rule.type, message.type) &&
    // @rule match/interface-required dbus#message-bus-routing-match-rules
    isEqual(rule.interface, message.interface) &&
    isEqual(rule.member, message.member) &&
    isEqual(rule.path, message.path) &&
    isInNamespace(rule.pathNamespace, message.path) &&
    isParty(rule.sender, message.sender, owns) &&
    isParty(rule.destination, message.destination, owns) &&
    (args.length === 0 || argumentsMatch(args, message));
}

function isEqual(expected: string | undefined, actual: string | undefined): boolean {
  return expected === undefined || expected === actual;
}

function isParty(
  expected: string | undefined,
  actual: string | undefined,
  owns: OwnsName,
): boolean {
  if (expected === undefined || expected === actual) return true;
  return actual !== undefined && owns(actual, expected);
}

function isInNamespace(namespace: string | undefined, path: string | undefined): boolean {
  return namespace === undefined || (path !== undefined && isAtOrBelow(path, namespace));
}

/** Tells whether an object path is another one or lies below it. */
export function isAtOrBelow(path: string, root: string): boolean {
  // @rule match/path-namespace dbus#message-bus-routing-match-rules
  if (!path.startsWith(root)) return false;
  return root === '/' || path.length === root.length || path[root.length] === '/';
}

function argumentsMatch(args: readonly ArgumentMatch[], message: MatchableMessage): boolean {
  const types = parseSignature(message.signature ?? '');
  return args.every(({ index, kind, value }) => {
    const type = types[index];
    // @rule match/argument-type dbus#message-bus-routing-match-rules
    if (type?.kind !== 'basic') return false;
    if (type.code !== 's' && !(type.code === 'o' && kind === 'path')) return false;
    // The body is decoded only now, when the types already fit.
    const actual = message.body?.[index];
    return typeof actual === 'string' && isArgumentMatch(kind, value, actual);
  });
}

function isArgumentMatch(kind: ArgumentMatch['kind'], expected: string, actual: string): boolean {
  if (expected === actual) return true;
  if (kind === 'path') {
    // @rule match/argument-path dbus#message-bus-routing-match-rules
    return (
      (expected.endsWith('/') && actual.startsWith(expected)) ||
      (actual.endsWith('/') && expected.startsWith(actual))
    );
  }
  // @rule match/argument-namespace dbus#message-bus-routing-match-rules
  return kind === 'namespace' && actual.startsWith(expected) && actual[expected.length] === '.';
}
