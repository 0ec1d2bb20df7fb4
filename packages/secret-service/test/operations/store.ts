import assert from 'node:assert/strict';
import { type CallOptions, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { DaemonProfile } from '../../src/daemon-profile.ts';
import { type StoreTarget, storeExactly } from '../../src/operations/store.ts';
import { refuseUnfit } from '../../src/operations/unfit.ts';
import { toSecret } from '../../src/secrets/secret.ts';
import { failsWith } from '../support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  never,
  PROMPT,
  plainSecret,
  type Script,
  turn,
} from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const DEFAULT: StoreTarget = { alias: 'default' };
const SECOND = `${ITEM}2`;

function request(attributes: Record<string, string> = { a: '1' }, label = 'label') {
  return {
    label,
    attributes: new Map(Object.entries(attributes)),
    secret: toSecret('secret', ''),
    contentType: undefined,
  };
}

function item(attributes: Record<string, string>, label = 'label', modified = 1n): Script {
  return () => [
    'a{sv}',
    new Map<string, Variant>([
      ['Label', new Variant('s', label)],
      ['Attributes', new Variant('a{ss}', new Map(Object.entries(attributes)))],
      ['Locked', new Variant('b', false)],
      ['Modified', new Variant('t', modified)],
    ]),
  ];
}

const hits =
  (...paths: string[]): Script =>
  () => ['ao', paths];

function scriptedStore(scripts: Record<string, Script>, profile: Partial<DaemonProfile> = {}) {
  return scriptedContext(scripts, { lockedWritesReportSuccess: false, ...profile });
}

// @rule secret/deleted-while-stored
test('an item that someone deletes while it is written to is made anew', async () => {
  const { context, daemon } = scriptedStore({
    SearchItems: hits(ITEM),
    GetAll: item({ a: '1' }),
    SetSecret: () => errorReply('org.freedesktop.Secret.Error.NoSuchObject'),
  });
  await storeExactly(context, DEFAULT, request(), {});
  assert.deepEqual(daemon.members.slice(-2), ['SetSecret', 'CreateItem']);
});

// @rule secret/exact-replace
test('a neighbour is left alone, the same item is written to', async () => {
  const neighbour = scriptedStore({ SearchItems: hits(ITEM), GetAll: item({ a: '1', b: '2' }) });
  await storeExactly(neighbour.context, DEFAULT, request(), {});
  assert.ok(neighbour.daemon.members.includes('CreateItem'));
  assert.equal(neighbour.daemon.members.includes('SetSecret'), false);
  const same = scriptedStore({ SearchItems: hits(ITEM), GetAll: item({ a: '1' }) });
  assert.equal(await storeExactly(same.context, DEFAULT, request(), {}), ITEM);
  assert.deepEqual(same.daemon.members.slice(-2), ['GetAll', 'SetSecret']);
});

test('of several that are the same, the one changed last is written to', async () => {
  const { daemon, context } = scriptedStore({
    SearchItems: hits(ITEM, SECOND, `${ITEM}3`),
    GetAll: (call) => {
      if (call.path === `${ITEM}3`) return errorReply('UnknownObject');
      return item({ a: '1' }, 'label', call.path === SECOND ? 9n : 3n)(call);
    },
  });
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), SECOND);
  assert.equal(daemon.calls.at(-1)?.path, SECOND);
});

// @rule secret/label-follows
test('a label that differs follows, in the same flight', async () => {
  const { daemon, context } = scriptedStore({
    SearchItems: hits(ITEM),
    GetAll: item({ a: '1' }, 'old'),
  });
  await storeExactly(context, DEFAULT, request(), {});
  assert.deepEqual(daemon.members.slice(-2), ['SetSecret', 'Set Label']);
});

// @rule secret/safe-relabel
test('a label that would damage the secret is changed by a verified copy', async () => {
  const { daemon, context } = scriptedStore(
    {
      SearchItems: hits(ITEM),
      GetAll: item({ a: '1' }, 'old'),
      GetSecret: () => ['(oayays)', plainSecret('secret')],
      'Get Attributes': () => ['v', new Variant('a{ss}', new Map([['a', '1']]))],
      CreateItem: () => ['oo', SECOND, '/'],
    },
    { labelsHaveFolders: true },
  );
  const target = request({ a: '1' }, 'folder/new');
  assert.equal(await storeExactly(context, DEFAULT, target, {}), SECOND);
  assert.equal(daemon.members.includes('Set Label'), false);
  assert.deepEqual(daemon.calls.at(-1)?.member, 'Delete');
  assert.equal(daemon.calls.at(-1)?.path, ITEM);
});

