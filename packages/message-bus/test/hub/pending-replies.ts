import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PendingReplies } from '../../src/hub/pending-replies.ts';

test('only the connection that was asked may answer, and only once', () => {
  const pending = new PendingReplies();
  pending.add(':1.1', 7, ':1.2');
  assert.equal(pending.settle(':1.1', 7, ':1.3'), false);
  assert.equal(pending.settle(':1.1', 8, ':1.2'), false);
  assert.equal(pending.settle(':1.1', 7, ':1.2'), true);
  assert.equal(pending.settle(':1.1', 7, ':1.2'), false);
  assert.equal(pending.countOf(':1.1'), 0);
});

test('a callee that ends leaves its callers without an answer; a caller that ends is forgotten', () => {
  const pending = new PendingReplies();
  pending.add(':1.1', 1, ':1.3');
  pending.add(':1.2', 1, ':1.3');
  pending.add(':1.3', 1, ':1.1');
  assert.deepEqual(pending.forget(':1.3'), [
    { caller: ':1.1', serial: 1 },
    { caller: ':1.2', serial: 1 },
  ]);
  assert.deepEqual(
    [':1.1', ':1.2', ':1.3'].map((name) => pending.countOf(name)),
    [0, 0, 0],
  );
});

test('who ends takes only its own calls along', () => {
  const pending = new PendingReplies();
  pending.add(':1.1', 1, ':1.2');
  pending.add(':1.1', 2, ':1.3');
  assert.equal(pending.has(':1.1', 2), true);
  assert.deepEqual(pending.forget(':1.3'), [{ caller: ':1.1', serial: 2 }]);
  assert.deepEqual([pending.has(':1.1', 1), pending.has(':1.1', 2)], [true, false]);
  assert.equal(pending.settle(':1.1', 2, ':1.3'), false);
  assert.equal(pending.countOf(':1.1'), 1);
});

test('a serial used twice counts once', () => {
  const pending = new PendingReplies();
  pending.add(':1.1', 1, ':1.2');
  pending.add(':1.1', 1, ':1.3');
  assert.equal(pending.countOf(':1.1'), 1);
  assert.equal(pending.settle(':1.1', 1, ':1.3'), true);
});
