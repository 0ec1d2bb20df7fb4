import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message } from '../../src/codec/message.ts';
import { parseMatchRule } from '../../src/connection/match-rule.ts';
import { NameOwners, type OwnerChange, TrackedName } from '../../src/connection/name-owners.ts';
import { DBusErrorReply } from '../../src/connection-error.ts';

const BUS = 'org.freedesktop.DBus';
const CHANGES = {
  type: 'signal',
  sender: BUS,
  interface: BUS,
  member: 'NameOwnerChanged',
  path: '/org/freedesktop/DBus',
};

function start() {
  const log: string[] = [];
  const answers = {
    match: new Map<string, (error?: Error) => void>(),
    owner: new Map<string, (owner: string | undefined) => void>(),
    refused: new Map<string, (error: Error) => void>(),
  };
  const owners = new NameOwners({
    addMatch: (rule, done) => {
      const { arg0, ...others } = parseMatchRule(rule);
      assert.deepEqual(others, CHANGES);
      log.push(`match ${arg0}`);
      answers.match.set(String(arg0), done);
    },
    removeMatch: (rule) => log.push(`unmatch ${parseMatchRule(rule).arg0}`),
    getNameOwner: (name, answered, failed) => {
      log.push(`ask ${name}`);
      answers.owner.set(name, answered);
      answers.refused.set(name, failed);
    },
  });
  return { owners, log, answers };
}

function changed(body: readonly unknown[], overrides: Partial<Message> = {}): Message {
  return decodeMessage(
    encodeMessage({
      type: 'signal',
      serial: 1,
      sender: BUS,
      path: '/org/freedesktop/DBus',
      interface: BUS,
      member: 'NameOwnerChanged',
      signature: 'sss',
      body,
      ...overrides,
    }),
  );
}

// @rule connection/subscribe-before-ask
test('owners: subscribed first, asked once', () => {
  const { owners, log } = start();
  const tracked = owners.track('a.b');
  assert.equal(owners.track('a.b'), tracked);
  assert.deepEqual(log, ['match a.b', 'ask a.b']);
  assert.equal(tracked.isKnown, false);
});

// @rule connection/owner-changed-from-bus
test('owners: only the bus is believed', () => {
  const { owners, answers } = start();
  const tracked = owners.track('a.b');
  answers.owner.get('a.b')?.(':1.5');
  for (const forged of [
    changed(['a.b', ':1.5', ':1.6'], { sender: ':1.6' }),
    changed(['a.b', ':1.5', ':1.6'], { interface: 'a.b' }),
    changed(['a.b', ':1.5', ':1.6'], { member: 'NameOwnerChange' }),
    changed(['a.b', ':1.5'], { signature: 'ss' }),
  ]) {
    owners.receive(forged);
    assert.equal(tracked.owner, ':1.5');
  }
  owners.receive(changed(['a.b', ':1.5', ':1.6']));
  assert.equal(tracked.owner, ':1.6');
  assert.equal(owners.owns(':1.6', 'a.b'), true);
  assert.equal(owners.owns(':1.5', 'a.b'), false);
  assert.equal(owners.owns(':1.6', 'x.y'), false);
  owners.receive(changed(['a.b', ':1.6', '']));
  assert.equal(tracked.owner, undefined);
  owners.receive(changed(['x.y', '', ':1.6']));
});

test('owners: listeners learn of each change, and first of the state', () => {
  const tracked = new TrackedName('a.b');
  const changes: (OwnerChange & { wasKnown: boolean })[] = [];
  tracked.listeners.add({
    ownerChanged: (change, wasKnown) => changes.push({ ...change, wasKnown }),
    fail: () => {},
  });
  tracked.setOwner(undefined);
  tracked.setOwner(undefined);
  tracked.setOwner(':1.5');
  assert.deepEqual(changes, [
    { oldOwner: undefined, newOwner: undefined, wasKnown: false },
    { oldOwner: undefined, newOwner: ':1.5', wasKnown: true },
  ]);
});

test('owners: a refused subscription or question fails those who wait, and is asked anew', () => {
  for (const kind of ['match', 'owner'] as const) {
    const { owners, log, answers } = start();
    const errors: Error[] = [];
    owners.track('a.b').listeners.add({
      ownerChanged: () => {},
      fail: (error) => errors.push(error),
    });
    const refusal = new Error('refused');
    if (kind === 'match') answers.match.get('a.b')?.(refusal);
    else answers.refused.get('a.b')?.(refusal);
    assert.deepEqual(errors, [refusal]);
    log.length = 0;
    const late = { match: answers.match.get('a.b'), refused: answers.refused.get('a.b') };
    const anew = owners.track('a.b');
    assert.deepEqual(log, ['match a.b', 'ask a.b']);
    // The second answer about the first one says nothing about this one.
    anew.listeners.add({ ownerChanged: () => {}, fail: (error) => errors.push(error) });
    late.match?.(refusal);
    late.refused?.(refusal);
    assert.deepEqual(errors, [refusal]);
    assert.equal(owners.track('a.b'), anew);
  }
});

test('owners: a refused question leaves no rule behind, and takes no other away', () => {
  const { owners, log, answers } = start();
  const refusal = new DBusErrorReply('org.freedesktop.DBus.Error.AccessDenied', 'no');
  owners.track('a.b');
  answers.match.get('a.b')?.();
  answers.refused.get('a.b')?.(refusal);
  assert.deepEqual(log, ['match a.b', 'ask a.b', 'unmatch a.b']);
  log.length = 0;
  owners.track('a.b');
  answers.match.get('a.b')?.(refusal);
  const late = answers.refused.get('a.b');
  owners.track('a.b');
  late?.(refusal);
  assert.deepEqual(log, ['match a.b', 'ask a.b', 'match a.b', 'ask a.b']);
});

test('owners: names nobody uses are forgotten when there are too many', () => {
  const { owners, log, answers } = start();
  const used = owners.track('used.name');
  used.listeners.add({ ownerChanged: () => {}, fail: () => {} });
  answers.owner.get('used.name')?.(':1.1');
  for (let count = 0; count < 100; count++) {
    owners.track(`a.b${count}`);
    answers.match.get(`a.b${count}`)?.();
    answers.owner.get(`a.b${count}`)?.(undefined);
  }
  const forgotten = log.filter((line) => line.startsWith('unmatch'));
  // Each once, those that came first, and not the one that is used.
  const expected = Array.from({ length: 101 - 32 }, (_, count) => `unmatch a.b${count}`);
  assert.deepEqual(forgotten, expected);
});
