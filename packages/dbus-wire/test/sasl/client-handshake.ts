import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { AuthError, isAuthError } from '../../src/sasl/auth-error.ts';
import type { AuthAttempt } from '../../src/sasl/client.ts';
import { ClientHandshake } from '../../src/sasl/client-handshake.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const ACCEPTED = { guid: GUID, begin: 'BEGIN\r\n' };
const NOTHING = new Uint8Array(0);
const SILENT: AuthAttempt = {
  mechanism: 'EXTERNAL',
  initialResponse: undefined,
  respond: () => NOTHING,
};

type Outcome = { guid: string; begin: string } | { error: unknown };

function start(attempts: readonly AuthAttempt[]) {
  const sent: string[] = [];
  const received: string[] = [];
  const outcomes: Outcome[] = [];
  let settle: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  const note = (each: Outcome): void => {
    outcomes.push(each);
    settle(each);
  };
  const handshake = new ClientHandshake(attempts, {
    send: (bytes) => sent.push(new TextDecoder().decode(bytes)),
    accepted: (guid, begin) => note({ guid, begin: new TextDecoder().decode(begin) }),
    received: (chunk) => received.push(new TextDecoder().decode(chunk)),
    failed: (error) => note({ error }),
  });
  const feed = (text: string): void => handshake.feed(new TextEncoder().encode(text));
  return { handshake, sent, received, outcome, outcomes, feed };
}

// @rule sasl/leading-nul
test('handshake: the opening, and what precedes the first message', () => {
  const { handshake, outcomes, feed } = start([SILENT]);
  assert.equal(new TextDecoder().decode(handshake.firstBytes()), '\0AUTH EXTERNAL\r\n');
  feed(`OK ${GUID}\r\n`);
  assert.deepEqual(outcomes, [ACCEPTED]);
});

// @rule sasl/bytes-after-ok
test('handshake: bytes behind the OK line are handed on, however they arrive', () => {
  const answer = `OK ${GUID}\r\nl\x02\x01\x01 and more`;
  const whole = start([SILENT]);
  whole.feed(answer);
  assert.deepEqual(whole.outcomes, [ACCEPTED]);
  assert.deepEqual(whole.received, ['l\x02\x01\x01 and more']);

  const dribble = start([SILENT]);
  for (const character of answer) dribble.feed(character);
  assert.deepEqual(dribble.outcomes, [ACCEPTED]);
  assert.equal(dribble.received.join(''), 'l\x02\x01\x01 and more');
});

test('handshake: what is behind the OK line is lent, and wiped in our copy', () => {
  const lent: Uint8Array[] = [];
  const handshake = new ClientHandshake([SILENT], {
    send: () => assert.fail('nothing is to be said'),
    accepted: () => {},
    received: (chunk) => lent.push(chunk),
    failed: (error) => assert.fail(String(error)),
  });
  handshake.feed(new TextEncoder().encode(`OK ${GUID}\r\nsecret`));
  assert.deepEqual(lent, [new Uint8Array(6)]);
});

test('handshake: once accepted, bytes go through as they are, however many without a line', () => {
  const { feed, outcomes, received } = start([SILENT]);
  feed(`OK ${GUID}\r\n`);
  received.length = 0;
  const long = 'x'.repeat(20_000);
  feed(long);
  feed('REJECTED\r\n');
  assert.deepEqual(received, [long, 'REJECTED\r\n']);
  assert.deepEqual(outcomes, [ACCEPTED]);
});

test('handshake: lines wait while a response is worked out', async () => {
  let answer: (response: Uint8Array) => void = () => {};
  const slow: AuthAttempt = {
    ...SILENT,
    respond: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  };
  const { feed, outcome, outcomes, received, sent } = start([slow]);
  feed(`DATA\r\nOK ${GUID}\r\nrest`);
  await Promise.resolve();
  assert.deepEqual(outcomes, []);
  answer(Uint8Array.of(0xab));
  assert.deepEqual(await outcome, ACCEPTED);
  assert.deepEqual(received, ['rest']);
  assert.deepEqual(sent, ['DATA ab\r\n']);
});

test('handshake: an attempt that cannot answer is cancelled, and its reason kept', async () => {
  const reason = new AuthError('keyring-unusable', 'no cookies');
  const unable: AuthAttempt = { ...SILENT, respond: () => Promise.reject(reason) };
  const sent: string[] = [];
  const failure = await new Promise<unknown>((resolve) => {
    const handshake = new ClientHandshake([unable], {
      send: (bytes) => {
        sent.push(new TextDecoder().decode(bytes));
        handshake.feed(new TextEncoder().encode('REJECTED EXTERNAL\r\n'));
      },
      accepted: () => resolve(undefined),
      received: () => {},
      failed: resolve,
    });
    handshake.feed(new TextEncoder().encode('DATA\r\n'));
  });
  assert.deepEqual(sent, ['CANCEL\r\n']);
  assert.ok(isAuthError(failure));
  assert.equal(failure.code, 'rejected');
  assert.equal(failure.cause, reason);
});

test('handshake: the reason kept is for a refusal alone', async () => {
  const unable: AuthAttempt = { ...SILENT, respond: () => Promise.reject(new Error('no cookies')) };
  const { feed, outcome, sent } = start([unable]);
  feed('DATA\r\n');
  while (sent.length === 0) await Promise.resolve();
  feed('OK no guid\r\n');
  const failure = await outcome;
  assert.ok('error' in failure && isAuthError(failure.error));
  assert.deepEqual([failure.error.code, failure.error.cause], ['line-malformed', undefined]);
});

test('handshake: an answer that cannot be sent fails it', async () => {
  // @ts-expect-error: no bytes
  const broken: AuthAttempt = { ...SILENT, respond: () => ({ length: 1 }) };
  const { feed, outcome } = start([broken]);
  feed('DATA\r\n');
  const failure = await outcome;
  assert.ok('error' in failure && failure.error instanceof TypeError);
});

test('handshake: an answer that comes after the end is not sent', async () => {
  const answered = Promise.resolve(Uint8Array.of(1));
  const { handshake, feed, outcomes, sent } = start([{ ...SILENT, respond: () => answered }]);
  feed('DATA\r\n');
  handshake.hungUp(undefined);
  for (let turn = 0; turn < 9; turn += 1) await answered;
  assert.deepEqual([outcomes.length, sent], [1, []]);
});

test('handshake: after a failure nothing more is said', () => {
  const { feed, outcomes } = start([SILENT]);
  feed('OK no guid\r\n');
  feed(`OK ${GUID}\r\n`);
  assert.equal(outcomes.length, 1);
  const [outcome] = outcomes;
  assert.ok(outcome !== undefined && 'error' in outcome && isAuthError(outcome.error));
  assert.equal(outcome.error.code, 'line-malformed');
});

test('handshake: hanging up is a refusal, unless it is over', () => {
  const cause = new Error('ECONNRESET');
  const refused = start([SILENT]);
  refused.handshake.hungUp(cause);
  const [outcome] = refused.outcomes;
  assert.ok(outcome && 'error' in outcome && isAuthError(outcome.error));
  assert.deepEqual([outcome.error.code, outcome.error.cause], ['rejected', cause]);
  const accepted = start([SILENT]);
  accepted.feed(`OK ${GUID}\r\n`);
  accepted.handshake.hungUp(cause);
  assert.deepEqual(accepted.outcomes, [ACCEPTED]);
});