test('a locked collection is unlocked first, and searched again', async () => {
  let isLocked = true;
  const { daemon, context } = scriptedStore({
    'Get Locked': () => ['v', new Variant('b', isLocked)],
    Unlock: () => {
      isLocked = false;
      return ['aoo', [COLLECTION], '/'];
    },
    SearchItems: (call) => (isLocked ? ['ao', []] : hits(ITEM)(call)),
    GetAll: item({ a: '1' }),
  });
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
  const unlock = daemon.members.indexOf('Unlock');
  assert.ok(unlock < daemon.members.lastIndexOf('SearchItems'));
});

test('a default collection that is missing is created, another alias is an error', async () => {
  const missing: Record<string, Script> = {
    ReadAlias: () => ['o', '/'],
    'Get Locked': () => errorReply('UnknownObject'),
    SearchItems: () => errorReply('UnknownObject'),
  };
  const { daemon, context } = scriptedStore(missing);
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
  assert.ok(daemon.members.includes('CreateCollection'));
  const other = scriptedStore(missing);
  await failsWith('not-found', storeExactly(other.context, { alias: 'work' }, request(), {}));
  await failsWith('not-found', storeExactly(other.context, { alias: 'a b' }, request(), {}));
});

test('a default collection that the alias does not name is created, whatever its path answers', async () => {
  const { daemon, context } = scriptedStore({ ReadAlias: () => ['o', '/'] });
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
  const made = daemon.calls.find((call) => call.member === 'CreateItem');
  assert.equal(made?.path, COLLECTION);
});

test('without a session nothing is stored, and only one is asked for', async () => {
  const { daemon, context } = scriptedStore({ OpenSession: () => errorReply('Failed') });
  await failsWith('failed', storeExactly(context, DEFAULT, request(), {}));
  assert.equal(count(daemon.calls, 'OpenSession'), 1);
});

test('nothing is asked twice where all is well', async () => {
  const { daemon, context } = scriptedStore({});
  assert.equal(await storeExactly(context, { alias: 'work' }, request(), {}), ITEM);
  const asked = daemon.members;
  assert.deepEqual(asked.slice(0, 4).sort(), [
    'Get Locked',
    'OpenSession',
    'ReadAlias',
    'SearchItems',
  ]);
  assert.deepEqual(asked.slice(4), ['CreateItem']);
  assert.equal(daemon.calls.at(-1)?.path, COLLECTION);
});

test('what could not be read is not taken for missing: nothing is made or written', async () => {
  for (const member of ['ReadAlias', 'Get Locked', 'SearchItems', 'GetAll'] as const) {
    let refusals = 1;
    const answers: Record<string, Script> = { SearchItems: hits(ITEM), GetAll: item({ a: '1' }) };
    const { daemon, context } = scriptedStore({
      ...answers,
      // Once only: who asks again would be told.
      [member]: (call: Parameters<Script>[0]) => {
        refusals -= 1;
        return (refusals < 0 ? answers[member]?.(call) : undefined) ?? errorReply('AccessDenied');
      },
    });
    await failsWith('denied', storeExactly(context, DEFAULT, request(), {}));
    for (const write of ['CreateCollection', 'CreateItem', 'SetSecret']) {
      assert.equal(count(daemon.calls, write), 0, `${write} after ${member}`);
    }
  }
});

test('an alias that stands for nothing is not stored to, whatever its path answers', async () => {
  const { daemon, context } = scriptedStore({ ReadAlias: () => ['o', '/'] });
  await failsWith('not-found', storeExactly(context, { alias: 'work' }, request(), {}));
  assert.equal(count(daemon.calls, 'CreateItem'), 0);
});

test('an item that cannot be written to is not doubled', async () => {
  const { daemon, context } = scriptedStore({
    SearchItems: hits(ITEM),
    GetAll: item({ a: '1' }),
    SetSecret: () => errorReply('AccessDenied'),
  });
  await failsWith('denied', storeExactly(context, DEFAULT, request(), {}));
  assert.equal(count(daemon.calls, 'CreateItem'), 0);
});

// @rule secret/missing-looked-at-again
test('a collection that is missing once, although its alias names it, is looked at again', async () => {
  for (const member of ['Get Locked', 'SearchItems'] as const) {
    let looks = 0;
    const answer: Record<typeof member, Script> = {
      'Get Locked': () => ['v', new Variant('b', false)],
      SearchItems: hits(ITEM),
    };
    const { daemon, context } = scriptedStore({
      ...answer,
      GetAll: item({ a: '1' }),
      [member]: (call: Parameters<Script>[0]) => {
        looks += 1;
        return looks === 1 ? errorReply('UnknownObject') : answer[member](call);
      },
    });
    assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
    assert.equal(daemon.members.includes('CreateCollection'), false);
    assert.equal(looks, 2);
  }
});

