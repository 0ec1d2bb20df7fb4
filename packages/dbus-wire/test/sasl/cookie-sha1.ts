import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  type CookieSource,
  findCookie,
  parseCookieChallenge,
  respondToCookieChallenge,
} from '../../src/sasl/cookie-sha1.ts';
import { asciiBytes, asciiText } from '../../src/sasl/hex.ts';
import { rejectsCode, throwsCode } from '../support/expect-error.ts';

const KEYRING = '7 1700000000 00ff\n123 1700000001 c00c1e\n';

const SOURCE: CookieSource = {
  readKeyring: async (context) => {
    assert.equal(context, 'org_freedesktop_general');
    return KEYRING;
  },
  sha1Hex: (text) => createHash('sha1').update(text).digest('hex'),
  randomHex: () => 'cafe',
};

// @rule sasl/cookie-response
test('cookies: the response is our challenge and a digest, with one space between', async () => {
  const challenge = asciiBytes('org_freedesktop_general 123 5e17e7');
  const response = asciiText(await respondToCookieChallenge(challenge, SOURCE));
  const digest = createHash('sha1').update('5e17e7:cafe:c00c1e').digest('hex');
  assert.equal(response, `cafe ${digest}`);
});

test('cookies: a cookie that is not there', async () => {
  const challenge = asciiBytes('org_freedesktop_general 124 5e17e7');
  await rejectsCode(respondToCookieChallenge(challenge, SOURCE), 'keyring-unusable');
  for (const keyring of ['', '124', '124 1\n', '124 1 \n', 'x 124 c\n']) {
    throwsCode(() => findCookie(keyring, '124'), 'keyring-unusable');
  }
});

// @rule sasl/cookie-context
for (const text of [
  '',
  'ctx',
  'ctx 1',
  'ctx 1 ff more',
  'ctx x1 ff',
  'ctx 12345678901 ff',
  '../ctx 1 ff',
  'a.b 1 ff',
  'a\\b 1 ff',
  'a\nb 1 ff',
  ' 1 ff',
  `${'c'.repeat(256)} 1 ff`,
]) {
  test(`cookies: refused question ${JSON.stringify(text.slice(0, 20))}`, () => {
    throwsCode(() => parseCookieChallenge(asciiBytes(text)), 'challenge-invalid');
  });
}

test('cookies: a question that is not ASCII', () => {
  throwsCode(
    () => parseCookieChallenge(Uint8Array.of(0xff, 0x20, 0x31, 0x20, 0x31)),
    'challenge-invalid',
  );
});
