import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { checkFilter, checkKey, isSameKey, matchesFilter } from '../../src/entries/entry-key.ts';
import { MAX_NAME_LENGTH } from '../../src/entries/limits.ts';
import { failsWith } from '../support/failing.ts';

const KEY = { service: 's', username: 'u' };

// @rule keyring/no-empty-names
// @rule keyring/name-length
// @rule keyring/representable-names
test('every part is checked, and named without its text', async () => {
  assert.equal(checkKey(KEY), KEY);
  const longest = 'x'.repeat(MAX_NAME_LENGTH);
  checkKey({ service: longest, username: longest, group: longest });
  for (const [code, key] of [
    ['invalid-argument', { service: '', username: 'u' }],
    ['invalid-argument', { service: 's', username: '' }],
    ['invalid-argument', { ...KEY, group: '' }],
    ['invalid-argument', { ...KEY, service: 'hidden\0' }],
    ['invalid-argument', { ...KEY, group: 'hidden\udc00' }],
    ['too-large', { ...KEY, username: `${longest}x` }],
  ] as const) {
    const error = await failsWith(code, () => checkKey(key));
    assert.match(error.message, /^(service|username|group): /);
    assert.ok(!error.message.includes('hidden'));
  }
  await failsWith('invalid-argument', () => checkKey({ service: 5, username: 'u' } as never));
  checkKey({ service: 's', username: '' }, true);
});

test('of a filter only what is given is checked', async () => {
  checkFilter({});
  checkFilter({ service: 's', username: '' });
  await failsWith('invalid-argument', () => checkFilter({ service: '' }));
  await failsWith('invalid-argument', () => checkFilter({ group: 'a\0' }));
  await failsWith('invalid-argument', () => checkFilter({ username: 'a\0' }));
  for (const [given, kind] of [
    [null, 'null'],
    [5, 'number'],
  ] as const) {
    const filter = { username: given } as never;
    const error = await failsWith('invalid-argument', () => checkFilter(filter));
    assert.equal(error.message, `username: expected a string, got ${kind}`);
  }
});

test('keys are the same as a whole; a filter matches what it gives', () => {
  const grouped = { ...KEY, group: 'g' };
  assert.equal(isSameKey(KEY, { ...KEY }), true);
  assert.equal(isSameKey(KEY, grouped), false);
  assert.equal(matchesFilter(grouped, KEY), true);
  assert.equal(matchesFilter(KEY, { group: 'g' }), false);
  assert.equal(matchesFilter(KEY, { username: 'x' }), false);
  assert.equal(matchesFilter(KEY, {}), true);
});
