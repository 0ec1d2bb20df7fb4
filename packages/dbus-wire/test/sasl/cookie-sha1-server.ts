import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { respondToCookieChallenge } from '../../src/sasl/cookie-sha1.ts';
import { cookieMechanismOver } from '../../src/sasl/cookie-sha1-server.ts';
import { asciiBytes, asciiText } from '../../src/sasl/hex.ts';

/** No hash at all, but one that tells all its input. */
const sha1Hex = (text: string): string => asciiBytes(text).join('-');

const MECHANISM = cookieMechanismOver({
  userNames: ['1000', 'somebody'],
  identity: '1000',
  freshCookie: async () => ({ id: '7', cookie: 'c0ffee' }),
  sha1Hex,
  randomHex: () => 'abcd',
});

const CLIENT = {
  readKeyring: async () => '7 1 c0ffee\n',
  sha1Hex,
  randomHex: () => 'ef01',
};

async function challengeFor(user: string) {
  const judge = MECHANISM.start();
  const verdict = await judge(asciiBytes(user));
  assert.ok(verdict.verdict === 'challenge');
  return { judge, data: verdict.data };
}

// @rule sasl/cookie-proof
test('cookie server: the client that has the cookie is accepted', async () => {
  assert.equal(MECHANISM.name, 'DBUS_COOKIE_SHA1');
  for (const user of ['1000', 'somebody']) {
    const { judge, data } = await challengeFor(user);
    assert.equal(asciiText(data), 'org_freedesktop_general 7 abcd');
    const answer = await respondToCookieChallenge(data, CLIENT);
    assert.deepEqual(await judge(answer), { verdict: 'accept', identity: '1000' });
  }
});

// @rule sasl/cookie-user
test('cookie server: another user, or none, is rejected without a question', async () => {
  for (const said of [undefined, '', '0', 'root', '1000 ']) {
    const response = said === undefined ? undefined : asciiBytes(said);
    assert.deepEqual(await MECHANISM.start()(response), { verdict: 'reject' });
  }
  assert.deepEqual(await MECHANISM.start()(Uint8Array.of(0xff)), { verdict: 'reject' });
});

test('cookie server: a wrong proof is rejected', async () => {
  const right = sha1Hex('abcd:ef01:c0ffee');
  const answers = ['', 'ef01', `ef01 ${right} x`, ` ${right}`, `ef01 ${right}0`, 'ef01 0'];
  for (const answer of [...answers, `ef02 ${right}`, `ef01 ${right.slice(1)}`]) {
    const { judge } = await challengeFor('1000');
    assert.deepEqual(await judge(asciiBytes(answer)), { verdict: 'reject' }, answer);
  }
  for (const answer of [undefined, Uint8Array.of(0xff)]) {
    const { judge } = await challengeFor('1000');
    assert.deepEqual(await judge(answer), { verdict: 'reject' });
  }
  const { judge } = await challengeFor('1000');
  assert.deepEqual(await judge(asciiBytes(`ef01 ${right}`)), {
    verdict: 'accept',
    identity: '1000',
  });
});

test('cookie server: every character of the proof counts', async () => {
  const right = sha1Hex('abcd:ef01:c0ffee');
  for (let index = 0; index < right.length; index += 1) {
    const wrong = `${right.slice(0, index)}x${right.slice(index + 1)}`;
    const { judge } = await challengeFor('1000');
    assert.deepEqual(await judge(asciiBytes(`ef01 ${wrong}`)), { verdict: 'reject' }, wrong);
  }
});
