import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DAEMON_PROFILES, GENERIC_PROFILE } from '../../src/daemon-profile.ts';
import { expectedOfFindable, refuseUnfindable, refuseUnfit } from '../../src/operations/unfit.ts';

const FILLING = { ...GENERIC_PROFILE, fillsPlaceholders: true, longestSought: 20 };
const isUnfindable = (...given: Parameters<typeof expectedOfFindable>): boolean =>
  expectedOfFindable(...given) !== undefined;
const REFERENCE = 'see {REF:P@T:hunter2}';

// @rule secret/references-refused
test('references are refused in labels and values, and only where they are references', () => {
  const attributes = new Map([
    ['a', '1'],
    ['b', REFERENCE],
  ]);
  const fit = { label: '{TITLE}', attributes: new Map([['{REF:P@T:x}', '{TITLE}']]) };
  refuseUnfit(FILLING, fit);
  refuseUnfit(FILLING, {});
  const wide = { ...FILLING, longestSought: undefined };
  const isTold = (code: string, where: RegExp) => (error: unknown) =>
    error instanceof Error &&
    'code' in error &&
    error.code === code &&
    where.test(error.message) &&
    !error.message.includes('hunter2');
  assert.throws(() => refuseUnfit(wide, { attributes }), isTold('invalid-attributes', / at 1$/));
  assert.throws(
    () => refuseUnfit(wide, { label: REFERENCE }),
    isTold('invalid-argument', /^label/),
  );
  const first = { attributes: new Map([['b', REFERENCE]]) };
  assert.throws(() => refuseUnfit(wide, first), isTold('invalid-attributes', / at 0$/));
  refuseUnfit(GENERIC_PROFILE, { label: REFERENCE, attributes });
});

// @rule secret/reserved-attributes
test('a name that the daemon keeps for itself is refused, by its place', () => {
  const profile = { ...GENERIC_PROFILE, reservedAttributes: ['Uuid'] };
  const attributes = new Map([['Uuid', '1']]);
  for (const [place, given] of [attributes, new Map([['a', '1'], ...attributes])].entries()) {
    assert.throws(() => refuseUnfit(profile, { attributes: given }), {
      code: 'invalid-attributes',
      message: `attributes: expected names that are free to use, got one that the daemon reserves at ${place}`,
    });
  }
  refuseUnfit(GENERIC_PROFILE, { attributes });
});

// @rule secret/values-can-be-found
test('a value that no search would find is refused, by its place', () => {
  const attributes = (value: string) => ({ attributes: new Map([['a', '1']]).set('b', value) });
  refuseUnfit(FILLING, attributes('x'.repeat(10)));
  assert.throws(() => refuseUnfit(FILLING, attributes('x'.repeat(11))), {
    code: 'invalid-attributes',
    message: 'attributes: expected values short enough to be found, got one of 11 characters at 1',
  });
  refuseUnfindable(GENERIC_PROFILE, attributes('x'.repeat(100_000)).attributes);
  for (const profile of DAEMON_PROFILES) {
    const isLimited = profile.family === 'keepassxc';
    assert.equal(isUnfindable(profile, attributes('x'.repeat(32_762)).attributes), false);
    assert.equal(isUnfindable(profile, attributes('x'.repeat(32_763)).attributes), isLimited);
  }
});

// @rule secret/attributes-are-kept
test('an attribute that the daemon would not keep as it is is refused, by its place', () => {
  const attributes = (name: string, value: string) => new Map([['a', '1']]).set(name, value);
  const altered = [
    '\0',
    '\x01',
    '\b',
    '\v',
    '\f',
    '\r',
    '\x1b',
    '\x7f',
    '\x84',
    '\x86',
    '\x9f',
    '\ufffe',
    '\uffff',
  ];
  const kept = [
    '',
    ' ',
    '\t',
    '\n',
    '\x85',
    '\xa0',
    '\u2028',
    '\ufffd',
    '\ue000',
    '\u{1fffe}',
    '🗝',
  ];
  for (const profile of DAEMON_PROFILES) {
    const isPicky = profile.family === 'keepassxc';
    for (const text of altered) {
      for (const each of [attributes(`n${text}`, 'v'), attributes('n', `${text}v`)]) {
        assert.equal(isUnfindable(profile, each), isPicky, JSON.stringify(text));
        if (!isPicky) continue;
        assert.throws(() => refuseUnfit(profile, { attributes: each }), {
          code: 'invalid-attributes',
          message: 'attributes: expected no control characters, got some at 1',
        });
      }
    }
    for (const text of kept) {
      assert.equal(isUnfindable(profile, attributes(`n${text}`, text)), false);
    }
  }
});
