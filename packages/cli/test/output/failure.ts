import assert from 'node:assert/strict';
import { ConnectionError, DBusErrorReply } from '@keywire/dbus-wire';
import { KeyringError } from '@keywire/keyring';
import { KeyringFileError } from '@keywire/keyring-file';
import { ERROR_TABLE, SecretServiceError } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { failureOf } from '../../src/output/failure.ts';

test("failureOf: a Secret Service's failure has the exit code and the advice of its table", () => {
  for (const [code, exitCode] of [
    ['not-found', 1],
    ['invalid-attributes', 2],
    ['locked', 3],
    ['prompt-required', 3],
    ['no-prompter', 3],
    ['prompt-deadline', 3],
    ['dismissed', 4],
    ['unavailable', 5],
    ['disconnected', 5],
    ['denied', 6],
    ['protocol', 7],
    ['deadline', 7],
  ] as const) {
    const error = new SecretServiceError(code, 'Subject');
    const { message, advice } = error;
    assert.match(message, /^Subject: /u);
    assert.deepEqual(failureOf(error), { code: exitCode, message, advice });
    assert.equal(advice, ERROR_TABLE[code].advice ?? '');
  }
});

test('failureOf: without a bus the message is what was tried', () => {
  const cause = new ConnectionError('no-bus', 'bus: tried unix:path=/nowhere');
  const error = new SecretServiceError('unavailable', 'Service.SearchItems', { cause });
  assert.deepEqual(failureOf(error), { code: 5, message: cause.message, advice: error.advice });
});

test('failureOf: the method called is no subject for people', () => {
  const error = new SecretServiceError('locked', 'Service.Unlock');
  assert.equal(failureOf(error).message, 'the keyring is locked');
});

test('failureOf: a failure of passwords; the store underneath tells its own', () => {
  for (const [code, exitCode, advice] of [
    ['unknown-backend', 2, '"keywire backends" lists them'],
    ['scheme-has-no-group', 2, 'a group needs a scheme that has one, such as keywire'],
    ['locked', 3, 'as it is'],
    ['dismissed', 4, 'as it is'],
    ['unavailable', 5, 'as it is'],
    ['denied', 6, 'as it is'],
    ['too-large', 2, 'as it is'],
    ['not-text', 7, 'as it is'],
    ['migration-conflict', 7, 'say what to do with --on-conflict=keep or --on-conflict=overwrite'],
  ] as const) {
    const error = new KeyringError(code, 'subject: text', { advice: 'as it is' });
    assert.deepEqual(failureOf(error), { code: exitCode, message: 'subject: text', advice });
  }
  const cause = new SecretServiceError('locked', 'Service.Unlock');
  const wrapped = new KeyringError('locked', cause.message, { cause });
  assert.deepEqual(failureOf(wrapped), failureOf(cause));
  for (const below of [
    new ConnectionError('no-bus', 'bus: none', { advice: 'start one' }),
    new KeyringFileError('tampered-file', 'keyring file: changed'),
  ]) {
    const passedOn = new KeyringError('unavailable', 'subject: text', { cause: below });
    assert.deepEqual(failureOf(passedOn), failureOf(below));
  }
  // @rule cli/silence-is-unavailable
  const silence = new SecretServiceError('deadline', 'Service.SearchItems');
  const silent = new KeyringError('deadline', silence.message, { cause: silence });
  assert.deepEqual(failureOf(silent), { ...failureOf(silence), code: 5 });
  const none = new KeyringError('unavailable', 'no backend can serve', { cause: wrapped });
  assert.deepEqual(failureOf(none), failureOf(cause));
});

test("failureOf: a connection's own failures", () => {
  const advice = 'try again';
  for (const [code, exitCode] of [
    ['no-bus', 5],
    ['address-invalid', 5],
    ['connect-failed', 5],
    ['auth-rejected', 6],
    ['protocol', 7],
  ] as const) {
    const error = new ConnectionError(code, 'bus: failed', { advice });
    assert.deepEqual(failureOf(error), { code: exitCode, message: 'bus: failed', advice });
  }
});

test("failureOf: the text of a reply is the peer's, and is not repeated", () => {
  const { code, message } = failureOf(new DBusErrorReply('org.example.Bad', 'hunter2'));
  assert.deepEqual([code, message], [7, 'the bus answered org.example.Bad']);
});

test('failureOf: what nobody foresaw', () => {
  assert.deepEqual(failureOf(new RangeError('off')), {
    code: 7,
    message: 'unexpected failure: RangeError: off',
    advice: '',
  });
  assert.equal(failureOf(undefined).message, 'unexpected failure: a thrown undefined');
});

test('failureOf: a keyring file’s failures, with their advice', () => {
  for (const [code, exitCode] of [
    ['wrong-password', 6],
    ['file-not-found', 2],
    ['not-a-keyring-file', 2],
    ['too-large', 2],
    ['malformed', 2],
    ['truncated', 2],
    ['unsupported-version', 2],
    ['tampered-file', 7],
  ] as const) {
    const error = new KeyringFileError(code, 'keyring file: what was expected');
    const { message, advice = '' } = error;
    assert.deepEqual(failureOf(error), { code: exitCode, message, advice });
  }
});
