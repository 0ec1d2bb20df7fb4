import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { authAttempts, DEFAULT_MECHANISMS } from '../../src/io/auth-attempts.ts';
import type { TransportTarget } from '../../src/transport-target.ts';
import { rejectsCode } from '../support/expect-error.ts';

const UNIX: TransportTarget = { kind: 'unix', path: '/x' };
const TCP: TransportTarget = { kind: 'tcp', host: 'h', port: 1, family: 0 };

function shown(target: TransportTarget, isPipelined: boolean, uid?: number): string[] {
  return authAttempts(DEFAULT_MECHANISMS, target, isPipelined, uid).map(
    ({ mechanism, initialResponse }) =>
      `${mechanism} ${initialResponse === undefined ? '-' : new TextDecoder().decode(initialResponse)}`,
  );
}

// @rule sasl/external-without-identity
// @rule sasl/external-identity-over-tcp
test('attempts: silent where the socket tells, by name over TCP', () => {
  assert.deepEqual(shown(UNIX, true, 1000), ['EXTERNAL -', 'DBUS_COOKIE_SHA1 1000']);
  assert.deepEqual(shown(UNIX, false, 1000), [
    'EXTERNAL 1000',
    'EXTERNAL -',
    'DBUS_COOKIE_SHA1 1000',
  ]);
  assert.deepEqual(shown(TCP, false, 1000), ['EXTERNAL 1000', 'DBUS_COOKIE_SHA1 1000']);
});

test('attempts: ANONYMOUS only when listed', () => {
  const attempts = authAttempts(['ANONYMOUS'], TCP, false, 1000);
  assert.deepEqual(
    attempts.map(({ mechanism }) => mechanism),
    ['ANONYMOUS'],
  );
});

test('attempts: the answer of EXTERNAL is empty, a cookie needs a good question', async () => {
  const [silent, cookie] = authAttempts(DEFAULT_MECHANISMS, UNIX, true, 1000);
  assert.deepEqual(await silent?.respond(new Uint8Array(0)), new Uint8Array(0));
  const answer = Promise.resolve(cookie?.respond(new Uint8Array(0)));
  await rejectsCode(answer, 'challenge-invalid');
});
