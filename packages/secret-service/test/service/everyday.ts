import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Collection } from '../../src/service/collection.ts';
import { clear, lookup, searchItems, store } from '../../src/service/everyday.ts';
import { failsWith } from '../support/failing.ts';
import { errorReply, ITEM, plainSecret, type Script, SERVICE } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const SECOND = `${ITEM}2`;
const A = { a: '1' };
const found =
  (unlocked: string[], locked: string[] = []): Script =>
  (call) =>
    call.path === SERVICE ? ['aoao', unlocked, locked] : ['ao', unlocked];
const secrets: Script = (call) => {
  const [paths] = call.body ?? [];
  const entries = Array.isArray(paths) ? paths : [];
  return ['a{o(oayays)}', new Map(entries.map((path) => [String(path), plainSecret('secret')]))];
};

test('lookup: found, absent, several', async () => {
  const hit = scriptedContext({ SearchItems: found([ITEM, SECOND]), GetSecrets: secrets }).context;
  assert.equal((await lookup(hit, A, {}))?.text(), 'secret');
  await failsWith('ambiguous', lookup(hit, A, { several: 'refuse' }));
  assert.equal((await lookup(hit, A, { collection: 'default' }))?.text(), 'secret');
  assert.equal(await lookup(scriptedContext().context, A, {}), undefined);
  const none = scriptedContext({ ReadAlias: () => ['o', '/'] }).context;
  assert.equal(await lookup(none, A, { collection: 'default' }), undefined);
  await failsWith('not-found', lookup(none, A, { collection: 'work' }));
  await failsWith('invalid-attributes', lookup(hit, {}, {}));
});

test('lookup: an item that goes between two flights is absent', async () => {
  const { context } = scriptedContext({
    SearchItems: found([ITEM]),
    GetSecrets: () => ['a{o(oayays)}', new Map()],
    GetSecret: () => errorReply('UnknownObject'),
    'Get Locked': (call) =>
      call.path === ITEM ? errorReply('UnknownObject') : ['v', new Variant('b', false)],
  });
  assert.equal(await lookup(context, A, {}), undefined);
});

test('lookup: of several hits one that goes leaves the next, locked or not', async () => {
  const isGone = (path: string): boolean => path === ITEM;
  for (const first of ['unlocked', 'locked'] as const) {
    const { context } = scriptedContext({
      SearchItems: first === 'unlocked' ? found([ITEM, SECOND]) : found([], [ITEM, SECOND]),
      GetSecrets: (call) => {
        const [paths] = call.body ?? [];
        const isAsked = Array.isArray(paths) && !paths.some(isGone);
        return isAsked ? secrets(call) : ['a{o(oayays)}', new Map()];
      },
      'Get Locked': (call) =>
        isGone(call.path) ? errorReply('UnknownObject') : ['v', new Variant('b', false)],
    });
    assert.equal((await lookup(context, A, {}))?.text(), 'secret');
  }
});

test('lookup: a locked hit is unlocked, alone', async () => {
  const { daemon, context } = scriptedContext({
    SearchItems: found([], [ITEM, SECOND]),
    GetSecrets: secrets,
  });
  assert.equal((await lookup(context, A, {}))?.text(), 'secret');
  const unlock = daemon.calls.find((call) => call.member === 'Unlock');
  assert.deepEqual(unlock?.body, [[ITEM]]);
});

// @rule secret/hits-are-exact
test('lookup: a hit that only looks like it is given to nobody', async () => {
  const finding = (hits: string[], alike: readonly string[], isLocked = false) =>
    scriptedContext(
      {
        SearchItems: found(hits),
        GetSecrets: secrets,
        'Get Attributes': ({ path }) => [
          'v',
          new Variant('a{ss}', { a: alike.includes(path) ? '1\n' : '1' }),
        ],
        'Get Locked': ({ path }) => [
          'v',
          new Variant('b', isLocked && path !== ITEM && path !== SECOND),
        ],
      },
      { searchIgnoresNewline: true },
    );
  const both = finding([ITEM, SECOND], [ITEM]);
  assert.equal((await lookup(both.context, A, { several: 'refuse' }))?.text(), 'secret');
  const two = finding([ITEM, SECOND], []);
  await failsWith('ambiguous', lookup(two.context, A, { several: 'refuse' }));
  assert.equal((await lookup(two.context, A, {}))?.text(), 'secret');
  assert.equal(await lookup(finding([ITEM, SECOND], [ITEM, SECOND]).context, A, {}), undefined);
  const closed = finding([ITEM], [ITEM], true).context;
  await failsWith('locked', lookup(closed, A, { interactive: false }));
});

