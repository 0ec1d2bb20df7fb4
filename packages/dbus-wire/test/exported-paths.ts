import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import type { CallHandler } from '../src/connection-options.ts';
import { ExportedPaths } from '../src/exported-paths.ts';

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
  assert.equal(exported.handlerOf('/x'), undefined);
  const other: CallHandler = { handleCall: () => ({}) };
  exported.export('/x', other);
  remove();
  assert.equal(exported.handlerOf('/x'), other);
});

test('exported: a subtree answers for what has no nearer handler', () => {
  const exported = new ExportedPaths();
  const names = new Map<CallHandler | undefined, string>([[undefined, 'nobody']]);
  const named = (name: string): CallHandler => {
    const handler: CallHandler = { handleCall: () => ({}) };
    names.set(handler, name);
    return handler;
  };
  exported.export('/a', named('below a'), { subtree: true });
  exported.export('/a/b', named('below b'), { subtree: true });
  exported.export('/a/b', named('b itself'));
  assert.throws(() => exported.export('/a', named('again'), { subtree: true }), TypeError);
  const answering = (path: string) => names.get(exported.handlerOf(path));
  assert.deepEqual(['/a', '/a/c/d', '/a/b', '/a/b/x', '/ab', '/'].map(answering), [
    'below a',
    'below a',
    'b itself',
    'below b',
    'nobody',
    'nobody',
  ]);
  const remove = exported.export('/', named('root'), { subtree: true });
  assert.deepEqual(['/ab', '/', '/a'].map(answering), ['root', 'root', 'below a']);
  remove();
  assert.equal(answering('/ab'), 'nobody');
});

test('exported: what cannot answer is refused at once', () => {
  const exported = new ExportedPaths();
  for (const handler of [undefined, null, {}, () => ({}), { handleCall: 1 }]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => exported.export('/x', handler), /^TypeError: handler: expected /);
  }
  assert.deepEqual([...exported.paths()], []);
});
