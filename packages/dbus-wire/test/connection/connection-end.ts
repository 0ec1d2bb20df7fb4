import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  closedByUs,
  connectedTooLate,
  disconnected,
  givenUp,
  helloFailed,
  helloHungUp,
  protocolBroken,
  traceFailed,
} from '../../src/connection/connection-end.ts';
import { ConnectionError, DBusErrorReply } from '../../src/connection-error.ts';

test('ends: each has its code, and keeps what caused it', () => {
  const cause = new Error('ECONNRESET');
  assert.equal(closedByUs().code, 'closed');
  assert.equal(disconnected(undefined).code, 'disconnected');
  assert.equal(disconnected(cause).cause, cause);
  assert.equal(helloHungUp(undefined).code, 'hello-failed');
  assert.equal(helloHungUp(cause).cause, cause);
  assert.equal(connectedTooLate().code, 'deadline');
  assert.equal(givenUp(cause).code, 'aborted');
  assert.equal(givenUp(cause).cause, cause);
  assert.equal(protocolBroken(cause).code, 'protocol');
  assert.equal(traceFailed(cause).code, 'trace-failed');
  assert.equal(traceFailed(cause).cause, cause);
  assert.match(protocolBroken('nonsense').message, /something else/);
  const reply = new DBusErrorReply('a.B', 'no');
  assert.equal(helloFailed(reply).cause, reply);
});

test('ends: an error that tells why already is passed on as it is', () => {
  const known = new ConnectionError('auth-rejected', 'x');
  assert.equal(disconnected(known), known);
  assert.equal(helloFailed(known), known);
});
