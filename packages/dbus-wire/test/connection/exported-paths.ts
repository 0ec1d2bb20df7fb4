import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { CallHandler } from '../../src/connection/connection-options.ts';
import { ExportedPaths } from '../../src/connection/exported-paths.ts';

const HANDLER: CallHandler = { handleCall: () => ({}) };

test('exported: one handler a path, until it is taken away', () => {
  const exported = new ExportedPaths();
  const remove = exported.export('/x', HANDLER);
  assert.deepEqual([...exported.paths()], ['/x']);
  assert.equal(exported.handlerOf('/x'), HANDLER);
  assert.throws(() => exported.export('/x', HANDLER), TypeError);
  assert.throws(() => exported.export('x', HANDLER), TypeError);
  remove();
  remove();
  assert.deepEqual([...exported.paths()], []);
  const other: CallHandler = { handleCall: () => ({}) };
  exported.export('/x', other);
  remove();
  assert.equal(exported.handlerOf('/x'), other);
});

test('exported: a path and its subtree can have one each', () => {
  const exported = new ExportedPaths();
  const remove = exported.export('/x', HANDLER, { subtree: true });
  exported.export('/x', HANDLER);
  assert.throws(() => exported.export('/x', HANDLER, { subtree: true }), TypeError);
  assert.deepEqual([...exported.paths()], ['/x']);
  remove();
  assert.equal(exported.handlerOf('/x/y'), undefined);
  assert.equal(exported.handlerOf('/x'), HANDLER);
  assert.deepEqual([...exported.paths()], ['/x']);
});

test('exported: what cannot answer is refused at once', () => {
  const exported = new ExportedPaths();
  for (const handler of [undefined, null, {}, () => ({}), { handleCall: 1 }]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => exported.export('/x', handler), /^TypeError: handler: expected /);
  }
  assert.deepEqual([...exported.paths()], []);
});
