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

test('fault and note differ in their level', () => {
  assert.equal(fault('a', 'b', []).level, 'fault');
  assert.equal(note('a', 'b', []).level, 'note');
});
