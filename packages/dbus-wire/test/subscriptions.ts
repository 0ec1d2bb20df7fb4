import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import type { MatchRule } from '../src/match-rule.ts';
import { Subscriptions } from '../src/subscriptions.ts';
import { throwsCode } from './support/expect-error.ts';

const RULE: MatchRule = { type: 'signal', member: 'M' };
const SAME: MatchRule = { member: 'M', type: 'signal' };

function start() {
  const log: string[] = [];
  const answers: ((error: Error | undefined) => void)[] = [];
  const subscriptions = new Subscriptions({
    addMatch: (text, done) => {
      log.push(`+${text}`);
      answers.push(done);
    },
    removeMatch: (text) => log.push(`-${text}`),
  });
  return { subscriptions, log, answers };
}

// @rule connection/match-rule-once
test('subscriptions: equal rules are added once and removed with their last user', () => {
  const { subscriptions, log, answers } = start();
  const told: unknown[] = [];
  subscriptions.acquire(RULE, (error) => told.push(error));
  subscriptions.acquire(SAME, (error) => told.push(error));
  assert.equal(told.length, 0);
  answers[0]?.(undefined);
  subscriptions.acquire(RULE, (error) => told.push(error));
  assert.deepEqual(told, [undefined, undefined, undefined]);
  subscriptions.release(RULE);
  subscriptions.release(RULE);
  assert.equal(subscriptions.size, 1);
  subscriptions.release(SAME);
  assert.deepEqual(log, ["+type='signal',member='M'", "-type='signal',member='M'"]);
  assert.equal(subscriptions.size, 0);
});

test('subscriptions: a thousand users leave nothing behind', () => {
  const { subscriptions, log } = start();
  for (let count = 0; count < 1_000; count++) {
    subscriptions.acquire(RULE, () => {});
    subscriptions.release(RULE);
  }
  assert.equal(log.filter((line) => line.startsWith('+')).length, 1_000);
  assert.equal(log.filter((line) => line.startsWith('-')).length, 1_000);
  assert.equal(subscriptions.size, 0);
});

test('subscriptions: a refusal reaches everybody who waits, and the rule is gone', () => {
  const { subscriptions, log, answers } = start();
  const told: unknown[] = [];
  const refusal = new Error('LimitsExceeded');
  subscriptions.acquire(RULE, (error) => told.push(error));
  subscriptions.acquire(RULE, (error) => told.push(error));
  answers[0]?.(refusal);
  assert.deepEqual(told, [refusal, refusal]);
  subscriptions.release(RULE);
  assert.equal(log.length, 1);
  subscriptions.acquire(RULE, () => {});
  assert.equal(log.length, 2);
});

test('subscriptions: an invalid rule is refused before it is sent', () => {
  const { subscriptions, log } = start();
  throwsCode(() => subscriptions.acquire({ path: 'x' }, () => {}), 'match-rule-invalid');
  assert.deepEqual(log, []);
});
