/** Token records: form, time left under clocks that jump, and whose outcome counts for whom. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  formatRecords,
  isUnderWay,
  type KeptToken,
  keepToken,
  outcomeOf,
  parseRecords,
  remainingMs,
  showToken,
  type TokenRecord,
  usable,
  withRecord,
} from '../../src/tokens/token-record.ts';

const HOUR = 3_600_000;
const START = { nowMs: 1_000 * HOUR, uptimeMs: 10 * HOUR, bootId: 'boot A' };
const LATER = { ...START, nowMs: START.nowMs + HOUR / 2, uptimeMs: START.uptimeMs + HOUR / 2 };
const TOKEN: KeptToken = keepToken({ accessToken: 'a', expiresInMs: HOUR }, START);
const WISH = { minValidityMs: 60_000 };

test('records come back as they were', () => {
  const records = new Map<string, TokenRecord>([
    ['key', { attempt: 3, state: 'ready', token: { ...TOKEN, refreshToken: 'r', extra: [1] } }],
    ['__proto__', { attempt: 1, state: 'failed', failure: { name: 'E', message: 'm' } }],
    ['', { attempt: 1, state: 'refreshing', isDoubtful: true }],
  ]);
  const again = parseRecords(formatRecords(records), '/x');
  assert.deepEqual(JSON.stringify([...again]), JSON.stringify([...records]));
});

test('the form on disk', () => {
  const record: TokenRecord = {
    attempt: 3,
    state: 'ready',
    token: { ...TOKEN, refreshToken: 'r' },
  };
  const text =
    '{"form":"keywire-tokens 1","tokens":{"key":{"attempt":3,"state":"ready","token":{' +
    '"accessToken":"a","refreshToken":"r","lifetimeMs":3600000,' +
    '"obtained":{"nowMs":3600000000,"uptimeMs":36000000,"bootId":"boot A"}}}}}';
  assert.equal(formatRecords(new Map([['key', record]])), text);
  assert.deepEqual(parseRecords(text, '/x').get('key')?.token?.refreshToken, 'r');
});

test('what is no token store is refused, and not quoted', () => {
  const form = '"form":"keywire-tokens 1"';
  const bad = [
    '{"secret-token',
    '[]',
    '{}',
    '{"AccessToken":{}}',
    '{"form":"keywire-tokens 2","tokens":{}}',
    `{${form}}`,
    `{${form},"tokens":{"k":null}}`,
    `{${form},"tokens":{"k":{"attempt":"1","state":"ready"}}}`,
    `{${form},"tokens":{"k":{"attempt":1,"state":"gone"}}}`,
    `{${form},"tokens":{"k":{"attempt":1,"state":"ready","token":{"accessToken":"secret-token"}}}}`,
    `{${form},"tokens":{"k":{"attempt":1,"state":"failed","failure":"secret-token"}}}`,
    `{${form},"tokens":{"k":{"attempt":1,"state":"failed","failure":{"message":5}}}}`,
    ...[
      '5',
      '{"obtained":{"nowMs":1}}',
      '{"accessToken":"a","obtained":{"nowMs":1},"lifetimeMs":"5"}',
      '{"accessToken":"a","obtained":{"nowMs":1},"refreshToken":null}',
      '{"accessToken":"a","obtained":{"nowMs":1,"uptimeMs":"5"}}',
      '{"accessToken":"a","obtained":{"nowMs":1,"bootId":5}}',
    ].map((token) => `{${form},"tokens":{"k":{"attempt":1,"state":"ready","token":${token}}}}`),
  ];
  for (const text of bad) {
    assert.throws(
      () => parseRecords(text, '/x'),
      (error: Error & { code?: string; location?: string }) => {
        assert.deepEqual([error.code, error.location], ['malformed', '/x']);
        assert.ok(!error.message.includes('secret-token'));
        return true;
      },
      text,
    );
  }
});

test('random bytes never get through as something else than an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parseRecords(text, '/x');
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'PersistenceError');
      }
    }),
  );
});

test('a token needs an access token, and a time that is one', () => {
  // @ts-expect-error a caller without types
  assert.throws(() => keepToken({}, START), TypeError);
  for (const token of [undefined, null, 'text']) {
    assert.throws(() => Reflect.apply(keepToken, undefined, [token, START]), {
      message: 'token: expected an object with an accessToken',
    });
  }
  assert.throws(() => keepToken({ accessToken: '' }, START), TypeError);
  assert.throws(() => keepToken({ accessToken: 'a', expiresInMs: Number.NaN }, START), TypeError);
  assert.throws(() => keepToken({ accessToken: 'a', extra: 1n }, START), /extra to be JSON/u);
  assert.equal(keepToken({ accessToken: 'a', expiresAtMs: START.nowMs + 5 }, START).lifetimeMs, 5);
  assert.equal(remainingMs(keepToken({ accessToken: 'a' }, START), LATER), Infinity);
});

// @rule token/refresh-token-stays
test('an answer without a refresh token, or with an empty one, keeps the one before', () => {
  const before = { ...TOKEN, refreshToken: 'old' };
  for (const refreshToken of [undefined, null, '']) {
    const token = { accessToken: 'b', refreshToken };
    const kept = Reflect.apply(keepToken, undefined, [token, START, before]);
    assert.equal(kept.refreshToken, 'old');
  }
  assert.equal(keepToken({ accessToken: 'b', refreshToken: 'n' }, START, before).refreshToken, 'n');
  assert.equal(keepToken({ accessToken: 'b', refreshToken: '' }, START).refreshToken, undefined);
  for (const refreshToken of [5, 1n, {}]) {
    const token = { accessToken: 'b', refreshToken };
    assert.throws(() => Reflect.apply(keepToken, undefined, [token, START]), {
      name: 'TypeError',
      message: /^token: expected a refreshToken that is text/u,
    });
  }
});

test('a time of expiry that is null is none', () => {
  const token = { accessToken: 'a', expiresInMs: null, expiresAtMs: null };
  assert.equal(Reflect.apply(keepToken, undefined, [token, START]).lifetimeMs, undefined);
});

test('time passes', () => {
  assert.equal(remainingMs(TOKEN, START), HOUR);
  assert.equal(remainingMs(TOKEN, LATER), HOUR / 2);
  assert.deepEqual(showToken(TOKEN, LATER), {
    accessToken: 'a',
    expiresAtMs: START.nowMs + HOUR,
  });
});

test('a token is shown with what it has, and with nothing else', () => {
  const all = { accessToken: 'a', refreshToken: 'r', expiresInMs: HOUR, extra: { scope: 's' } };
  assert.deepEqual(showToken(keepToken(all, START), START), {
    accessToken: 'a',
    refreshToken: 'r',
    expiresAtMs: START.nowMs + HOUR,
    extra: { scope: 's' },
  });
  assert.deepEqual(showToken(keepToken({ accessToken: 'a' }, START), LATER), { accessToken: 'a' });
});

// @rule token/clock-jump
test('a clock that jumps while the machine runs changes nothing by more than its step', () => {
  for (const jumpMs of [-1e12, -HOUR, -60_000, 60_000, HOUR, 1e12]) {
    const jumped = { ...LATER, nowMs: LATER.nowMs + jumpMs };
    const leftMs = remainingMs(TOKEN, jumped);
    assert.ok(leftMs <= HOUR / 2 && leftMs > HOUR / 2 - 2000, String(jumpMs));
    assert.ok(Math.abs((showToken(TOKEN, jumped).expiresAtMs ?? 0) - jumped.nowMs - leftMs) < 1);
  }
});

// @rule token/clock-jump
test('of two that count from different starts under one id, the clock counts', () => {
  const elsewhere = { ...LATER, uptimeMs: START.uptimeMs - 2 * HOUR };
  assert.equal(remainingMs(TOKEN, elsewhere), HOUR / 2);
  assert.ok(remainingMs(TOKEN, { ...elsewhere, nowMs: START.nowMs + 2 * HOUR }) < 0);
  // Times since the start are told in steps: one step back is none.
  const step = { ...START, nowMs: START.nowMs - HOUR, uptimeMs: START.uptimeMs - 1000 };
  assert.ok(remainingMs(TOKEN, step) > 0);
});

test('after a restart a clock that is too early makes the token count as expired', () => {
  const restarted = (nowMs: number): number =>
    remainingMs(TOKEN, { nowMs, uptimeMs: 5, bootId: 'boot B' });
  assert.equal(restarted(LATER.nowMs), HOUR / 2);
  assert.ok(restarted(START.nowMs - HOUR) < 0);
  assert.ok(restarted(START.nowMs - 1000) > 0);
  assert.ok(restarted(START.nowMs + 2 * HOUR) < 0);
  assert.ok(remainingMs(TOKEN, { nowMs: START.nowMs - HOUR }) < 0);
  // The same start, whose time one of the two does not know.
  assert.ok(remainingMs(TOKEN, { nowMs: START.nowMs - HOUR, bootId: 'boot A' }) < 0);
});

test('a token that is good for long enough is given, whatever else goes on', () => {
  for (const state of ['ready', 'refreshing', 'failed'] as const) {
    const record: TokenRecord = { attempt: 1, state, token: TOKEN };
    assert.deepEqual(outcomeOf(record, record, WISH, LATER), { kind: 'token', token: TOKEN });
    const more = { minValidityMs: HOUR };
    assert.equal(outcomeOf(record, record, more, LATER), undefined);
    const rejected = { ...WISH, rejected: 'a' };
    assert.equal(outcomeOf(record, record, rejected, LATER), undefined);
  }
  assert.equal(outcomeOf(undefined, undefined, WISH, LATER), undefined);
});

test('a token has expired at its time, whoever wants it', () => {
  const record: TokenRecord = { attempt: 2, state: 'ready', token: TOKEN };
  const atItsTime = { ...START, nowMs: START.nowMs + HOUR, uptimeMs: START.uptimeMs + HOUR };
  const wish = { minValidityMs: 0 };
  for (const seen of [record, undefined]) {
    assert.equal(outcomeOf(record, seen, wish, atItsTime), undefined);
  }
});

const FAILURE = { name: 'E', message: 'invalid_grant' };
const FAILED: TokenRecord = { attempt: 2, state: 'failed', failure: FAILURE };

// @rule token/failure-told
test('a failure is told to who waited for that attempt, and to nobody who came later', () => {
  const told = { kind: 'failure', reason: FAILURE };
  const states: [TokenRecord | undefined, unknown][] = [
    [undefined, told],
    [{ attempt: 1, state: 'ready' }, told],
    [{ attempt: 2, state: 'refreshing' }, told],
    [FAILED, undefined],
    [{ attempt: 3, state: 'refreshing' }, undefined],
  ];
  for (const [seen, expected] of states) {
    assert.deepEqual(outcomeOf(FAILED, seen, WISH, START), expected);
  }
  assert.deepEqual(outcomeOf({ ...FAILED, attempt: 1 }, undefined, WISH, START), told);
  assert.equal(
    outcomeOf({ ...FAILED, state: 'refreshing' }, { attempt: 1, state: 'ready' }, WISH, START),
    undefined,
  );
});

// @rule token/adopted
test('a token that came while one waited is adopted, also if it never lasts long enough', () => {
  const record: TokenRecord = { attempt: 2, state: 'ready', token: TOKEN };
  const wish = { minValidityMs: 2 * HOUR };
  const waited: TokenRecord = { attempt: 2, state: 'refreshing' };
  assert.deepEqual(outcomeOf(record, waited, wish, LATER), { kind: 'token', token: TOKEN });
  assert.equal(outcomeOf(record, record, wish, LATER), undefined);
  const expired = { ...LATER, nowMs: START.nowMs + 2 * HOUR, uptimeMs: 12 * HOUR };
  assert.equal(outcomeOf(record, waited, wish, expired), undefined);
  const spent: TokenRecord = { ...record, cameExpired: true };
  assert.deepEqual(outcomeOf(spent, waited, wish, expired), { kind: 'token', token: TOKEN });
  assert.equal(outcomeOf(spent, spent, wish, expired), undefined);
  assert.equal(outcomeOf({ ...spent, state: 'failed' }, waited, wish, expired), undefined);
});

// @rule token/adopted
test('the refused token that came again while one waited is adopted, and by nobody else', () => {
  const record: TokenRecord = { attempt: 2, state: 'ready', token: TOKEN };
  const wish = { ...WISH, rejected: TOKEN.accessToken };
  const waited: TokenRecord = { attempt: 1, state: 'ready', token: TOKEN };
  assert.deepEqual(outcomeOf(record, waited, wish, LATER), { kind: 'token', token: TOKEN });
  assert.equal(outcomeOf(record, record, wish, LATER), undefined);
});

// @rule token/too-short-told
test('what is no longer good than was asked for is shown as such', () => {
  for (const [minValidityMs, isTooShort] of [
    [undefined, undefined],
    [0, undefined],
    [HOUR / 2 - 1, undefined],
    [HOUR / 2, true],
    [Number.POSITIVE_INFINITY, true],
  ] as const) {
    assert.equal(showToken(TOKEN, LATER, minValidityMs).isTooShort, isTooShort);
  }
  const endless = keepToken({ accessToken: 'a' }, START);
  assert.equal(showToken(endless, LATER, HOUR).isTooShort, undefined);
});

// @rule token/set-stays
test('an attempt is under way by its number and its state', () => {
  const record: TokenRecord = { attempt: 2, state: 'refreshing' };
  assert.equal(isUnderWay(record, 2), true);
  assert.equal(isUnderWay(record, 1), false);
  assert.equal(isUnderWay({ ...record, state: 'ready' }, 2), false);
  assert.equal(isUnderWay(undefined, 2), false);
});

test('a token whose refresh token is doubtful is shown without it', () => {
  const token = { ...TOKEN, refreshToken: 'r' };
  assert.equal(usable(token, false), token);
  assert.deepEqual(usable(token, true), { ...TOKEN, refreshToken: undefined });
  assert.equal(usable(undefined, true), undefined);
});

test('one record is put beside the others, or in its own place', () => {
  const record = (attempt: number): TokenRecord => ({ attempt, state: 'refreshing' });
  const records = new Map([['a', record(1)]]);
  const two = parseRecords(withRecord(records, 'b', record(2)), '/x');
  assert.deepEqual(
    [...parseRecords(withRecord(two, 'a', record(3)), '/x')],
    [
      ['a', record(3)],
      ['b', record(2)],
    ],
  );
  assert.deepEqual([...records], [['a', record(1)]]);
});
