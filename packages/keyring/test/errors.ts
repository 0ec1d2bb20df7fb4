import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  asKeyringErrors,
  fromStoreError,
  isKeyringError,
  KeyringError,
  keyringError,
  toKeyringError,
} from '../src/errors.ts';
import { failsWith } from './support/failing.ts';

test('an error has a code, an outcome and advice', () => {
  const error = keyringError('unknown-scheme', 'scheme');
  assert.equal(error.message, 'scheme: there is no scheme of that name');
  assert.equal(error.outcome, 'failed');
  assert.notEqual(error.advice, '');
  assert.deepEqual(error.reasons, []);
  assert.equal(error.mayHaveHappened, false);
  const other = keyringError('aborted', 'x', { detail: 'd', advice: 'a', cause: 1 });
  assert.equal(other.message, 'x: d');
  assert.equal(other.advice, 'a');
  assert.equal(other.cause, 1);
});

test('it is recognised by its name, also one of another copy', () => {
  const error = keyringError('closed', 'x');
  assert.equal(isKeyringError(error), true);
  assert.equal(isKeyringError(error, 'closed'), true);
  assert.equal(isKeyringError(error, 'locked'), false);
  const copy = Object.assign(new Error('x'), { name: 'KeyringError', code: 'closed' });
  assert.equal(isKeyringError(copy, 'closed'), true);
  for (const other of [undefined, null, 'x', new Error('x'), { name: 'KeyringError', code: 'x' }]) {
    assert.equal(isKeyringError(other), false);
  }
});

test('errors of the stores keep their code, message and advice', () => {
  const inner = Object.assign(new Error('message'), {
    code: 'locked' as const,
    advice: 'unlock it',
    mayHaveHappened: true,
  });
  const error = fromStoreError(inner);
  assert.equal(error.code, 'locked');
  assert.equal(error.message, 'message');
  assert.equal(error.advice, 'unlock it');
  assert.equal(error.mayHaveHappened, true);
  assert.equal(error.cause, inner);
  const bare = fromStoreError(Object.assign(new Error('m'), { code: 'closed' as const }));
  assert.equal(bare.advice, '');
});

test('what a foreign backend throws is wrapped, an abort as an abort', async () => {
  const abort = new DOMException('enough', 'AbortError');
  assert.equal(toKeyringError(abort, 'b').code, 'aborted');
  assert.equal(toKeyringError('text', 'b').code, 'backend-failed');
  const own = keyringError('closed', 'x');
  assert.equal(toKeyringError(own, 'b'), own);
  assert.equal(await asKeyringErrors('b', async () => 5), 5);
  const failing = asKeyringErrors('b', async () => {
    throw new KeyringError('not-text', 'm');
  });
  await failsWith('not-text', failing);
});

test('what a backend threw is an abort where it is the reason of the signal', () => {
  const controller = new AbortController();
  const reason = new DOMException('too late', 'TimeoutError');
  assert.equal(toKeyringError(reason, 'own', controller.signal).code, 'backend-failed');
  controller.abort(reason);
  assert.equal(toKeyringError(reason, 'own', controller.signal).code, 'aborted');
  assert.equal(toKeyringError(new Error('x'), 'own', controller.signal).code, 'backend-failed');
});
