import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Collection } from '../../src/service/collection.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, errorReply, ITEM, type Script } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

function scriptedCollection(scripts: Record<string, Script> = {}) {
  const made = scriptedContext(scripts, { lockedWritesReportSuccess: false });
  return { ...made, collection: new Collection(made.context, COLLECTION) };
}

const locked: Script = () => ['v', new Variant('b', true)];

test('it asks for what it is asked', async () => {
  const { collection } = scriptedCollection({
    'Get Items': () => ['v', new Variant('ao', [ITEM])],
    'Get Created': () => ['v', new Variant('t', 1n)],
    'Get Modified': () => ['v', new Variant('t', 0n)],
  });
  assert.equal(await collection.label(), 'label');
  assert.deepEqual(await collection.created(), new Date(1000));
  assert.equal(await collection.modified(), undefined);
  assert.equal(await collection.exists(), true);
  assert.equal((await collection.items())[0]?.path, ITEM);
  await collection.ensureNotLocked();
  await collection.setLabel('new');
  await collection.delete();
});

// @rule secret/locked-list-is-not-empty
test('a locked one that shows no items is locked, not empty', async () => {
  const { collection } = scriptedCollection({ 'Get Locked': locked });
  await failsWith('locked', collection.items());
  const hinting = scriptedCollection({
    'Get Locked': locked,
    'Get Items': () => ['v', new Variant('ao', [ITEM])],
  });
  assert.equal((await hinting.collection.items()).length, 1);
});

// @rule secret/locked-times
test('times that a locked one does not tell are locked', async () => {
  const times: Record<string, Script> = { 'Get Created': () => errorReply('Failed') };
  await failsWith('failed', scriptedCollection(times).collection.created());
  const { collection } = scriptedCollection({ ...times, 'Get Locked': locked });
  await failsWith('locked', collection.created());
});

// @rule secret/no-empty-replace
test('an item is created with any attributes, and replaced only with some', async () => {
  const { collection, daemon } = scriptedCollection();
  assert.equal((await collection.createItem('l', {}, 's')).path, ITEM);
  const count = daemon.calls.length;
  const replacing = collection.createItem('l', {}, 's', { replace: true });
  await failsWith('invalid-attributes', replacing);
  assert.equal(daemon.calls.length, count);
  await collection.createItem('l', { a: '1' }, 's', { replace: true });
  assert.ok(daemon.members.includes('SearchItems'));
});

// @rule secret/option-names
test('a misspelt "replace" is refused, and makes no second item', async () => {
  const { collection, daemon } = scriptedCollection();
  const call = collection.createItem('L', { a: '1' }, 's', JSON.parse('{"replce":true}'));
  await failsWith('invalid-argument', call);
  assert.deepEqual(daemon.members, []);
});

test('what does not exist is said so', async () => {
  const { collection } = scriptedCollection({ 'Get Locked': () => errorReply('UnknownObject') });
  assert.equal(await collection.exists(), false);
  await failsWith('not-found', collection.isLocked());
});

test('labels and deletions reach the daemon, and nothing that it would damage does', async () => {
  const { collection, daemon } = scriptedCollection();
  await collection.setLabel('new');
  await collection.delete();
  assert.deepEqual(daemon.members, ['Set Label', 'Delete']);
  await failsWith('invalid-argument', collection.setLabel('a\0'));
  await failsWith('invalid-argument', collection.createItem('a\0', {}, 's'));
  assert.equal(daemon.calls.length, 2);
  const refusing = scriptedCollection({
    'Set Label': () => errorReply('AccessDenied'),
    Delete: () => errorReply('AccessDenied'),
    'Get Locked': () => errorReply('AccessDenied'),
  });
  await failsWith('denied', refusing.collection.setLabel('new'));
  await failsWith('denied', refusing.collection.delete());
  await failsWith('denied', refusing.collection.exists());
  await failsWith(
    'locked',
    scriptedCollection({ 'Get Locked': locked }).collection.ensureNotLocked(),
  );
});

// @rule secret/locked-write-refused
test('a locked one keeps its label where the daemon would only say that it changed', async () => {
  const { context, daemon } = scriptedContext({ 'Get Locked': locked });
  await failsWith('locked', new Collection(context, COLLECTION).setLabel('new'));
  assert.equal(daemon.members.includes('Set Label'), false);
});

// @rule secret/reserved-attributes
test('an item with attributes that the daemon reserves is not created', async () => {
  const { context, daemon } = scriptedContext({}, { reservedAttributes: ['Uuid'] });
  const collection = new Collection(context, COLLECTION);
  await failsWith('invalid-attributes', collection.createItem('l', { Uuid: 'u' }, 's'));
  assert.equal(daemon.members.includes('CreateItem'), false);
});
