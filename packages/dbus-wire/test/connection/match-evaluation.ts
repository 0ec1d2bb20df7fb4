import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  compileMatchRule,
  type MatchableMessage,
  matches,
} from '../../src/connection/match-evaluation.ts';
import type { MatchRule } from '../../src/connection/match-rule.ts';

const MESSAGE: MatchableMessage = {
  type: 'signal',
  sender: ':1.5',
  path: '/a/b',
  interface: 'x.y',
  member: 'M',
  signature: 'sa{sv}(ss)aoos',
  body: ['com.example.app', new Map(), ['p', 'q'], [], '/k/l', '/m/'],
};

const HITS: readonly MatchRule[] = [
  {},
  { type: 'signal', sender: ':1.5', path: '/a/b', interface: 'x.y', member: 'M' },
  { pathNamespace: '/a' },
  { pathNamespace: '/a/b' },
  { pathNamespace: '/' },
  { arg0: 'com.example.app' },
  { arg0namespace: 'com' },
  { arg0namespace: 'com.example.app' },
  { arg4path: '/k/l' },
  { arg4path: '/k/' },
  { arg5path: '/m/n' },
  { arg5: '/m/' },
];

const MISSES: readonly MatchRule[] = [
  { type: 'method_call' },
  { sender: ':1.6' },
  { sender: 'org.example.Name' },
  { destination: ':1.5' },
  { path: '/a' },
  { pathNamespace: '/a/bc' },
  { pathNamespace: '/a/b/c' },
  { pathNamespace: '/a/c' },
  { member: 'N' },
  { arg0: 'com.example' },
  { arg0namespace: 'com.example.ap' },
  { arg0namespace: 'com.example.app.x' },
  { arg1: 'x' },
  { arg2: 'p' },
  { arg4: '/k/l' },
  { arg4path: '/k' },
  { arg4path: '/k/l/m' },
  { arg6: 'x' },
];

// @rule match/path-namespace
// @rule match/argument-type
// @rule match/argument-path
// @rule match/argument-namespace
test('matching: rules that match', () => {
  for (const rule of HITS) assert.equal(matches(rule, MESSAGE), true, JSON.stringify(rule));
});

test('matching: rules that do not', () => {
  for (const rule of MISSES) assert.equal(matches(rule, MESSAGE), false, JSON.stringify(rule));
});

// @rule match/interface-required
test('matching: a field that the message lacks never matches', () => {
  const bare: MatchableMessage = { type: 'method_return' };
  for (const rule of [
    { interface: 'x.y' },
    { path: '/' },
    { pathNamespace: '/' },
    { sender: ':1.5' },
    { arg0: '' },
  ] satisfies MatchRule[]) {
    assert.equal(matches(rule, bare), false, JSON.stringify(rule));
  }
});

test('matching: names are resolved by who owns them', () => {
  const rule = compileMatchRule({ sender: 'org.example.Name', destination: 'org.example.Other' });
  const message = { ...MESSAGE, destination: ':1.9' };
  const owners = new Map([
    ['org.example.Name', ':1.5'],
    ['org.example.Other', ':1.9'],
  ]);
  assert.equal(
    rule(message, (unique, name) => owners.get(name) === unique),
    true,
  );
  assert.equal(
    rule({ ...message, sender: ':1.4' }, (unique, name) => owners.get(name) === unique),
    false,
  );
  assert.equal(rule(message), false);
});

test('a rule with a key that means nothing matches nothing, but is refused', () => {
  const rules: unknown[] = [{ path_namespace: '/x' }, { arg64: 'x' }, { foo: 'x' }];
  for (const rule of rules) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => matches(rule, MESSAGE), { code: 'match-rule-invalid' });
  }
  for (const rule of ["type='error'", undefined, null, 5]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => matches(rule, MESSAGE), TypeError);
  }
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => matches({}, null), /^TypeError: message: expected an object/);
  // @ts-expect-error a field that is there and undefined is as one that is not there
  assert.equal(matches({ member: undefined, arg0: undefined }, MESSAGE), true);
});
