import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { updateCookies } from '../../src/sasl/cookie-file.ts';
import { findCookie } from '../../src/sasl/cookie-sha1.ts';

const NOW = 1_700_000_000;
const newCookie = (): string => 'c0ffee';

// @rule sasl/cookie-age
test('cookie file: an empty one gets a cookie, which is asked for while it is fresh', () => {
  const first = updateCookies('', NOW, newCookie);
  assert.deepEqual(first.text, `1 ${NOW} c0ffee\n`);
  assert.equal(findCookie(first.text, first.fresh.id), 'c0ffee');
  const again = updateCookies(first.text, NOW + 299, () => assert.fail('there is a fresh one'));
  assert.deepEqual(again, first);
});

test('cookie file: an old cookie stays while clients may answer with it, then goes', () => {
  const { text } = updateCookies('', NOW, newCookie);
  const second = updateCookies(text, NOW + 300, () => 'feed');
  assert.equal(second.text, `${text}2 ${NOW + 300} feed\n`);
  assert.equal(second.fresh.cookie, 'feed');
  assert.equal(updateCookies(second.text, NOW + 419, newCookie).text, second.text);
  const third = updateCookies(second.text, NOW + 420, newCookie);
  assert.equal(third.text, `2 ${NOW + 300} feed\n`);
});

test('cookie file: what is no cookie, or of another time, is not kept', () => {
  const lines = [
    '',
    'x 1 aa',
    `3 ${NOW}`,
    `4 ${NOW} zz`,
    `5 ${NOW + 301} aa`,
    `6 1 aa`,
    `7 ${NOW} aa b`,
    `x 8 ${NOW} aa`,
    `12345678909 ${NOW} aa`,
    `10 ${NOW + 300} aa`,
  ];
  const { text, fresh } = updateCookies(lines.join('\n'), NOW, newCookie);
  assert.equal(text, `1 ${NOW} c0ffee\n`);
  assert.equal(fresh.id, '1');
  const ahead = `3 ${NOW + 299} aa\n`;
  assert.equal(updateCookies(ahead, NOW, newCookie).text, ahead);
});

test('cookie file: ids of other servers are not used twice', () => {
  const others = `2147483647 ${NOW - 350} aa\n1 ${NOW - 350} bb\n`;
  assert.equal(updateCookies(others, NOW, newCookie).fresh.id, '2');
});
