import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  create,
  createDefaultCollection,
  deleteObject,
  refuseIfLocked,
} from '../../src/operations/creation.ts';
import * as calls from '../../src/protocol/calls.ts';
import { failsWith } from '../support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  PROMPT,
  type Script,
  turn,
} from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const CREATE = calls.createCollection('label', '');
const prompting: Script = () => ['oo', '/', PROMPT];

// @rule secret/object-or-prompt
// @rule secret/prompt-result-types
test('the object is in the reply, or in the result of the prompt, in any type', async () => {
  const direct = scriptedContext();
  assert.equal(await create(direct.context, CREATE, {}), COLLECTION);
  assert.equal(direct.context.writes.isOwn(COLLECTION), true);
  const cases: [Variant, string | undefined][] = [
    [new Variant('o', COLLECTION), COLLECTION],
    [new Variant('ao', ['/', COLLECTION]), COLLECTION],
    [new Variant('s', ''), undefined],
    [new Variant('o', '/'), undefined],
  ];
  for (const [result, path] of cases) {
    const { daemon, context } = scriptedContext({ CreateCollection: prompting });
    const creating = create(context, CREATE, {});
    await turn();
    daemon.complete(PROMPT, false, result);
    assert.equal(await creating, path);
  }
  const nothing = scriptedContext({ CreateCollection: () => ['oo', '/', '/'] });
  assert.equal(await create(nothing.context, CREATE, {}), undefined);
});

test('dismissed, and not allowed to prompt', async () => {
  const { daemon, context } = scriptedContext({ CreateCollection: prompting });
  const creating = failsWith('dismissed', create(context, CREATE, {}));
  await turn();
  daemon.complete(PROMPT, true, new Variant('o', COLLECTION));
  await creating;
  await failsWith('prompt-required', create(context, CREATE, { interactive: false }));
});

// @rule secret/deletions-in-turn
test("a deletion's result is not looked at", async () => {
  const { daemon, context } = scriptedContext({ Delete: () => ['o', PROMPT] });
  const deleting = deleteObject(context, ITEM, 'item', {});
  await turn();
  daemon.complete(PROMPT, false, new Variant('s', ''));
  await deleting;
  assert.equal(context.writes.isOwn(ITEM), true);
});

// @rule secret/locked-write-refused
test('a write to something locked is refused where the daemon would not say so', async () => {
  const scripts: Record<string, Script> = { 'Get Locked': () => ['v', new Variant('b', true)] };
  const lying = scriptedContext(scripts, { lockedWritesReportSuccess: true });
  await failsWith('locked', refuseIfLocked(lying.context, ITEM, 'item', {}));
  const honest = scriptedContext(scripts, { lockedWritesReportSuccess: false });
  await refuseIfLocked(honest.context, ITEM, 'item', {});
  assert.deepEqual(honest.daemon.members, []);
});

// @rule secret/no-blind-default
test('a default collection is created only with leave, and where that is only a prompt', async () => {
  const able = scriptedContext();
  assert.equal(await createDefaultCollection(able.context, {}), COLLECTION);
  const options = { interactive: false };
  await failsWith('no-default-collection', createDefaultCollection(able.context, options));
  const wizard = scriptedContext({}, { createsDefaultCollection: false, noDefaultAdvice: 'do it' });
  const error = await failsWith(
    'no-default-collection',
    createDefaultCollection(wizard.context, {}),
  );
  assert.equal(error.advice, 'do it');
  assert.deepEqual(wizard.daemon.members, []);
});

// @rule secret/one-default
test('a default collection that somebody has made meanwhile is not made again', async () => {
  const there = scriptedContext();
  assert.equal(await createDefaultCollection(there.context, {}), COLLECTION);
  assert.deepEqual(there.daemon.members, ['ReadAlias', 'Get Locked']);
  const missing: Record<string, Script>[] = [
    { ReadAlias: () => ['o', '/'] },
    { 'Get Locked': () => errorReply('UnknownObject') },
  ];
  for (const scripts of missing) {
    const { daemon, context } = scriptedContext(scripts);
    assert.equal(await createDefaultCollection(context, {}), COLLECTION);
    assert.equal(daemon.members.at(-1), 'CreateCollection');
  }
});

test('a deletion waits for its prompt, and is not made where that is refused', async () => {
  const { daemon, context } = scriptedContext({ Delete: () => ['o', PROMPT] });
  let isDone = false;
  const refused = failsWith('dismissed', deleteObject(context, ITEM, 'item', {}));
  const after = refused.then(() => {
    isDone = true;
  });
  await turn();
  assert.equal(isDone, false);
  daemon.complete(PROMPT, true, new Variant('s', ''));
  await after;
  assert.equal(context.writes.isOwn(ITEM), false);
  const strict = { interactive: false };
  await failsWith('prompt-required', deleteObject(context, COLLECTION, 'collection', strict));
  // Without a prompt there is nothing to wait for.
  const direct = scriptedContext();
  await deleteObject(direct.context, ITEM, 'item', {});
  assert.deepEqual(direct.daemon.members, ['Delete']);
});

test('what is not locked may be written to, on every daemon', async () => {
  const { context } = scriptedContext({}, { lockedWritesReportSuccess: true });
  await refuseIfLocked(context, ITEM, 'item', {});
  const locked = scriptedContext({ 'Get Locked': () => ['v', new Variant('b', true)] });
  const error = await failsWith(
    'locked',
    refuseIfLocked(locked.context, COLLECTION, 'collection', {}),
  );
  assert.match(error.message, /^Collection/u);
});

test('a default collection that is not there after all was perhaps made', async () => {
  const scripts: Record<string, Script> = {
    ReadAlias: () => ['o', '/'],
    CreateCollection: () => ['oo', '/', '/'],
  };
  const error = await failsWith(
    'protocol',
    createDefaultCollection(scriptedContext(scripts).context, {}),
  );
  assert.equal(error.mayHaveHappened, true);
  const { context } = scriptedContext({ 'Get Locked': () => errorReply('AccessDenied') });
  await failsWith('denied', createDefaultCollection(context, {}));
});

test('why a default collection cannot be made is told with what to do on this daemon', async () => {
  for (const [hasDisplay, code, advice] of [
    [false, 'no-prompter', 'make one'],
    [true, 'dismissed', 'try again and confirm the dialog of the keyring'],
  ] as const) {
    const { daemon, context } = scriptedContext(
      { ReadAlias: () => ['o', '/'], CreateCollection: prompting },
      { noDefaultAdvice: 'make one' },
      'plain',
      hasDisplay,
    );
    const making = failsWith(code, createDefaultCollection(context, {}));
    await turn();
    daemon.complete(PROMPT, true, new Variant('o', '/'));
    assert.equal((await making).advice, advice);
  }
});