test('lookup: a secret of which nobody knows whether it was asked for is given to nobody', async () => {
  const { context } = scriptedContext(
    {
      SearchItems: found([ITEM]),
      GetSecrets: secrets,
      'Get Attributes': () => errorReply('AccessDenied'),
    },
    { searchIgnoresNewline: true },
  );
  await failsWith('denied', lookup(context, A, {}));
});

// @rule secret/hits-are-exact
test('lookup: what was read of a hit that is none is wiped', async () => {
  const disposed: Secret[] = [];
  const { dispose } = Secret.prototype;
  Object.assign(Secret.prototype, {
    dispose(this: Secret): void {
      disposed.push(this);
      dispose.call(this);
    },
  });
  try {
    for (const attributes of [
      () => ['v', new Variant('a{ss}', { a: '1\n' })] as const,
      () => errorReply('AccessDenied'),
    ]) {
      disposed.length = 0;
      const scripts = {
        SearchItems: found([ITEM]),
        GetSecrets: secrets,
        'Get Attributes': attributes,
      };
      const { context, daemon } = scriptedContext(scripts, { searchIgnoresNewline: true });
      await Promise.allSettled([lookup(context, A, {})]);
      const reads = daemon.members.filter((member) => member === 'GetSecrets').length;
      assert.ok(reads > 0);
      assert.equal(disposed.length, reads);
    }
  } finally {
    Object.assign(Secret.prototype, { dispose });
  }
});

// @rule secret/locked-is-not-absent
test('lookup: a hit that cannot be read is not absent', async () => {
  for (const [name, code] of [
    ['org.freedesktop.Secret.Error.IsLocked', 'locked'],
    ['AccessDenied', 'denied'],
    ['Failed', 'failed'],
  ] as const) {
    const { context } = scriptedContext({
      SearchItems: found([ITEM]),
      GetSecrets: () => errorReply(name),
      GetSecret: () => errorReply(name),
    });
    await failsWith(code, lookup(context, A, {}));
  }
});

test('search: locked hits, unlocked on request, secrets on request', async () => {
  const { context } = scriptedContext({
    SearchItems: found([ITEM], [SECOND]),
    GetSecrets: secrets,
  });
  const plain = await searchItems(context, A, {});
  assert.deepEqual(Object.keys(plain), ['unlocked', 'locked']);
  assert.deepEqual([plain.unlocked.length, plain.locked.length], [1, 1]);
  const all = await searchItems(context, A, { unlock: true, loadSecrets: true });
  assert.deepEqual([all.unlocked.length, all.locked.length, all.secrets?.size], [2, 0, 2]);
});

// @rule secret/no-empty-replace
test('clear counts what it deleted itself, and never clears everything', async () => {
  const { daemon, context } = scriptedContext({
    SearchItems: found([ITEM, SECOND]),
    Delete: (call) => (call.path === ITEM ? ['o', '/'] : errorReply('UnknownObject')),
  });
  assert.equal(await clear(context, A, {}), 1);
  const count = daemon.calls.length;
  await failsWith('invalid-attributes', clear(context, {}, {}));
  assert.equal(daemon.calls.length, count);
});

// @rule secret/stores-in-turn
test('two stores of the same make one item', async () => {
  let stored = 0;
  const { daemon, context } = scriptedContext({
    SearchItems: (call) => found(stored > 0 ? [ITEM] : [])(call),
    CreateItem: () => {
      stored += 1;
      return ['oo', ITEM, '/'];
    },
    GetAll: () => [
      'a{sv}',
      new Map<string, Variant>([
        ['Label', new Variant('s', 'l')],
        ['Attributes', new Variant('a{ss}', new Map([['a', '1']]))],
      ]),
    ],
  });
  await Promise.all([store(context, 'l', A, 'one', {}), store(context, 'l', A, 'two', {})]);
  assert.equal(stored, 1);
  assert.ok(daemon.members.includes('SetSecret'));
});

test('a store checks everything before it sends anything', async () => {
  const { daemon, context } = scriptedContext();
  await failsWith('invalid-attributes', store(context, 'l', {}, 's', {}));
  await failsWith('invalid-argument', store(context, 'l\0', A, 's', {}));
  await failsWith('invalid-argument', Reflect.apply(store, undefined, [context, 'l', A, 5, {}]));
  assert.deepEqual(daemon.members, []);
});

