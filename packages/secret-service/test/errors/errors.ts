import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ERROR_TABLE } from '../../src/errors/error-table.ts';
import * as errors from '../../src/errors/errors.ts';

const CODES = [
  'unavailable',
  'disconnected',
  'owner-changed',
  'closed',
  'locked',
  'prompt-required',
  'no-prompter',
  'prompt-deadline',
  'dismissed',
  'denied',
  'not-found',
  'no-default-collection',
  'ambiguous',
  'already-exists',
  'no-session',
  'decrypt-failed',
  'not-supported',
  'deadline',
  'aborted',
  'invalid-attributes',
  'invalid-argument',
  'too-large',
  'failed',
  'protocol',
] as const;

test('each code makes an error of its class, with its words and advice', () => {
  for (const [code, row] of Object.entries(ERROR_TABLE)) {
    const error = make(code);
    assert.equal(error.name, row.className);
    assert.equal(error.constructor.name, row.className);
    assert.ok(error instanceof errors.SecretServiceError);
    assert.equal(error.message, `Subject: ${row.meaning}`);
    assert.equal(error.advice, row.advice ?? '');
    assert.equal(error.mayHaveHappened, false);
    assert.ok(inspect(error).includes(code));
  }
});

test('whether it may have happened is said only where the code leaves it open', () => {
  const options = { mayHaveHappened: true };
  assert.equal(errors.secretServiceError('deadline', 's', options).mayHaveHappened, true);
  assert.equal(errors.secretServiceError('locked', 's', options).mayHaveHappened, false);
});

// @rule secret/partly-done
test('what follows a change says so when it fails, whatever its code', async () => {
  const locked = errors.secretServiceError('locked', 'Item', { advice: 'a' });
  const fails = (error: unknown) =>
    errors.afterChange('clear, 2 deleted', () => Promise.reject(error));
  await assert.rejects(fails(locked), (error) => {
    assert.ok(errors.isSecretServiceError(error, 'locked'));
    assert.equal(error.message, `clear, 2 deleted: ${locked.message}`);
    assert.deepEqual([error.cause, error.advice, error.mayHaveHappened], [locked, 'a', true]);
    return true;
  });
  const open = errors.secretServiceError('deadline', 's', { mayHaveHappened: true });
  await assert.rejects(fails(open), (error) => error === open);
  const other = new Error('not ours');
  await assert.rejects(fails(other), (error) => error === other);
  assert.equal(await errors.afterChange('s', async () => 1), 1);
});

test('cause, detail and advice are passed on', () => {
  const cause = new Error('underneath');
  const error = errors.secretServiceError('failed', 's', { cause, detail: 'd', advice: 'a' });
  assert.equal(error.cause, cause);
  assert.equal(error.message, 's: d');
  assert.equal(error.advice, 'a');
  assert.equal('cause' in errors.secretServiceError('failed', 's'), false);
});

test('the guard goes by name and code, not by class', () => {
  const error = errors.secretServiceError('locked', 's');
  assert.equal(errors.isSecretServiceError(error), true);
  assert.equal(errors.isSecretServiceError(error, 'locked'), true);
  assert.equal(errors.isSecretServiceError(error, 'denied'), false);
  const copy = Object.assign(new Error('x'), { name: 'LockedError', code: 'locked' });
  assert.equal(errors.isSecretServiceError(copy), true);
  const wrongName = Object.assign(new Error('x'), { name: 'Error', code: 'locked' });
  assert.equal(errors.isSecretServiceError(wrongName), false);
  const wrongCode = Object.assign(new Error('x'), { name: 'LockedError', code: 'ENOENT' });
  assert.equal(errors.isSecretServiceError(wrongCode), false);
  for (const value of [undefined, 'locked', { name: 'LockedError', code: 'locked' }]) {
    assert.equal(errors.isSecretServiceError(value), false);
  }
});

function make(code: string): errors.SecretServiceError {
  const known = Object.keys(ERROR_TABLE).find((each) => each === code);
  assert.ok(known !== undefined);
  for (const each of CODES) if (each === code) return errors.secretServiceError(each, 'Subject');
  return assert.fail(`no class makes ${code}`);
}
