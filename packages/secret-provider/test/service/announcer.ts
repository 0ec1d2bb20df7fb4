import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { Announcer, type OutgoingSignal } from '../../src/service/announcer.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { LOGIN, SEED } from '../support/bench.ts';

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
  announcer.item('ItemCreated', 'login', '1');
  assert.deepEqual(
    sent.map(({ path, member, body }) => [path, member, body]),
    [[LOGIN, 'ItemCreated', [`${LOGIN}/1`]]],
  );
});

test('what became of a collection is told by the service, and of an item by its collection', () => {
  const { announcer, sent } = makeAnnouncer();
  announcer.collection('CollectionDeleted', 'safe');
  announcer.item('ItemChanged', 'login', '1');
  announcer.item('ItemDeleted', 'login', '1');
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
      ...[LOGIN, `${LOGIN}/1`, `${LOGIN}/2`].map((path) => `PropertiesChanged ${path}`),
      'CollectionChanged /org/freedesktop/secrets',
    ],
  );
  for (const { body } of sent.slice(0, 3)) {
    assert.deepEqual(body, ['a.b', new Map([['Locked', new Variant('b', true)]]), []]);
  }
});

test('the storm of KeePassXC: all of it, and again from the alias', () => {
  const { announcer, sent } = makeAnnouncer('keepassxc');
  announcer.item('ItemCreated', 'login', '1');
  const count = (path: string, member: string) =>
    sent.filter((signal) => signal.path === path && signal.member === member).length;
  assert.deepEqual(
    [LOGIN, '/org/freedesktop/secrets/aliases/default'].map((path) => [
      count(path, 'ItemCreated'),
      count(path, 'ItemChanged'),
    ]),
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

test('Completed goes to the owner; with KeePassXC to all, after that of a nested prompt', () => {
  const path = '/org/freedesktop/secrets/prompt/p1';
  const plain = makeAnnouncer();
  plain.announcer.completed(':1.9', path, false, new Variant('o', '/'));
  assert.deepEqual(
    plain.sent.map((signal) => [signal.path, signal.destination]),
    [[path, ':1.9']],
  );
  const nested = makeAnnouncer('keepassxc');
  nested.announcer.completed(':1.9', path, false, new Variant('o', '/'));
  assert.deepEqual(
    nested.sent.map((signal) => [signal.path, signal.destination]),
    [
      ['/org/freedesktop/secrets/prompt/np1', undefined],
      [path, undefined],
    ],
  );
});

test('gnome-keyring tells of each item whose collection is locked', () => {
  for (const [profile, changes] of [
    [undefined, 0],
    ['gnome-keyring', 2],
  ] as const) {
    const { announcer, sent } = makeAnnouncer(profile);
    const [collection] = memoryStore(SEED, () => 7).collections();
    announcer.lock(collection ?? assert.fail());
    assert.equal(sent.filter(({ member }) => member === 'ItemChanged').length, changes);
  }
});
