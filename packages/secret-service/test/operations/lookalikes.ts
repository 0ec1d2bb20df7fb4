import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { lookalikes } from '../../src/operations/lookalikes.ts';
import { search, searchPaths } from '../../src/operations/search.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, errorReply, ITEM, type Script } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

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
  const everywhere = { collectionPath: undefined };
  assert.deepEqual(await search(loose.context, SOUGHT, everywhere, {}), {
    unlocked: [SECOND],
    locked: [],
  });
  const here = { collectionPath: COLLECTION };
  assert.deepEqual(await searchPaths(loose.context, SOUGHT, here, {}), [SECOND]);
  const exact = scriptedContext(found);
  const all = await search(exact.context, SOUGHT, everywhere, {});
  assert.deepEqual(all, { unlocked: [ITEM, SECOND], locked: [THIRD] });
  assert.equal(exact.daemon.members.includes('Get Attributes'), false);
});

test('what looks alike only is absent, unless something is locked', async () => {
  const scripts: Record<string, Script> = {
    'Get Attributes': users({ [ITEM]: 'u\n' }),
    SearchItems: () => ['aoao', [ITEM], []],
  };
  const everywhere = { collectionPath: undefined };
  const open = scriptedContext(scripts, LOOSE);
  assert.deepEqual(await search(open.context, SOUGHT, everywhere, {}), {
    unlocked: [],
    locked: [],
  });
  const locked = scriptedContext(
    { ...scripts, 'Get Locked': () => ['v', new Variant('b', true)] },
    LOOSE,
  );
  await failsWith('locked', search(locked.context, SOUGHT, everywhere, { interactive: false }));
});

test('a hit that has gone or is locked is left to who reads it; other failures are told', async () => {
  for (const [name, code] of [
    ['UnknownObject', undefined],
    ['org.freedesktop.Secret.Error.IsLocked', undefined],
    ['AccessDenied', 'denied'],
  ] as const) {
    const { context } = scriptedContext({ 'Get Attributes': () => errorReply(name) }, LOOSE);
    const found = lookalikes(context, [ITEM], SOUGHT, {});
    if (code === undefined) assert.deepEqual(await found, new Set());
    else await failsWith(code, found);
  }
});

test('without a session items are found all the same, and who gives up does not wait for one', async () => {
  const { context } = scriptedContext();
  const unknown = Object.assign(Object.create(context), {
    profile: () => Promise.reject(new Error('no session')),
  });
  assert.deepEqual(await lookalikes(unknown, [ITEM], SOUGHT, {}), new Set());
  const { context: slow } = scriptedContext({}, LOOSE);
  await failsWith('aborted', lookalikes(slow, [ITEM], SOUGHT, { signal: AbortSignal.abort() }));
});

// @rule secret/values-can-be-found
test('that a value too long for any search is not found is no answer', async () => {
  const { context } = scriptedContext({}, { longestSought: 65_525 });
  const everywhere = { collectionPath: undefined };
  const long = new Map([['user', 'u'.repeat(32_763)]]);
  await failsWith('invalid-attributes', search(context, long, everywhere, {}));
  const { context: other } = scriptedContext();
  assert.deepEqual(await search(other, long, everywhere, {}), { unlocked: [], locked: [] });
});