// @rule secret/reserved-attributes
test('attributes that the daemon reserves are refused, and nothing is written', async () => {
  const { daemon, context } = scriptedStore({}, { reservedAttributes: ['Uuid'] });
  const reserved = request({ a: '1', Uuid: 'hunter2' });
  const error = await failsWith('invalid-attributes', storeExactly(context, DEFAULT, reserved, {}));
  assert.equal(error.message.includes('hunter2'), false);
  assert.equal(daemon.members.includes('CreateItem'), false);
  // Once the daemon is known, nothing is sent at all.
  await context.sessions.open();
  const sent = daemon.calls.length;
  await failsWith('invalid-attributes', storeExactly(context, DEFAULT, reserved, {}));
  assert.equal(daemon.calls.length, sent);
  refuseUnfit(await context.profile({}), { attributes: new Map([['a', '1']]) });
});

test('a prompt that names no item: it is found by its attributes', async () => {
  let isCreated = false;
  const { daemon, context } = scriptedStore({
    CreateItem: () => ['oo', '/', PROMPT],
    SearchItems: (call) => (isCreated ? hits(ITEM)(call) : ['ao', []]),
    GetAll: item({ a: '1' }),
  });
  const storing = storeExactly(context, DEFAULT, request(), {});
  while (!daemon.members.includes('Prompt')) await turn();
  isCreated = true;
  daemon.complete(PROMPT, false, new Variant('s', ''));
  assert.equal(await storing, ITEM);
});

// @rule secret/left-behind-finished
test('an item that a refused attempt left behind is finished, not doubled', async () => {
  let isLeft = false;
  const { daemon, context } = scriptedStore({
    CreateItem: () => {
      isLeft = true;
      return errorReply('UnknownObject', "Can't find session /x");
    },
    SearchItems: (call) => (isLeft ? hits(ITEM)(call) : ['ao', []]),
    GetAll: item({ a: '1' }),
  });
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
  assert.equal(count(daemon.calls, 'CreateItem'), 1);
  assert.equal(daemon.calls.at(-1)?.member, 'SetSecret');
});

// @rule secret/dismissed-or-forgotten
test('a dismissal that is a forgotten session is told apart, and the store repeated', async () => {
  let refusals = 1;
  const { daemon, context } = scriptedStore({
    CreateItem: () => {
      refusals -= 1;
      return refusals >= 0 ? ['oo', '/', PROMPT] : ['oo', ITEM, '/'];
    },
    GetSecrets: () => errorReply('org.freedesktop.Secret.Error.NoSession'),
  });
  const storing = storeExactly(context, DEFAULT, request(), {});
  while (!daemon.members.includes('Prompt')) await turn();
  daemon.complete(PROMPT, true, new Variant('o', ITEM));
  assert.equal(await storing, ITEM);
  const answers: Script[] = [
    () => ['a{o(oayays)}', new Map()],
    () => errorReply('InvalidArgs', 'no items'),
  ];
  for (const GetSecrets of answers) {
    const honest = scriptedStore({ CreateItem: () => ['oo', '/', PROMPT], GetSecrets });
    const dismissed = failsWith('dismissed', storeExactly(honest.context, DEFAULT, request(), {}));
    while (!honest.daemon.members.includes('Prompt')) await turn();
    honest.daemon.complete(PROMPT, true, new Variant('o', '/'));
    await dismissed;
  }
});

test('any other refusal is passed on, and nothing is asked about it', async () => {
  const { daemon, context } = scriptedStore({ CreateItem: () => errorReply('AccessDenied') });
  await failsWith('denied', storeExactly(context, DEFAULT, request(), {}));
  assert.equal(daemon.members.at(-1), 'CreateItem');
});

test('a store is not repeated when the daemon goes away in the middle', async () => {
  const { daemon, context } = scriptedStore({
    CreateItem: () => {
      daemon.changeOwner(':1.99');
      return new Promise(() => {});
    },
  });
  const error = await failsWith('owner-changed', storeExactly(context, DEFAULT, request(), {}));
  assert.equal(error.mayHaveHappened, true);
  assert.equal(count(daemon.calls, 'CreateItem'), 1);
});

function count(calls: readonly CallOptions[], member: string): number {
  return calls.filter((call) => call.member === member).length;
}

