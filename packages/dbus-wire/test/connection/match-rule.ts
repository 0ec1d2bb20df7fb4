import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  argumentMatches,
  formatMatchRule,
  MAX_MATCH_RULE_BYTES,
  type MatchRule,
  parseMatchRule,
} from '../../src/connection/match-rule.ts';
import { throwsCode } from '../support/expect-error.ts';

// @rule match/key-value
test('match rules: every key, white space and the empty rule', () => {
  assert.deepEqual(
    parseMatchRule(
      "type='signal', sender='org.a.B',interface ='a.b',member='M',path='/x',destination=':1.2',eavesdrop='true',arg0='z',arg12path='/y/'",
    ),
    {
      type: 'signal',
      sender: 'org.a.B',
      interface: 'a.b',
      member: 'M',
      path: '/x',
      destination: ':1.2',
      eavesdrop: true,
      arg0: 'z',
      arg12path: '/y/',
    },
  );
  assert.deepEqual(parseMatchRule("path_namespace='/a',arg0namespace='com'"), {
    pathNamespace: '/a',
    arg0namespace: 'com',
  });
  assert.deepEqual(parseMatchRule("eavesdrop='true',eavesdrop='false'"), { eavesdrop: false });
  assert.deepEqual(parseMatchRule(''), {});
  for (const type of ['method_call', 'method_return', 'error', 'signal']) {
    assert.deepEqual(parseMatchRule(`type=${type}`), { type });
  }
  assert.deepEqual(parseMatchRule("type='error',  "), { type: 'error' });
});

// @rule match/quoting
for (const { text, value } of [
  { text: "arg0='a,b'", value: 'a,b' },
  { text: 'arg0=a b', value: 'a b' },
  { text: "arg0='a'b'c'", value: 'abc' },
  { text: "arg0='\\'", value: '\\' },
  { text: "arg0='it'\\''s'", value: "it's" },
  { text: 'arg0=\\', value: '\\' },
  { text: 'arg0=a\\b', value: 'a\\b' },
  { text: "arg0=\\'", value: "'" },
  { text: 'arg0=\\,arg1=x', value: '\\,arg1=x' },
  { text: 'arg0=\\\\', value: '\\\\' },
  { text: 'arg0=', value: '' },
]) {
  test(`match rules: quoting of ${text}`, () => {
    assert.deepEqual(parseMatchRule(text), { arg0: value });
    assert.deepEqual(parseMatchRule(formatMatchRule({ arg0: value })), { arg0: value });
  });
}

// @rule match/unbalanced-quote
// @rule match/duplicate-key
// @rule match/unknown-key
// @rule match/eavesdrop-boolean
// @rule match/field-values
// @rule match/path-or-namespace
// @rule match/argument-once
// @rule match/argument-number
// @rule match/namespace-only-arg0
for (const text of [
  "arg0='a",
  "arg0=a\\'b'c",
  "arg0=\\,'x",
  'type',
  "='a'",
  ",type='signal'",
  "type='signal',type='signal'",
  "type='signal' ,member='M'",
  "type='banana'",
  "nonsense='a'",
  "eavesdrop='yes'",
  "sender='a'",
  "sender='a b.c'",
  "interface='a'",
  "member='a.b'",
  "path='a'",
  "path='/a/'",
  "path_namespace='/a/'",
  "path='/a',path_namespace='/a'",
  "destination=''",
  "eavesdrop='yes',eavesdrop='true'",
  "pathNamespace='/a'",
  "__proto__='a'",
  "arg64='a'",
  "arg100='a'",
  "arg10namespace='a.b'",
  "arg='a'",
  "xarg0='a'",
  'x',
  "arg00='a'",
  "arg0x1='a'",
  "arg0junk='a'",
  "arg1namespace='a.b'",
  "arg0namespace='a..b'",
  "arg0='a',arg0path='/a'",
  "arg0='a',arg0namespace='a'",
]) {
  test(`match rules: refused: ${text}`, () => {
    throwsCode(() => parseMatchRule(text), 'match-rule-invalid');
  });
}

