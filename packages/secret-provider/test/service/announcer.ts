import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { Announcer, type OutgoingSignal } from '../../src/service/announcer.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { LOGIN, SEED } from '../support/bench.ts';

const DEFAULT = '/org/freedesktop/secrets/aliases/default';

function makeAnnouncer(profile?: ProfileName): { announcer: Announcer; sent: OutgoingSignal[] } {
  const sent: OutgoingSignal[] = [];
  const announcer = new Announcer({
    profile: profileNamed(profile),
    store: memoryStore(SEED, () => 7),
    emit: (signal) => sent.push(signal),
    objectAt: () => ({
      methods: [],
      signals: [],
      children: [],
      properties: [
        { interface: 'a.b', name: 'Label', type: 's', read: () => 'now' },
        { interface: 'a.b', name: 'Locked', type: 'b', read: () => true },
      ],
    }),
  });
  return { announcer, sent };
}

test('a new item is told once, from its collection', () => {
  const { announcer, sent } = makeAnnouncer();
  announcer.item('created', 'login', '1');
  assert.deepEqual(
    sent.map(({ path, member, body }) => [path, member, body]),
    [[LOGIN, 'ItemCreated', [`${LOGIN}/1`]]],
  );
});

test('what became of a collection is told by the service, and of an item by its collection', () => {
  const { announcer, sent } = makeAnnouncer();
  announcer.collection('CollectionDeleted', 'safe');
  announcer.item('label', 'login', '1');
  announcer.item('deleted', 'login', '1');
  assert.deepEqual(
    sent.map(({ path, member, signature, body }) => [path, member, signature, ...body]),
    [
      [
        '/org/freedesktop/secrets',
        'CollectionDeleted',
        'o',
        '/org/freedesktop/secrets/collection/safe',
      ],
      [LOGIN, 'ItemChanged', 'o', `${LOGIN}/1`],
      [LOGIN, 'ItemDeleted', 'o', `${LOGIN}/1`],
    ],
  );
});

test('a lock that was closed or opened is told for the collection and each item', () => {
  const { announcer, sent } = makeAnnouncer();
  const [collection] = memoryStore(SEED, () => 7).collections();
  announcer.lock(collection ?? assert.fail());
  assert.deepEqual(
    sent.map(({ path, member }) => `${member} ${path}`),
    [
      'CollectionChanged /org/freedesktop/secrets',
      ...[`${LOGIN}/1`, `${LOGIN}/2`, LOGIN].map((path) => `PropertiesChanged ${path}`),
    ],
  );
  for (const { body } of sent.slice(1)) {
    assert.deepEqual(body, ['a.b', new Map([['Locked', new Variant('b', true)]]), []]);
  }
});

test('the storm of KeePassXC: all of it, and again from the alias', () => {
  const { announcer, sent } = makeAnnouncer('keepassxc');
  announcer.item('created', 'login', '1');
  assert.deepEqual(
    [sent[0]?.member, sent[1]?.path, sent[2]?.path],
    ['CollectionChanged', LOGIN, DEFAULT],
  );
  const count = (path: string, member: string) =>
    sent.filter((signal) => signal.path === path && signal.member === member).length;
  assert.deepEqual(
    [LOGIN, DEFAULT].map((path) => [count(path, 'ItemCreated'), count(path, 'ItemChanged')]),
    [
      [3, 18],
      [3, 18],
    ],
  );
});

test('PropertiesChanged carries the present values of what was named', () => {
  const { announcer, sent } = makeAnnouncer();
  announcer.properties(LOGIN, ['Label', 'Unknown']);
  assert.deepEqual(sent[0]?.body, ['a.b', new Map([['Label', new Variant('s', 'now')]]), []]);
  announcer.properties(LOGIN, ['Unknown']);
  assert.equal(sent.length, 1);
});

test('KWallet tells of an item from its alias first, and of no new attributes', () => {
  const { announcer, sent } = makeAnnouncer('kwallet');
  announcer.item('created', 'login', '1');
  announcer.item('attributes', 'login', '1');
  assert.deepEqual(
    sent.map(({ path, member }) => `${member} ${path}`),
    [`ItemCreated ${DEFAULT}`, `ItemCreated ${LOGIN}`],
  );
});

test('which properties a profile tells of', () => {
  for (const [profile, count] of [
    [undefined, 2],
    ['gnome-keyring', 2],
    ['kwallet', 0],
    ['keepassxc', 0],
  ] as const) {
    const { announcer, sent } = makeAnnouncer(profile);
    announcer.properties(LOGIN, ['Label', 'Locked', 'Modified']);
    const [values] = sent.map(({ body }) => body[1]);
    assert.equal(values instanceof Map ? values.size : 0, count, profile);
  }
});

test('Completed goes to the owner, with KeePassXC to all; there a nested prompt ends before', () => {
  const path = '/org/freedesktop/secrets/prompt/p1';
  const plain = makeAnnouncer();
  plain.announcer.completed(':1.9', path, false, new Variant('o', '/'));
  assert.deepEqual(
    plain.sent.map((signal) => [signal.path, signal.destination]),
    [[path, ':1.9']],
  );
  const nested = makeAnnouncer('keepassxc');
  for (const { announcer } of [plain, nested]) announcer.nestedUnlock('login');
  nested.announcer.completed(':1.9', path, false, new Variant('o', '/'));
  assert.deepEqual(
    nested.sent.map((signal) => [signal.path, signal.destination]),
    [
      ['/org/freedesktop/secrets/prompt/n1', undefined],
      [path, undefined],
    ],
  );
  assert.deepEqual(nested.sent[0]?.body, [false, new Variant('ao', [LOGIN])]);
  assert.equal(plain.sent.length, 1);
});

test('what is told of each item whose collection is locked', () => {
  for (const [profile, member, count] of [
    [undefined, 'ItemChanged', 0],
    ['gnome-keyring', 'ItemChanged', 2],
    ['keepassxc', 'ItemDeleted', 12],
  ] as const) {
    const { announcer, sent } = makeAnnouncer(profile);
    const [collection] = memoryStore(SEED, () => 7).collections();
    const lockable = {
      ...(collection ?? assert.fail()),
      items: () => collection?.items() ?? [],
      isLocked: true,
    };
    announcer.lock(lockable);
    assert.equal(sent.filter((signal) => signal.member === member).length, count, profile);
  }
});
