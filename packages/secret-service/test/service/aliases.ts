import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import * as aliases from '../../src/service/aliases.ts';
import { Collection } from '../../src/service/collection.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, errorReply } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const NONE = { ReadAlias: () => ['o', '/'] as const };

test('an alias names a collection, nothing, or one that is not there', async () => {
  const { context } = scriptedContext();
  assert.equal((await aliases.findCollection(context, 'default', {}))?.path, COLLECTION);
  const none = scriptedContext(NONE).context;
  assert.equal(await aliases.findCollection(none, 'default', {}), undefined);
  assert.equal(await aliases.readAliasOf(none, 'default', {}), undefined);
  await failsWith('no-default-collection', aliases.existingDefault(none, {}));
  const dangling = scriptedContext({ 'Get Locked': () => errorReply('UnknownObject') }).context;
  assert.equal((await aliases.readAliasOf(dangling, 'default', {}))?.path, COLLECTION);
  assert.equal(await aliases.findCollection(dangling, 'default', {}), undefined);
});

test('the default collection is created when it is missing', async () => {
  const { daemon, context } = scriptedContext(NONE);
  assert.equal((await aliases.defaultCollection(context, {})).path, COLLECTION);
  assert.ok(daemon.members.includes('CreateCollection'));
});

// @rule secret/alias-verified
test('a daemon that says yes and does nothing is not believed', async () => {
  const { context } = scriptedContext();
  const collection = new Collection(context, COLLECTION);
  await aliases.setAlias(context, 'work', collection, {});
  await failsWith('not-supported', aliases.setAlias(context, 'work', undefined, {}));
  const other = new Collection(context, `${COLLECTION}two`);
  await failsWith('not-supported', aliases.setAlias(context, 'work', other, {}));
});

// @rule secret/settable-aliases
test('an alias that the daemon lets nobody set is refused before it is sent', async () => {
  const { daemon, context } = scriptedContext({}, { settableAliases: ['default'] });
  const collection = new Collection(context, COLLECTION);
  await failsWith('not-supported', aliases.setAlias(context, 'work', collection, {}));
  await failsWith('not-supported', aliases.createCollection(context, 'l', { alias: 'work' }));
  assert.deepEqual(daemon.members, []);
});

test('an alias that is taken gives the collection that has it', async () => {
  const { daemon, context } = scriptedContext();
  const found = await aliases.createCollection(context, 'l', { alias: 'default' });
  assert.equal(found.path, COLLECTION);
  assert.equal(daemon.members.includes('CreateCollection'), false);
  await aliases.createCollection(context, 'l', {});
  assert.ok(daemon.members.includes('CreateCollection'));
});

// @rule secret/alias-removal
test('an alias that cannot be removed is told apart from a collection that is not there', async () => {
  const { context } = scriptedContext({
    SetAlias: () => errorReply('org.freedesktop.Secret.Error.NoSuchObject'),
  });
  await failsWith('not-supported', aliases.setAlias(context, 'default', undefined, {}));
  const collection = new Collection(context, COLLECTION);
  await failsWith('not-found', aliases.setAlias(context, 'default', collection, {}));
});

test('what is no collection does not remove an alias', async () => {
  const { daemon, context } = scriptedContext();
  for (const wrong of [5, null, COLLECTION, { path: COLLECTION }]) {
    const set = Reflect.apply(aliases.setAlias, undefined, [context, 'default', wrong, {}]);
    await failsWith('invalid-argument', set);
  }
  assert.deepEqual(daemon.members, []);
});

test('a collection that was made and is not named was perhaps made; bad names send nothing', async () => {
  const { daemon, context } = scriptedContext({ CreateCollection: () => ['oo', '/', '/'] });
  const error = await failsWith('protocol', aliases.createCollection(context, 'l', {}));
  assert.equal(error.mayHaveHappened, true);
  const count = daemon.calls.length;
  await failsWith('invalid-argument', aliases.createCollection(context, 'a\0', {}));
  await failsWith('invalid-argument', aliases.readAliasOf(context, '', {}));
  await failsWith('invalid-argument', aliases.setAlias(context, '', undefined, {}));
  assert.equal(daemon.calls.length, count);
});