test('match rules: formatting has one order and refuses what cannot be parsed', () => {
  const rule: MatchRule = { arg1: 'b', arg0: 'a', member: 'M', type: 'signal', eavesdrop: false };
  assert.equal(
    formatMatchRule(rule),
    "type='signal',member='M',eavesdrop='false',arg0='a',arg1='b'",
  );
  assert.equal(formatMatchRule({ pathNamespace: '/a' }), "path_namespace='/a'");
  throwsCode(() => formatMatchRule({ path: 'no path' }), 'match-rule-invalid');
  throwsCode(() => formatMatchRule({ arg0: 'a\0b' }), 'match-rule-invalid');
  throwsCode(() => formatMatchRule({ arg0: '\ud800' }), 'match-rule-invalid');
});

test('match rules: fields that are no fields, and values that are no text, are refused', () => {
  const wrong: readonly Record<string, unknown>[] = [
    { objectPath: '/a' },
    { path_namespace: '/a' },
    { arg64: 'a' },
    { arg1namespace: 'a' },
    { member: 5 },
    { arg0: 5 },
    { arg0: null },
    { arg0namespace: ['a'] },
    { arg65path: '/' },
    { eavesdrop: 1 },
    { __proto__: null, constructor: 'a' },
    { path: ['/a'] },
    { type: 'Signal' },
  ];
  // @ts-expect-error: TypeScript would refuse most of them.
  for (const rule of wrong) throwsCode(() => formatMatchRule(rule), 'match-rule-invalid');
  // @ts-expect-error: TypeScript wants such a field left out.
  assert.equal(formatMatchRule({ member: undefined, arg0: undefined, path: '/a' }), "path='/a'");
});

// @rule match/length
test('match rules: 1024 bytes are the longest', () => {
  const value = 'é'.repeat((MAX_MATCH_RULE_BYTES - "arg0=''".length - 1) / 2);
  const longest = formatMatchRule({ arg0: `${value}a` });
  assert.equal(new TextEncoder().encode(longest).length, MAX_MATCH_RULE_BYTES);
  assert.deepEqual(parseMatchRule(longest), { arg0: `${value}a` });
  throwsCode(() => formatMatchRule({ arg0: `${value}ab` }), 'match-rule-invalid');
  throwsCode(() => parseMatchRule(`${longest} `), 'match-rule-invalid');
});

// @rule match/key-count
test('match rules: sixteen keys are the most', () => {
  const rule = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`arg${i}`, 'x']));
  assert.deepEqual(parseMatchRule(formatMatchRule(rule)), rule);
  const larger = { ...rule, arg16: 'x' };
  throwsCode(() => formatMatchRule(larger), 'match-rule-invalid');
  throwsCode(() => parseMatchRule(`${formatMatchRule(rule)},arg16='x'`), 'match-rule-invalid');
});

test('match rules: arguments in order of their number', () => {
  assert.deepEqual(
    argumentMatches({ arg10: 'k', arg2path: '/', arg0namespace: 'a', member: 'M' }),
    [
      { key: 'arg0namespace', index: 0, kind: 'namespace', value: 'a' },
      { key: 'arg2path', index: 2, kind: 'path', value: '/' },
      { key: 'arg10', index: 10, kind: 'equal', value: 'k' },
    ],
  );
});

// @rule match/eavesdrop-boolean
test('match rules: what is not even an object is a TypeError', () => {
  for (const rule of ["type='signal'", undefined, null, 5]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => formatMatchRule(rule), /^TypeError: match rule: expected an object/);
  }
  // @ts-expect-error what a caller without a compiler may pass
  throwsCode(() => formatMatchRule({ eavesdrop: 'true' }), 'match-rule-invalid');
  for (const text of [undefined, null, 5, { type: 'signal' }]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => parseMatchRule(text), /^TypeError: match rule: expected a string/);
  }
});
