import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { AuthError, isAuthError } from '../../src/connection-error.ts';
import type { AuthAttempt } from '../../src/sasl/client.ts';
import { ClientHandshake } from '../../src/sasl/client-handshake.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const NOTHING = new Uint8Array(0);
const SILENT: AuthAttempt = {
  mechanism: 'EXTERNAL',
  initialResponse: undefined,
  respond: () => NOTHING,
};

type Outcome = { guid: string; rest: string } | { error: unknown };

function start(attempts: readonly AuthAttempt[], isPipelined: boolean) {
  const sent: string[] = [];
  const outcomes: Outcome[] = [];
  let settle: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  const note = (each: Outcome): void => {
    outcomes.push(each);
    settle(each);
  };
  const handshake = new ClientHandshake(attempts, isPipelined, {
    send: (bytes) => sent.push(new TextDecoder().decode(bytes)),
    accepted: (guid, rest) => note({ guid, rest: new TextDecoder().decode(rest) }),
    failed: (error) => note({ error }),
  });
  const feed = (text: string): void => handshake.feed(new TextEncoder().encode(text));
  return { handshake, sent, outcome, outcomes, feed };
}

// @rule sasl/leading-nul
test('handshake: the opening of both kinds', () => {
  const ahead = start([SILENT], true).handshake;
  assert.equal(
    new TextDecoder().decode(ahead.firstBytes()),
    '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n',
  );
  assert.equal(ahead.beginBytes().length, 0);
  const steps = start([SILENT], false).handshake;
  assert.equal(new TextDecoder().decode(steps.firstBytes()), '\0AUTH EXTERNAL\r\n');
  assert.equal(new TextDecoder().decode(steps.beginBytes()), 'BEGIN\r\n');
});

// @rule sasl/bytes-after-ok
test('handshake: bytes behind the OK line are kept, however they arrive', () => {
  const answer = `DATA\r\nOK ${GUID}\r\nl\x02\x01\x01 and more`;
  const whole = start([SILENT], true);
  whole.feed(answer);
  assert.deepEqual(whole.outcomes, [{ guid: GUID, rest: 'l\x02\x01\x01 and more' }]);

  const dribble = start([SILENT], true);
  for (const character of answer) {
    if (dribble.outcomes.length > 0) break;
    dribble.feed(character);
  }
  assert.deepEqual(dribble.outcomes, [{ guid: GUID, rest: '' }]);
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
  const { feed, outcome, outcomes, sent } = start([slow], false);
  feed(`DATA\r\nOK ${GUID}\r\nrest`);
  await Promise.resolve();
  assert.deepEqual(outcomes, []);
  answer(Uint8Array.of(0xab));
  assert.deepEqual(await outcome, { guid: GUID, rest: 'rest' });
  assert.deepEqual(sent, ['DATA ab\r\n']);
});

test('handshake: an attempt that cannot answer is cancelled, and its reason kept', async () => {
  const reason = new AuthError('keyring-unusable', 'no cookies');
  const unable: AuthAttempt = { ...SILENT, respond: () => Promise.reject(reason) };
  const sent: string[] = [];
  const failure = await new Promise<unknown>((resolve) => {
    const handshake = new ClientHandshake([unable], false, {
      send: (bytes) => {
        sent.push(new TextDecoder().decode(bytes));
        handshake.feed(new TextEncoder().encode('REJECTED EXTERNAL\r\n'));
      },
      accepted: () => resolve(undefined),
      failed: resolve,
    });
    handshake.feed(new TextEncoder().encode('DATA\r\n'));
  });
  assert.deepEqual(sent, ['CANCEL\r\n']);
  assert.ok(isAuthError(failure));
  assert.equal(failure.code, 'rejected');
  assert.equal(failure.cause, reason);
});

test('handshake: after a failure nothing more is said', () => {
  const { feed, outcomes } = start([SILENT], false);
  feed('OK no guid\r\n');
  feed(`OK ${GUID}\r\n`);
  assert.equal(outcomes.length, 1);
  const [outcome] = outcomes;
  assert.ok(outcome !== undefined && 'error' in outcome && isAuthError(outcome.error));
  assert.equal(outcome.error.code, 'line-malformed');
});
