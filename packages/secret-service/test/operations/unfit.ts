import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DAEMON_PROFILES, GENERIC_PROFILE } from '../../src/daemon-profile.ts';
import { hasTooLong, refuseTooLong, refuseUnfit } from '../../src/operations/unfit.ts';

const FILLING = { ...GENERIC_PROFILE, fillsPlaceholders: true, longestSought: 20 };
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
  refuseUnfit(GENERIC_PROFILE, { label: REFERENCE, attributes });
});

// @rule secret/values-can-be-found
test('a value that no search would find is refused, by its place', () => {
  const attributes = (value: string) => ({ attributes: new Map([['a', '1']]).set('b', value) });
  refuseUnfit(FILLING, attributes('x'.repeat(10)));
  assert.throws(() => refuseUnfit(FILLING, attributes('x'.repeat(11))), {
    code: 'invalid-attributes',
    message: 'attributes: expected values short enough to be found, got one of 11 characters at 1',
  });
  refuseTooLong(GENERIC_PROFILE, attributes('x'.repeat(100_000)).attributes);
  for (const profile of DAEMON_PROFILES) {
    const isLimited = profile.family === 'keepassxc';
    assert.equal(hasTooLong(profile, attributes('x'.repeat(32_762)).attributes), false);
    assert.equal(hasTooLong(profile, attributes('x'.repeat(32_763)).attributes), isLimited);
  }
});
