import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { secretServiceError } from '../../src/errors/errors.ts';
import { search, searchPaths } from '../../src/operations/search.ts';
import { failsWith } from '../support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  never,
  PROMPT,
  type Script,
  SERVICE,
  turn,
} from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const WANTED = new Map([['a', '1']]);
const ALL = { collectionPath: undefined };
const OTHER = `${SERVICE}/collection/other`;
const lockedPaths =
  (...paths: string[]): Script =>
  (call) => ['v', new Variant('b', paths.includes(call.path))];

// @rule secret/locked-is-not-absent
test('no hits are absence only when nothing is locked', async () => {
  const open = scriptedContext();
  assert.deepEqual(await search(open.context, WANTED, ALL, {}), { unlocked: [], locked: [] });
  const locked = scriptedContext({ 'Get Locked': lockedPaths(COLLECTION) });
  await failsWith('locked', search(locked.context, WANTED, ALL, { interactive: false }));
  const other = scriptedContext({
    'Get Collections': () => ['v', new Variant('ao', [COLLECTION, OTHER])],
    'Get Locked': lockedPaths(OTHER),
  });
  const error = await failsWith('locked', search(other.context, WANTED, ALL, {}));
  assert.match(error.message, /or not here/);
  assert.notEqual(error.advice, '');
  assert.equal(other.daemon.members.includes('Unlock'), false, 'unlocked unasked');
  const scoped = await search(other.context, WANTED, { collectionPath: COLLECTION }, {});
  assert.deepEqual(scoped, { unlocked: [], locked: [] });
});

test('the default collection is unlocked, and searched again', async () => {
  let isLocked = true;
  const { daemon, context } = scriptedContext({
    Unlock: () => ['aoo', [], PROMPT],
    'Get Locked': () => ['v', new Variant('b', isLocked)],
    SearchItems: () => ['aoao', isLocked ? [] : [ITEM], []],
  });
  const searching = search(context, WANTED, ALL, {});
  while (!daemon.members.includes('Prompt')) await turn();
  isLocked = false;
  daemon.complete(PROMPT, false, new Variant('ao', [COLLECTION]));
  assert.deepEqual(await searching, { unlocked: [ITEM], locked: [] });
});

// @rule secret/locked-is-not-absent
test('with the default collection open and another locked, only hits are an answer', async () => {
  for (const hits of [[ITEM], []]) {
    let isLocked = true;
    const { context } = scriptedContext({
      'Get Collections': () => ['v', new Variant('ao', [COLLECTION, OTHER])],
      'Get Locked': (call) => ['v', new Variant('b', call.path === OTHER || isLocked)],
      Unlock: () => {
        isLocked = false;
        return ['aoo', [COLLECTION], '/'];
      },
      SearchItems: () => ['aoao', isLocked ? [] : hits, []],
    });
    const searching = search(context, WANTED, ALL, {});
    if (hits.length === 0) await failsWith('locked', searching);
    else assert.deepEqual(await searching, { unlocked: hits, locked: [] });
  }
});

// @rule secret/search-deadline-locked
test('a search that is held back by a dialog is locked, or has nothing to search in', async () => {
  const deadline: Script = () => errorReply('TimedOut');
  const locked = scriptedContext({
    SearchItems: deadline,
    'Get Locked': lockedPaths(COLLECTION),
  });
  const error = await failsWith('locked', search(locked.context, WANTED, ALL, {}));
  assert.notEqual(error.advice, '');
  const slow = scriptedContext({ SearchItems: deadline });
  await failsWith('deadline', search(slow.context, WANTED, ALL, {}));
  const empty = scriptedContext({
    SearchItems: deadline,
    'Get Collections': () => ['v', new Variant('ao', [])],
    ReadAlias: () => ['o', '/'],
  });
  await failsWith('no-default-collection', search(empty.context, WANTED, ALL, {}));
});

// @rule secret/empty-search-enumerates
test('a search for nothing lists everything', async () => {
  const { daemon, context } = scriptedContext({
    'Get Items': () => ['v', new Variant('ao', [ITEM, `${ITEM}2`, `${ITEM}3`])],
    'Get Locked': (call) =>
      call.path === `${ITEM}3`
        ? errorReply('UnknownObject')
        : ['v', new Variant('b', call.path === ITEM)],
  });
  assert.deepEqual(await search(context, new Map(), ALL, {}), {
    unlocked: [`${ITEM}2`],
    locked: [ITEM],
  });
  const here = { collectionPath: COLLECTION };
  assert.equal((await searchPaths(context, new Map(), here, {})).length, 3);
  assert.equal(daemon.members.includes('SearchItems'), false);
});

test('who does not ask which hits are locked waits for one call', async () => {
  const { daemon, context } = scriptedContext({ SearchItems: () => ['ao', [ITEM, `${ITEM}2`]] });
  const scope = { collectionPath: COLLECTION };
  assert.deepEqual(await searchPaths(context, WANTED, scope, {}), [ITEM, `${ITEM}2`]);
  assert.deepEqual(daemon.members, ['SearchItems']);
});

test('an alias that names nothing hides nothing', async () => {
  const { context } = scriptedContext({ 'Get Locked': () => errorReply('UnknownObject') });
  assert.deepEqual(await search(context, WANTED, ALL, {}), { unlocked: [], locked: [] });
});

