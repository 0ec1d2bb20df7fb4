import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { authAttempts, stepwiseHandshake } from '../../src/io/auth-attempts.ts';
import type { AuthMechanism } from '../../src/sasl/client.ts';
import type { TransportTarget } from '../../src/transport/transport-target.ts';
import { rejectsCode } from '../support/expect-error.ts';

const UNIX: TransportTarget = { kind: 'unix', path: '/x' };
const TCP: TransportTarget = { kind: 'tcp', host: 'h', port: 1, family: 0 };

const MECHANISMS: readonly AuthMechanism[] = ['EXTERNAL', 'DBUS_COOKIE_SHA1'];

function shown(target: TransportTarget, uid?: number): string[] {
  return authAttempts(MECHANISMS, target, uid).map(
    ({ mechanism, initialResponse }) =>
      `${mechanism} ${initialResponse === undefined ? '-' : new TextDecoder().decode(initialResponse)}`,
  );
}

// @rule sasl/external-without-identity
// @rule sasl/external-identity-over-tcp
test('attempts: by name, silent where the socket tells, never silent over TCP', () => {
  assert.deepEqual(shown(UNIX, 1000), ['EXTERNAL 1000', 'EXTERNAL -', 'DBUS_COOKIE_SHA1 1000']);
  assert.deepEqual(shown(TCP, 1000), ['EXTERNAL 1000', 'DBUS_COOKIE_SHA1 1000']);
});

test('attempts: ANONYMOUS only when listed', () => {
  const attempts = authAttempts(['ANONYMOUS'], TCP, 1000);
  assert.deepEqual(
    attempts.map(({ mechanism }) => mechanism),
    ['ANONYMOUS'],
  );
});

test('attempts: the answer of EXTERNAL is empty, a cookie needs a good question', async () => {
  const [, silent, cookie] = authAttempts(MECHANISMS, UNIX, 1000);
  assert.deepEqual(await silent?.respond(new Uint8Array(0)), new Uint8Array(0));
  const answer = Promise.resolve(cookie?.respond(new Uint8Array(0)));
  await rejectsCode(answer, 'challenge-invalid');
});

test('attempts: made by one conversation', () => {
  const handshake = stepwiseHandshake(
    ['ANONYMOUS'],
    UNIX,
  )({
    send: () => {},
    accepted: () => {},
    received: () => {},
    failed: () => {},
  });
  const text = new TextDecoder().decode(handshake.firstBytes());
  assert.equal(text, '\0AUTH ANONYMOUS 6b657977697265\r\n');
});
