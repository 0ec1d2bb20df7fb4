import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { busFindings, fault, note } from '../../src/doctor/bus-findings.ts';
import type { Facts, SocketFact } from '../../src/types/doctor.ts';
import { HEALTHY, withoutBus, withPlatform } from '../support/doctor-facts.ts';

function codes(facts: Facts): readonly string[] {
  return busFindings(facts).map(({ code }) => code);
}

function failing(message: string, socket?: SocketFact): Facts {
  const failure = { code: 'connect-failed', message };
  return withoutBus('connect-failed', { failure, sockets: socket === undefined ? [] : [socket] });
}

const SOCKET: SocketFact = { path: '/b', kind: 'socket', ownerUid: 1000, mode: 0o600 };

test('busFindings: nothing to say of a bus that is there', () => {
  assert.deepEqual(codes(HEALTHY), []);
});

test('busFindings: one reason, and each of them told apart', () => {
  const cases: readonly (readonly [Facts, string])[] = [
    [withoutBus('bus-disabled'), 'bus-disabled'],
    [withoutBus('no-bus', { sockets: [] }), 'no-bus'],
    [withoutBus('no-bus', { sockets: [{ ...SOCKET, ownerUid: 7 }] }), 'socket-of-another-user'],
    [withoutBus('auth-rejected'), 'bus-refuses-user'],
    [failing('got ENOENT', { path: '/b', kind: 'missing' }), 'socket-missing'],
    [failing('got EACCES', SOCKET), 'socket-denied'],
    [failing('got EACCES', { path: '/b', kind: 'unreadable' }), 'socket-denied'],
    [failing('got ENOTSOCK', { path: '/b', kind: 'other' }), 'no-socket'],
    [failing('got ECONNREFUSED', SOCKET), 'stale-socket'],
    [failing('got ETIMEDOUT', SOCKET), 'bus-unreachable'],
    [failing('got EHOSTUNREACH'), 'bus-unreachable'],
    [withPlatform(withoutBus('auth-rejected'), { uid: 0, sudoUid: 1000 }), 'other-users-bus'],
    [withPlatform(withoutBus('auth-rejected'), { sudoUid: 1000 }), 'bus-refuses-user'],
  ];
  for (const [facts, code] of cases) {
    assert.deepEqual(codes(facts), [code]);
    const [finding] = busFindings(facts);
    assert.equal(finding?.level, 'fault');
    assert.ok((finding?.steps.length ?? 0) > 0, code);
  }
});

test('busFindings: rights are shown as chmod takes them', () => {
  const [finding] = busFindings(failing('got EACCES', { ...SOCKET, mode: 0o640 }));
  assert.match(finding?.text ?? '', /mode 640, owned by user 1000/u);
});

test('busFindings: only a socket of another user is another user’s bus', () => {
  const rejected = (socket: SocketFact): readonly string[] =>
    codes(withPlatform(withoutBus('auth-rejected', { sockets: [socket] }), { sudoUid: 1000 }));
  assert.deepEqual(rejected({ ...SOCKET, ownerUid: 7 }), ['other-users-bus']);
  assert.deepEqual(rejected(SOCKET), ['bus-refuses-user']);
  assert.deepEqual(rejected({ ...SOCKET, ownerUid: undefined }), ['bus-refuses-user']);
  assert.deepEqual(rejected({ ...SOCKET, kind: 'other', ownerUid: 7 }), ['bus-refuses-user']);
  assert.deepEqual(codes(failing('got EPERM', SOCKET)), ['socket-denied']);
});

test('busFindings: where was looked is said, and an old variable is named only where it is one', () => {
  const text = (facts: Facts): string => busFindings(facts)[0]?.text ?? '';
  const sockets: readonly SocketFact[] = ['/a', '/b'].map((path) => ({ path, kind: 'missing' }));
  assert.match(text(withoutBus('no-bus', { sockets })), / Looked for \/a, \/b\.$/u);
  assert.match(text(withoutBus('no-bus', { sockets: [] })), /is not set\.$/u);
  const steps = (source: Facts['bus']['source']): string => {
    const [finding] = busFindings(withoutBus('connect-failed', { sockets, source }));
    return finding?.steps[0] ?? '';
  };
  assert.match(steps('DBUS_SESSION_BUS_ADDRESS'), /unset DBUS_SESSION_BUS_ADDRESS/u);
  assert.doesNotMatch(steps('XDG_RUNTIME_DIR/bus'), /unset/u);
  const denied = failing('got EACCES', { path: '/b', kind: 'unreadable' });
  assert.equal(text(denied), 'This user may not open the bus at /b.');
});

test('busFindings: of several sockets, one that is there is what it is about', () => {
  const missing: SocketFact = { path: '/a', kind: 'missing' };
  for (const sockets of [
    [missing, SOCKET],
    [SOCKET, missing],
  ]) {
    const failure = { code: 'connect-failed', message: 'got ENOENT; got ECONNREFUSED' };
    const [finding] = busFindings(withoutBus('connect-failed', { failure, sockets }));
    assert.deepEqual([finding?.code, / \/b:/u.test(finding?.text ?? '')], ['stale-socket', true]);
  }
});

test('busFindings: an address that somebody has set may be wrong, and one that was found is not', () => {
  const steps = (sockets: readonly SocketFact[], source: Facts['bus']['source']) => {
    const failure = { code: 'connect-failed', message: 'got EHOSTUNREACH' };
    return busFindings(withoutBus('connect-failed', { failure, sockets, source }))[0]?.steps[0];
  };
  for (const sockets of [[], [{ path: '/b', kind: 'other' } as const], [SOCKET]]) {
    assert.match(
      steps(sockets, 'DBUS_SESSION_BUS_ADDRESS') ?? '',
      /^unset DBUS_SESSION_BUS_ADDRESS/u,
    );
    assert.match(steps(sockets, 'XDG_RUNTIME_DIR/bus') ?? '', /^start a bus/u);
  }
});

test('fault and note differ in their level', () => {
  assert.equal(fault('a', 'b', []).level, 'fault');
  assert.equal(note('a', 'b', []).level, 'note');
});