test('an abort ends a search', async () => {
  const { context } = scriptedContext({ SearchItems: never });
  const controller = new AbortController();
  const searching = failsWith(
    'aborted',
    search(context, WANTED, ALL, { signal: controller.signal }),
  );
  await turn();
  controller.abort();
  await searching;
});

test('a collection that is deleted while all of them are listed takes nothing from the others', async () => {
  const { context } = scriptedContext({
    'Get Collections': () => ['v', new Variant('ao', [COLLECTION, `${COLLECTION}2`])],
    'Get Items': ({ path }) =>
      path === COLLECTION ? ['v', new Variant('ao', [ITEM])] : errorReply('UnknownObject'),
  });
  assert.deepEqual(await searchPaths(context, new Map(), ALL, {}), [ITEM]);
  const gone = { collectionPath: `${COLLECTION}2` };
  await failsWith('not-found', searchPaths(context, new Map(), gone, {}));
  const { context: denied } = scriptedContext({ 'Get Items': () => errorReply('AccessDenied') });
  await failsWith('denied', searchPaths(denied, new Map(), ALL, {}));
});

test('only what is known to be gone is left out of what is sorted by its lock', async () => {
  const { context } = scriptedContext({
    SearchItems: () => ['ao', [ITEM]],
    'Get Locked': () => errorReply('AccessDenied'),
  });
  await failsWith('denied', search(context, WANTED, { collectionPath: COLLECTION }, {}));
  const unasked = scriptedContext({ 'Get Locked': () => errorReply('AccessDenied') });
  await failsWith('denied', search(unasked.context, WANTED, ALL, {}));
});

const HIT: Script = () => ['aoao', [ITEM], []];
const SECOND = `${ITEM}2`;
const THIRD = `${ITEM}3`;
const SOUGHT = new Map([['user', 'u']]);
const LOOSE = { searchIgnoresNewline: true };
const users =
  (byPath: Readonly<Record<string, string>>): Script =>
  ({ path }) => {
    const user = byPath[path];
    if (user === undefined) return errorReply('UnknownObject');
    return ['v', new Variant('a{ss}', { user, more: 'm' })];
  };

// @rule secret/hits-are-exact
test('a hit that has a newline more than what was sought is none', async () => {
  const found: Record<string, Script> = {
    'Get Attributes': users({ [ITEM]: 'u\n', [SECOND]: 'u', [THIRD]: 'u\n' }),
    SearchItems: ({ path }) =>
      path === COLLECTION ? ['ao', [ITEM, SECOND]] : ['aoao', [ITEM, SECOND], [THIRD]],
  };
  const loose = scriptedContext(found, LOOSE);
  assert.deepEqual(await search(loose.context, SOUGHT, ALL, {}), {
    unlocked: [SECOND],
    locked: [],
  });
  const here = { collectionPath: COLLECTION };
  assert.deepEqual(await searchPaths(loose.context, SOUGHT, here, {}), [SECOND]);
  const exact = scriptedContext(found);
  const all = await search(exact.context, SOUGHT, ALL, {});
  assert.deepEqual(all, { unlocked: [ITEM, SECOND], locked: [THIRD] });
  assert.equal(exact.daemon.members.includes('Get Attributes'), false);
});

test('what looks alike only is absent, unless something is locked', async () => {
  const scripts: Record<string, Script> = {
    'Get Attributes': users({ [ITEM]: 'u\n' }),
    SearchItems: HIT,
  };
  const open = scriptedContext(scripts, LOOSE);
  assert.deepEqual(await search(open.context, SOUGHT, ALL, {}), {
    unlocked: [],
    locked: [],
  });
  const locked = scriptedContext(
    { ...scripts, 'Get Locked': () => ['v', new Variant('b', true)] },
    LOOSE,
  );
  await failsWith('locked', search(locked.context, SOUGHT, ALL, { interactive: false }));
});

test('a hit that has gone or is locked is left to who reads it; other failures are told', async () => {
  for (const [name, code] of [
    ['UnknownObject', undefined],
    ['org.freedesktop.Secret.Error.IsLocked', undefined],
    ['AccessDenied', 'denied'],
  ] as const) {
    const { context } = scriptedContext(
      { SearchItems: HIT, 'Get Attributes': () => errorReply(name) },
      LOOSE,
    );
    const found = search(context, SOUGHT, ALL, {});
    if (code === undefined) assert.deepEqual((await found).unlocked, [ITEM]);
    else await failsWith(code, found);
  }
});

test('without a session items are found all the same, and who gives up does not wait for one', async () => {
  const { context } = scriptedContext({ SearchItems: HIT });
  const unknown = Object.assign(Object.create(context), {
    profile: () => Promise.reject(new Error('no session')),
  });
  assert.deepEqual((await search(unknown, SOUGHT, ALL, {})).unlocked, [ITEM]);
  const end = new AbortController();
  const waiting = Object.assign(Object.create(context), {
    profile: () => {
      end.abort();
      return Promise.reject(secretServiceError('aborted', 'Session'));
    },
  });
  await failsWith('aborted', search(waiting, SOUGHT, ALL, { signal: end.signal }));
});

// @rule secret/values-can-be-found
test('that a value too long for any search is not found is no answer', async () => {
  const { context } = scriptedContext({}, { longestSought: 65_525 });
  const long = new Map([['user', 'u'.repeat(32_763)]]);
  await failsWith('invalid-attributes', search(context, long, ALL, {}));
  const { context: other } = scriptedContext();
  assert.deepEqual(await search(other, long, ALL, {}), { unlocked: [], locked: [] });
});
