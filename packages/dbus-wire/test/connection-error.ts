import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  ConnectionError,
  DBusErrorReply,
  isConnectionError,
  isDBusErrorReply,
} from '../src/connection-error.ts';

test('errors: code, advice and cause', () => {
  const cause = new Error('below');
  const error = new ConnectionError('no-bus', 'session bus: none', { cause, advice: 'Start one.' });
  assert.equal(error.code, 'no-bus');
  assert.equal(error.advice, 'Start one.');
  assert.equal(error.cause, cause);
  assert.equal(Object.hasOwn(new ConnectionError('closed', 'x'), 'cause'), false);
});

test('errors: guards know their kind, also from another copy of the package', () => {
  const error = new ConnectionError('closed', 'x');
  assert.equal(isConnectionError(error), true);
  assert.equal(isDBusErrorReply(new DBusErrorReply('a.B', undefined)), true);
  assert.equal(isDBusErrorReply(error), false);
  const copy = Object.assign(new Error('x'), { name: 'ConnectionError', code: 'closed' });
  assert.equal(isConnectionError(copy), true);
  const numbered = Object.assign(new Error('x'), { name: 'ConnectionError', code: 7 });
  assert.equal(isConnectionError(numbered), false);
  assert.equal(isConnectionError({ name: 'ConnectionError', code: 'closed' }), false);
});

test('errors: a reply shows its name and text, never its body', () => {
  const error = new DBusErrorReply('org.example.Error.No', 'not now', {
    sender: ':1.2',
    body: () => ['not now', 's3cret'],
  });
  assert.equal(error.message, 'org.example.Error.No: not now');
  assert.deepEqual(error.body, ['not now', 's3cret']);
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes('s3cret'));
  assert.ok(!JSON.stringify(error).includes('s3cret'));
  assert.equal(new DBusErrorReply('a.B', undefined).message, 'a.B');
  assert.deepEqual(new DBusErrorReply('a.B', '').body, []);
});

// @rule connection/short-error-text
test('errors: of a long text a reply shows the beginning, and how long it was', () => {
  const whole = 'x'.repeat(1_000);
  assert.equal(new DBusErrorReply('a.B', whole).message, `a.B: ${whole}`);
  const long = new DBusErrorReply('a.B', `${whole}y`, { body: () => [`${whole}y`] });
  assert.equal(long.message, `a.B: ${whole}… (cut, of 1001 characters)`);
  assert.deepEqual(long.body, [`${whole}y`]);
  // No half of a character is left: no message could carry it.
  const { message } = new DBusErrorReply('a.B', `${'x'.repeat(999)}😀`);
  assert.equal(message, `a.B: ${'x'.repeat(999)}… (cut, of 1001 characters)`);
});