// @rule secret/option-names
test('an option that there is not is refused before anything is sent', async () => {
  const { context, daemon } = scriptedContext();
  const misspelt = { colection: 'session' };
  for (const call of [
    Reflect.apply(store, undefined, [context, 'L', A, 's', misspelt]),
    Reflect.apply(lookup, undefined, [context, A, misspelt]),
    Reflect.apply(searchItems, undefined, [context, A, { unlok: true }]),
    Reflect.apply(clear, undefined, [context, A, misspelt]),
  ]) {
    await failsWith('invalid-argument', call);
  }
  assert.deepEqual(daemon.members, []);
});

test('a scope that is none is refused, not taken for everywhere', async () => {
  const { daemon, context } = scriptedContext();
  for (const scope of [{ collection: 5 }, { collection: null }, { collection: { path: '/x' } }]) {
    await failsWith('invalid-argument', Reflect.apply(lookup, undefined, [context, A, scope]));
    await failsWith('invalid-argument', Reflect.apply(clear, undefined, [context, A, scope]));
    await failsWith('invalid-argument', Reflect.apply(searchItems, undefined, [context, A, scope]));
  }
  const several = { several: 'none' };
  await failsWith('invalid-argument', Reflect.apply(lookup, undefined, [context, A, several]));
  assert.deepEqual(daemon.members, []);
});

// @rule secret/deleted-while-unlocked
test('a hit that someone deletes while the others are unlocked is none', async () => {
  const daemon = () => {
    let isLocked = true;
    return scriptedContext({
      SearchItems: found([], [ITEM, SECOND]),
      Unlock: () => {
        isLocked = false;
        return ['aoo', [SECOND], '/'];
      },
      'Get Locked': ({ path }) =>
        path === ITEM ? errorReply('UnknownObject') : ['v', new Variant('b', isLocked)],
      Delete: ({ path }) => (path === ITEM ? errorReply('UnknownObject') : ['o', '/']),
    }).context;
  };
  assert.equal(await clear(daemon(), A, {}), 1);
  const { unlocked, locked } = await searchItems(daemon(), A, { unlock: true });
  assert.deepEqual([unlocked.map(({ path }) => path), locked], [[SECOND], []]);
  const stubborn = scriptedContext({
    SearchItems: found([], [ITEM, SECOND]),
    'Get Locked': ({ path }) =>
      path === ITEM ? errorReply('UnknownObject') : ['v', new Variant('b', true)],
  });
  await failsWith('locked', clear(stubborn.context, A, {}));
  assert.ok(!stubborn.daemon.members.includes('Delete'));
});

test('clear: a failure after something is deleted says so, one before does not', async () => {
  for (const [failing, isPartly] of [
    [SECOND, true],
    [ITEM, false],
  ] as const) {
    const { context } = scriptedContext({
      SearchItems: found([ITEM, SECOND]),
      Delete: ({ path }) => (path === failing ? errorReply('AccessDenied') : ['o', '/']),
    });
    const error = await failsWith('denied', clear(context, A, {}));
    assert.equal(error.mayHaveHappened, isPartly);
    assert.equal(error.message.includes('1 deleted'), isPartly);
  }
});

test('what needs unlocking is not touched while it stays locked', async () => {
  const { daemon, context } = scriptedContext({
    SearchItems: found([ITEM], [SECOND]),
    'Get Locked': ({ path }) => ['v', new Variant('b', path === SECOND)],
  });
  await failsWith('locked', clear(context, A, {}));
  assert.equal(daemon.members.includes('Delete'), false);
  await failsWith('locked', searchItems(context, A, { unlock: true }));
  // A no is not asked about again.
  assert.equal(daemon.members.filter((member) => member === 'Unlock').length, 2);
});

test('a store goes to the collection that it is given, and refuses what is none', async () => {
  const { daemon, context } = scriptedContext();
  const path = `${SERVICE}/collection/two`;
  await store(context, 'l', A, 's', { collection: new Collection(context, path) });
  const made = daemon.calls.find(({ member }) => member === 'CreateItem');
  assert.equal(made?.path, path);
  const count = daemon.calls.length;
  for (const collection of ['', 'a\0', 5]) {
    const stored = Reflect.apply(store, undefined, [context, 'l', A, 's', { collection }]);
    await failsWith('invalid-argument', stored);
  }
  assert.equal(daemon.calls.length, count);
});
