import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { lockObjects, unlockObjects } from '../../src/operations/locking.ts';
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

const collection = { path: COLLECTION, kind: 'collection' } as const;
const item = { path: ITEM, kind: 'item' } as const;
const locked =
  (value: boolean): Script =>
  () => ['v', new Variant('b', value)];
const prompting: Script = () => ['aoo', [], PROMPT];

// @rule secret/unlock-rereads
test('unlocked is what reads unlocked, whatever the prompt said', async () => {
  const cases: [isDismissed: boolean, locked: boolean, code: 'dismissed' | 'locked' | undefined][] =
    [
      [false, false, undefined],
      [true, false, undefined],
      [true, true, 'dismissed'],
      [false, true, 'locked'],
    ];
  for (const [isDismissed, stays, code] of cases) {
    const { daemon, context } = scriptedContext({ Unlock: prompting, 'Get Locked': locked(stays) });
    const unlocking = unlockObjects(context, [collection], {});
    const settled = code === undefined ? unlocking : failsWith(code, unlocking);
    await turn();
    daemon.complete(PROMPT, isDismissed, new Variant('ao', []));
    await settled;
    assert.deepEqual(daemon.members.slice(0, 3), ['Unlock', 'Prompt', 'Get Locked']);
  }
});

test('nothing to unlock is unlocked; no leave to prompt is locked', async () => {
  const { daemon, context } = scriptedContext({ Unlock: prompting, 'Get Locked': locked(true) });
  await unlockObjects(context, [], {});
  assert.deepEqual(daemon.members, []);
  const error = await failsWith('locked', unlockObjects(context, [item], { interactive: false }));
  assert.notEqual(error.advice, '');
  assert.deepEqual(daemon.members, ['Unlock', 'Dismiss', 'Get Locked']);
});

// @rule secret/lock-rereads
// @rule secret/lock-only-what-exists
test('locked is what reads locked, refused or hidden', async () => {
  const refused = scriptedContext({
    Lock: () => errorReply('InvalidArgs'),
    'Get Locked': locked(true),
  });
  await lockObjects(refused.context, [collection], {});
  const unlocked = scriptedContext({ Lock: () => errorReply('InvalidArgs') });
  await failsWith('failed', lockObjects(unlocked.context, [collection], {}));
  const lying = scriptedContext();
  await failsWith('failed', lockObjects(lying.context, [collection], {}));
  const hidden = scriptedContext({
    'Get Locked': (call) =>
      call.path === ITEM ? errorReply('UnknownObject') : ['v', new Variant('b', true)],
  });
  await lockObjects(hidden.context, [item], {});
  const gone = scriptedContext({
    'Get Locked': (call) =>
      call.path === ITEM ? errorReply('UnknownObject') : ['v', new Variant('b', false)],
  });
  await failsWith('not-found', lockObjects(gone.context, [collection, item], {}));
  assert.equal(gone.daemon.members.includes('Lock'), false);
});

test('a failure that is no refusal is one, however the objects read', async () => {
  const denied = scriptedContext({ Unlock: () => errorReply('AccessDenied') });
  await failsWith('denied', unlockObjects(denied.context, [collection], {}));
  const unread = scriptedContext({
    'Get Locked': (call) =>
      call.path === ITEM ? errorReply('AccessDenied') : ['v', new Variant('b', true)],
  });
  await failsWith('denied', lockObjects(unread.context, [item], {}));
});

test('an unknown object is not found, not unlocked', async () => {
  const { context } = scriptedContext({ 'Get Locked': () => errorReply('UnknownObject') });
  await failsWith('not-found', unlockObjects(context, [item], {}));
});

test('locking is asked for with Lock, and nothing at all with nothing', async () => {
  let isLocked = false;
  const { daemon, context } = scriptedContext({
    Lock: () => ['aoo', [], PROMPT],
    'Get Locked': () => ['v', new Variant('b', isLocked)],
  });
  await lockObjects(context, [], {});
  assert.deepEqual(daemon.members, []);
  const locking = lockObjects(context, [collection], {});
  await turn();
  isLocked = true;
  daemon.complete(PROMPT, false, new Variant('ao', []));
  await locking;
  assert.deepEqual(daemon.members, ['Lock', 'Prompt', 'Get Locked']);
  assert.equal(context.writes.isOwn(COLLECTION), true);
  assert.equal(context.writes.isOwn(ITEM), true);
  isLocked = false;
  const refused = failsWith('dismissed', lockObjects(context, [collection], {}));
  await turn();
  daemon.complete(PROMPT, true, new Variant('ao', []));
  assert.match((await refused).message, /^Service\.Lock/u);
});

// @rule secret/one-question-at-a-time
test('items of one collection are one question; their collection and all in it is touched', async () => {
  const { daemon, context } = scriptedContext({ Unlock: prompting, 'Get Locked': locked(true) });
  const second = { path: `${ITEM}2`, kind: 'item' } as const;
  const both = [item, second].map((each) =>
    failsWith('dismissed', unlockObjects(context, [each], {})),
  );
  await turn();
  daemon.complete(PROMPT, true, new Variant('ao', []));
  await Promise.all(both);
  assert.equal(daemon.members.filter((member) => member === 'Prompt').length, 1);
  assert.equal(context.writes.isOwn(COLLECTION), true);
  assert.equal(context.writes.isOwn(`${COLLECTION}/other`), true);
});

test('where nobody can be asked, that is the reason, with what to do on this daemon', async () => {
  const { daemon, context } = scriptedContext(
    { Unlock: prompting, 'Get Locked': locked(true) },
    { unlockAdvice: 'do this' },
    'plain',
    false,
  );
  const unlocking = failsWith('no-prompter', unlockObjects(context, [collection], {}));
  await turn();
  daemon.complete(PROMPT, true, new Variant('ao', []));
  assert.equal((await unlocking).advice, 'do this');
});
