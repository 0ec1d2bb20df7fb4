import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../src/decode-message.ts';
import { encodeMessage } from '../src/encode-message.ts';
import type { Message } from '../src/message.ts';
import { NameOwners, type OwnerChange, TrackedName } from '../src/name-owners.ts';

const BUS = 'org.freedesktop.DBus';

function start() {
  const log: string[] = [];
  const answers = {
    match: new Map<string, (error: Error | undefined) => void>(),
    owner: new Map<string, (owner: string | undefined, error?: Error) => void>(),
  };
  const owners = new NameOwners({
    addMatch: (rule, done) => {
      log.push(`match ${rule.arg0}`);
      answers.match.set(String(rule.arg0), done);
    },
    removeMatch: (rule) => log.push(`unmatch ${rule.arg0}`),
    getNameOwner: (name, done) => {
      log.push(`ask ${name}`);
      answers.owner.set(name, done);
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
  const changes: OwnerChange[] = [];
  tracked.listeners.add({
    ownerChanged: (change) => changes.push(change),
    ownerUnknown: () => {},
  });
  tracked.setOwner(undefined);
  tracked.setOwner(undefined);
  tracked.setOwner(':1.5');
  assert.deepEqual(changes, [
    { oldOwner: undefined, newOwner: undefined },
    { oldOwner: undefined, newOwner: ':1.5' },
  ]);
});

test('owners: a refused subscription or question fails those who wait, and is asked anew', () => {
  for (const kind of ['match', 'owner'] as const) {
    const { owners, log, answers } = start();
    const errors: Error[] = [];
    owners.track('a.b').listeners.add({
      ownerChanged: () => {},
      ownerUnknown: (error) => errors.push(error),
    });
    const refusal = new Error('refused');
    if (kind === 'match') answers.match.get('a.b')?.(refusal);
    else answers.owner.get('a.b')?.(undefined, refusal);
    assert.deepEqual(errors, [refusal]);
    log.length = 0;
    owners.track('a.b');
    assert.deepEqual(log, ['match a.b', 'ask a.b']);
  }
});

test('owners: names nobody uses are forgotten when there are too many', () => {
  const { owners, log, answers } = start();
  const used = owners.track('used.name');
  used.listeners.add({ ownerChanged: () => {}, ownerUnknown: () => {} });
  answers.owner.get('used.name')?.(':1.1');
  for (let count = 0; count < 100; count++) {
    owners.track(`a.b${count}`);
    answers.match.get(`a.b${count}`)?.(undefined);
    answers.owner.get(`a.b${count}`)?.(undefined);
  }
  const forgotten = log.filter((line) => line.startsWith('unmatch'));
  assert.equal(forgotten.length, 101 - 32);
  assert.equal(forgotten[0], 'unmatch a.b0');
  assert.ok(!forgotten.includes('unmatch used.name'));
});
