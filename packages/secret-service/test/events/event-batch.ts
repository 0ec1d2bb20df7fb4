import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { EventBatch } from '../../src/events/event-batch.ts';
import { MAX_QUEUED_EVENTS } from '../../src/limits.ts';
import { COLLECTION, ITEM } from '../support/scripted-daemon.ts';

const ALIAS = '/org/freedesktop/secrets/aliases/default';

function coalesced(...signals: [member: string, path: unknown][]): string[] {
  const batch = new EventBatch();
  for (const [member, path] of signals) batch.add({ member, path });
  return batch.take().map((event) => `${event.type} ${event.path}`);
}

// @rule secret/events-coalesced
test('many signals about one object are one event', () => {
  const cases: [[string, unknown][], string[]][] = [
    [
      [
        ['ItemCreated', ITEM],
        ['ItemCreated', ITEM],
      ],
      [`item-created ${ITEM}`],
    ],
    [
      [
        ['ItemCreated', ITEM],
        ['ItemChanged', ITEM],
      ],
      [`item-created ${ITEM}`],
    ],
    [
      [
        ['ItemChanged', ITEM],
        ['ItemChanged', ITEM],
      ],
      [`item-changed ${ITEM}`],
    ],
    [
      [
        ['ItemChanged', ITEM],
        ['ItemDeleted', ITEM],
      ],
      [`item-deleted ${ITEM}`],
    ],
    [
      [
        ['ItemCreated', ITEM],
        ['ItemDeleted', ITEM],
      ],
      [],
    ],
    [
      [
        ['ItemDeleted', ITEM],
        ['ItemDeleted', ITEM],
      ],
      [`item-deleted ${ITEM}`],
    ],
    [
      [
        ['ItemDeleted', ITEM],
        ['ItemCreated', ITEM],
      ],
      [`item-deleted ${ITEM}`, `item-created ${ITEM}`],
    ],
    [[['CollectionChanged', COLLECTION]], [`collection-changed ${COLLECTION}`]],
    [
      [
        ['CollectionCreated', COLLECTION],
        ['ItemCreated', ITEM],
      ],
      [`collection-created ${COLLECTION}`, `item-created ${ITEM}`],
    ],
  ];
  for (const [signals, expected] of cases) assert.deepEqual(coalesced(...signals), expected);
});

// @rule secret/alias-events-dropped
test('the same told of an alias is dropped, and what is no such signal', () => {
  assert.deepEqual(
    coalesced(
      ['CollectionChanged', ALIAS],
      ['ItemChanged', `${ALIAS}/1`],
      ['ItemChanged', 7],
      ['ItemChanged', undefined],
      ['Whatever', ITEM],
    ),
    [],
  );
});

test('an item tells its collection', () => {
  const batch = new EventBatch();
  batch.add({ member: 'ItemCreated', path: ITEM });
  assert.equal(batch.take()[0]?.collectionPath, COLLECTION);
});

test('waiting ends when something comes, or nothing will', async () => {
  const batch = new EventBatch();
  const first = batch.waiting();
  batch.add({ member: 'ItemCreated', path: ITEM });
  assert.equal(await first, true);
  assert.equal(batch.take().length, 1);
  const second = batch.waiting();
  batch.end();
  assert.equal(await second, false);
  batch.end(new Error('too late'));
  assert.equal(await batch.waiting(), false);
});

test('what waits is taken before an error is told', async () => {
  const batch = new EventBatch();
  batch.add({ member: 'ItemCreated', path: ITEM });
  batch.end(new Error('lost'));
  assert.equal(await batch.waiting(), true);
  assert.equal(batch.take().length, 1);
  await assert.rejects(batch.waiting(), /lost/);
});

test('a reader that does not come loses the oldest', () => {
  const batch = new EventBatch();
  for (let i = 0; i <= MAX_QUEUED_EVENTS; i += 1) {
    batch.add({ member: 'ItemChanged', path: `${COLLECTION}/${i}` });
  }
  const events = batch.take();
  assert.equal(events.length, MAX_QUEUED_EVENTS);
  assert.equal(events[0]?.path, `${COLLECTION}/1`);
});

test('each event names the collection that it is about', () => {
  const batch = new EventBatch();
  batch.add({ member: 'ItemChanged', path: ITEM });
  batch.add({ member: 'CollectionChanged', path: COLLECTION });
  assert.deepEqual(
    batch.take().map(({ path, collectionPath, isOwn }) => [path, collectionPath, isOwn]),
    [
      [ITEM, COLLECTION, false],
      [COLLECTION, COLLECTION, false],
    ],
  );
});