// @rule secret/locked-item-unlocked
test('an item that is locked by itself is unlocked before it is overwritten, or refused', async () => {
  const attributes = new Variant('a{ss}', [['a', '1']]);
  const found: [string, Variant][] = [
    ['Attributes', attributes],
    ['Locked', new Variant('b', true)],
  ];
  let isLocked = true;
  const scripts: Record<string, Script> = {
    SearchItems: () => ['ao', [ITEM]],
    GetAll: () => ['a{sv}', found],
    'Get Locked': ({ path }) => ['v', new Variant('b', path === ITEM && isLocked)],
  };
  const refused = scriptedStore(scripts);
  await failsWith('locked', storeExactly(refused.context, DEFAULT, request(), {}));
  assert.ok(!refused.daemon.members.includes('SetSecret'));
  const Unlock: Script = () => {
    isLocked = false;
    return ['aoo', [ITEM], '/'];
  };
  const { daemon, context } = scriptedStore({ ...scripts, Unlock });
  assert.equal(await storeExactly(context, DEFAULT, request(), {}), ITEM);
  assert.ok(daemon.members.indexOf('Unlock') < daemon.members.indexOf('SetSecret'));
});

test('nothing is stored into a collection that stays locked', async () => {
  const { daemon, context } = scriptedStore({ 'Get Locked': () => ['v', new Variant('b', true)] });
  await failsWith('locked', storeExactly(context, DEFAULT, request(), {}));
  assert.ok(daemon.members.includes('Unlock'));
  assert.equal(daemon.members.includes('CreateItem'), false);
});

test('an overwrite of which one half was refused is told as one that may be made in part', async () => {
  const script = { SearchItems: hits(ITEM), GetAll: item({ a: '1' }, 'old') };
  const denied: Script = () => errorReply('AccessDenied');
  for (const [refused, isPartly] of [
    [{ SetSecret: denied }, true],
    [{ 'Set Label': denied }, true],
    [{ SetSecret: denied, 'Set Label': denied }, false],
  ] as const) {
    const { context } = scriptedStore({ ...script, ...refused });
    const error = await failsWith('denied', storeExactly(context, DEFAULT, request(), {}));
    assert.equal(error.mayHaveHappened, isPartly);
  }
});

test('an item that was made and is not named is found by its attributes, or missed', async () => {
  let isMade = false;
  const CreateItem: Script = () => {
    isMade = true;
    return ['oo', '/', '/'];
  };
  const GetAll = item({ a: '1' });
  const SearchItems: Script = (call) => (isMade ? hits(ITEM)(call) : ['ao', []]);
  const named = scriptedStore({ CreateItem, GetAll, SearchItems });
  assert.equal(await storeExactly(named.context, DEFAULT, request(), {}), ITEM);
  const lost = scriptedStore({ CreateItem });
  const error = await failsWith('protocol', storeExactly(lost.context, DEFAULT, request(), {}));
  assert.equal(error.mayHaveHappened, true);
});

test('a collection that its alias names and that cannot be asked is no missing one', async () => {
  const aliased = '/org/freedesktop/secrets/aliases/default';
  const { daemon, context } = scriptedStore({
    'Get Locked': ({ path }) => errorReply(path === aliased ? 'UnknownObject' : 'AccessDenied'),
  });
  await failsWith('denied', storeExactly(context, DEFAULT, request(), {}));
  assert.equal(daemon.members.includes('CreateCollection'), false);
});

test('who gives up while a dismissal is looked into hears of the dismissal at once', async () => {
  const controller = new AbortController();
  const { daemon, context } = scriptedStore({
    CreateItem: () => ['oo', '/', PROMPT],
    GetSecrets: never,
  });
  const { signal } = controller;
  const storing = failsWith('dismissed', storeExactly(context, DEFAULT, request(), { signal }));
  for (let i = 0; i < 3; i += 1) await turn();
  daemon.complete(PROMPT, true, new Variant('o', '/'));
  await turn();
  assert.equal(daemon.members.at(-1), 'GetSecrets');
  controller.abort();
  await storing;
});

// @rule secret/marks-dropped
test('a mark that the daemon drops makes no second item', async () => {
  const script = { SearchItems: hits(ITEM), GetAll: item({ a: '1' }) };
  const marked = request({ '\ufeffa': '\ufeff1' });
  const dropping = scriptedStore(script, { dropsMarks: true });
  assert.equal(await storeExactly(dropping.context, DEFAULT, marked, {}), ITEM);
  assert.equal(dropping.daemon.members.at(-1), 'SetSecret');
  const keeping = scriptedStore(script);
  await storeExactly(keeping.context, DEFAULT, marked, {});
  assert.equal(keeping.daemon.members.at(-1), 'CreateItem');
});

// @rule secret/label-attribute
test('an attribute that is the label is not overwritten by the label', async () => {
  const script = { SearchItems: hits(ITEM), GetAll: item({ Title: 'T' }, 'T') };
  for (const [labelAttribute, last] of [
    ['Title', 'SetSecret'],
    [undefined, 'Set Label'],
  ] as const) {
    const { daemon, context } = scriptedStore(script, { labelAttribute });
    assert.equal(await storeExactly(context, DEFAULT, request({ Title: 'T' }), {}), ITEM);
    assert.equal(daemon.members.at(-1), last);
  }
});
