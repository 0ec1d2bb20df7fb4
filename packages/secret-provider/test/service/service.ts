import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { AuditEntry } from '../../src/access/audit-log.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { AccessPolicy, AccessRequest } from '../../src/types/policy.ts';
import {
  type Bench,
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  read,
  refused,
  SECRET_ERROR,
  SEED,
  set,
  store,
} from '../support/bench.ts';

// @rule provider/policy-refuses
test('a policy that refuses, throws, or asks one who says no, refuses', async () => {
  const policies: readonly AccessPolicy[] = [
    () => 'refuse',
    () => {
      throw new Error('broken policy');
    },
    () => Promise.reject(new Error('broken policy')),
    () => 'ask',
  ];
  for (const policy of policies) {
    const bench = makeBench({ policy, prompter: { ask: async () => ({ answer: 'dismiss' }) } });
    const accessDenied = refused(`${DBUS_ERROR}.AccessDenied`);
    await assert.rejects(read(bench, `${LOGIN}/1`), accessDenied);
    await assert.rejects(store(bench, {}, 'x'), accessDenied);
    await assert.rejects(bench.call(`${LOGIN}/1`, 'Delete'), accessDenied);
    await assert.rejects(bench.call(LOGIN, 'Delete'), accessDenied);
    await assert.rejects(bench.call(SERVICE_PATH, 'SetAlias', 'so', 'default', '/'), accessDenied);
    await assert.rejects(
      bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', new Map(), ''),
      accessDenied,
    );
    const safe = '/org/freedesktop/secrets/collection/safe';
    await assert.rejects(bench.call(SERVICE_PATH, 'Unlock', 'ao', [safe]), accessDenied);
    const session = await bench.openPlain();
    const [secrets] = await bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', [`${LOGIN}/1`], session);
    assert.deepEqual(secrets, new Map());
    assert.deepEqual(bench.signals(), []);
  }
});

test('a caller that the bus cannot describe is refused', async () => {
  const bench = makeBench({
    policy: () => 'allow',
    describeCaller: () => Promise.reject(new Error('gone')),
  });
  await assert.rejects(read(bench, `${LOGIN}/1`), refused(`${DBUS_ERROR}.AccessDenied`));
  assert.match(String(bench.faults[0]), /gone/u);
});

test('a policy sees the caller and the item; one that asks hears the answer', async () => {
  const requests: AccessRequest[] = [];
  const bench = makeBench({
    policy: (request) => {
      requests.push(request);
      return 'ask';
    },
    describeCaller: async (uniqueName) => ({ uniqueName, userId: 7, processId: 8, program: '/p' }),
    prompter: { ask: async () => ({ answer: 'accept', password: new Uint8Array([1]) }) },
  });
  assert.equal((await read(bench, `${LOGIN}/1`))[0], 'first');
  assert.deepEqual(requests, [
    {
      kind: 'read',
      caller: { uniqueName: ':1.1', userId: 7, processId: 8, program: '/p' },
      collectionLabel: 'Login',
      itemLabel: 'one',
      attributes: new Map([['a', '1']]),
    },
  ]);
});

test('a store that fails: the client hears Failed, no signal leaves, the next call works', async () => {
  const inner = memoryStore(SEED);
  const login = inner.collection('login');
  assert.ok(login !== undefined);
  const { putItem } = login;
  let isFull = true;
  login.putItem = (item) =>
    isFull ? Promise.reject(new Error('disk full')) : putItem.call(login, item);
  const bench = makeBench({ store: inner });
  await assert.rejects(store(bench, { n: '1' }, 'x'), /disk full/u);
  assert.deepEqual([bench.signals(), bench.faults.length], [[], 1]);
  isFull = false;
  assert.deepEqual(await store(bench, { n: '1' }, 'x'), [`${LOGIN}/3`, '/']);
});

test('closing forgets keys', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  await bench.provider.service.close();
  await assert.rejects(bench.call(session, 'Close'), refused(`${SECRET_ERROR}.NoSuchObject`));
  assert.equal(await get(bench, LOGIN, 'Label'), 'Login');
});

test('a store that cannot be looked at again is a fault that no client sees', async () => {
  const inner = memoryStore(SEED);
  inner.refresh = () => Promise.reject(new Error('disk gone'));
  const bench = makeBench({ store: inner });
  assert.equal(await get(bench, LOGIN, 'Label'), 'Login');
  assert.deepEqual(bench.faults.map(String), ['Error: disk gone']);
});

test('a change begins when the one before it has ended, and the store was looked at again', async () => {
  const { service } = makeBench().provider;
  const steps: string[] = [];
  service.store.refresh = async () => void steps.push('refresh');
  const change = (name: string): Promise<void> =>
    service.change(async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
    });
  const [first, second] = [change('a'), change('b')];
  await assert.rejects(first, /a fails/u);
  await second;
  assert.deepEqual(steps, ['refresh', 'a begins', 'a ends', 'refresh', 'b begins', 'b ends']);
});

test('of who has left, leave to read what is withheld is taken back', () => {
  const { service } = makeBench().provider;
  for (const caller of [':1.1', ':1.2']) service.withheld.admit(caller, `${LOGIN}/1`);
  service.forget(':1.1');
  assert.deepEqual([...service.callers()], [':1.2']);
});

test('of who has left, prompts and what a person was asked are taken back', async () => {
  const aborted: string[] = [];
  let asked = 0;
  const bench = makeBench({
    policy: ({ kind }) => (kind === 'read' ? 'ask' : 'allow'),
    prompter: {
      ask: ({ action, client }, signal) => {
        asked += 1;
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted.push(`${action} of ${client}`);
            resolve({ answer: 'dismiss' });
          }),
        );
      },
    },
  });
  const { service } = bench.provider;
  const safe = '/org/freedesktop/secrets/collection/safe';
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [safe]);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const session = await bench.openPlain(':1.2');
  const reading = bench.as(':1.2')(`${LOGIN}/1`, 'GetSecret', 'o', session);
  while (asked < 2) await new Promise((resolve) => setImmediate(resolve));
  service.forget(':1.1');
  assert.deepEqual(aborted, ['unlock of :1.1']);
  service.forget(':1.2');
  assert.deepEqual(aborted, ['unlock of :1.1', 'access of :1.2']);
  await assert.rejects(reading, refused(`${DBUS_ERROR}.AccessDenied`));
  assert.equal(service.callers().size, 0);
});

// @rule provider/closed-store-stays
test('what waits when the provider closes is not done to the store afterwards', async () => {
  const inner = memoryStore(SEED);
  const login = inner.collection('login');
  assert.ok(login !== undefined);
  const { deleteItem } = login;
  const deleted: string[] = [];
  login.deleteItem = async (id) => {
    await new Promise((resolve) => setImmediate(resolve));
    deleted.push(id);
    await deleteItem.call(login, id);
  };
  const bench = makeBench({ store: inner });
  const results = ['1', '2'].map((id) => bench.call(`${LOGIN}/${id}`, 'Delete'));
  await new Promise((resolve) => setImmediate(resolve));
  await bench.provider.service.close();
  assert.deepEqual(deleted, ['1']);
  await assert.rejects(results[1] ?? Promise.resolve(), refused(`${DBUS_ERROR}.Failed`, /closed/u));
  assert.deepEqual(await results[0], ['/']);
  assert.deepEqual(deleted, ['1']);
});

test('the audit log hears of searches and locks as well, before they are answered', async () => {
  const records: AuditEntry[] = [];
  const bench = makeBench({ audit: { record: async (entry) => void records.push(entry) } });
  await bench.call(SERVICE_PATH, 'SearchItems', 'a{ss}', { a: '1' });
  await bench.call(LOGIN, 'SearchItems', 'a{ss}', { a: '2' });
  const safe = '/org/freedesktop/secrets/collection/safe';
  await bench.call(SERVICE_PATH, 'Lock', 'ao', [`${LOGIN}/1`, LOGIN, safe]);
  assert.deepEqual(
    records.map(({ operation, collectionLabel, attributes }) => [
      operation,
      collectionLabel,
      attributes?.get('a'),
    ]),
    [
      ['search', undefined, '1'],
      ['search', 'Login', '2'],
      ['lock', 'Login', undefined],
    ],
  );
  const broken = makeBench({ audit: { record: () => Promise.reject(new Error('disk full')) } });
  const denied = refused(`${DBUS_ERROR}.AccessDenied`, /audit log/u);
  await assert.rejects(broken.call(SERVICE_PATH, 'SearchItems', 'a{ss}', {}), denied);
  await assert.rejects(broken.call(SERVICE_PATH, 'Lock', 'ao', [LOGIN]), denied);
  assert.equal(await get(broken, LOGIN, 'Locked'), false);
});

// @rule provider/policy-sees-what-is-replaced
// @rule provider/policy-sees-what-becomes
test('a policy sees the item that is replaced, and what attributes become', async () => {
  const policy: AccessPolicy = ({ kind, itemLabel, attributes }) =>
    kind === 'write' && (itemLabel === 'two' || attributes?.get('b') === '9') ? 'refuse' : 'allow';
  const bench = makeBench({ policy });
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  const options = { replace: true, label: 'mine' };
  await assert.rejects(store(bench, { a: '1', b: '2' }, 'x', options), denied);
  assert.deepEqual((await read(bench, `${LOGIN}/2`))[0], 'second');
  // Replaced by fewer attributes, under its own label.
  const loose = makeBench({
    policy: ({ kind, attributes }) =>
      kind === 'write' && attributes?.get('b') === '2' ? 'refuse' : 'allow',
    profile: 'gnome-keyring',
  });
  const same = { replace: true, label: 'two' };
  await assert.rejects(store(loose, { b: '2' }, 'x', same), denied);
  await assert.rejects(store(loose, { a: '1' }, 'x', same), denied);
  await store(bench, { a: '1' }, 'x', options);
  const change = set(bench, `${LOGIN}/1`, 'Attributes', new Variant('a{ss}', { b: '9' }));
  await assert.rejects(change, denied);
  assert.deepEqual(await get(bench, `${LOGIN}/1`, 'Attributes'), new Map([['a', '1']]));
});

// @rule provider/policy-sees-what-is-changed
test('an item that becomes another while a policy thinks is not touched unjudged', async () => {
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  for (const act of [
    (bench: Bench) => store(bench, { a: '1' }, 'x', { replace: true, label: 'mine' }),
    (bench: Bench) => set(bench, `${LOGIN}/1`, 'Label', new Variant('s', 'mine')),
    (bench: Bench) => bench.call(`${LOGIN}/1`, 'Delete'),
    (bench: Bench) => read(bench, `${LOGIN}/1`),
  ]) {
    let isFirst = true;
    const bench = makeBench({
      policy: async ({ caller, itemLabel }) => {
        if (caller.uniqueName !== ':1.1') return 'allow';
        if (isFirst) {
          isFirst = false;
          const setLabel = 'org.freedesktop.DBus.Properties.Set';
          const bank = new Variant('s', 'bank');
          const item = 'org.freedesktop.Secret.Item';
          await bench.as(':1.2')(`${LOGIN}/1`, setLabel, 'ssv', item, 'Label', bank);
        }
        return itemLabel === 'bank' ? 'refuse' : 'allow';
      },
    });
    await assert.rejects(act(bench), denied);
    assert.equal(await get(bench, `${LOGIN}/1`, 'Label'), 'bank');
    const secret = bench.provider.service.store.collection('login')?.item('1')?.secret;
    assert.equal(new TextDecoder().decode(secret), 'first');
  }
});

// @rule provider/policy-sees-what-becomes
test('a policy sees what labels become', async () => {
  const bench = makeBench({
    policy: ({ kind, collectionLabel, itemLabel }) =>
      kind === 'write' && (itemLabel ?? collectionLabel) === 'bank' ? 'refuse' : 'allow',
  });
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  const bank = new Variant('s', 'bank');
  await assert.rejects(set(bench, `${LOGIN}/1`, 'Label', bank), denied);
  await assert.rejects(set(bench, LOGIN, 'Label', bank), denied);
  await set(bench, `${LOGIN}/1`, 'Label', new Variant('s', 'post'));
});

// @rule provider/signals-fail-no-change
test('a signal that cannot be sent undoes nothing', async () => {
  const emit = () => {
    throw new Error('closed');
  };
  const bench = makeBench({ emit });
  const [path] = await store(bench, { n: '1' }, 'kept');
  assert.deepEqual((await read(bench, String(path)))[0], 'kept');
  assert.ok(bench.faults.length > 0);
});

// @rule provider/policy-sees-both-of-an-alias
test('an alias is moved by who may write to both collections, from and to', async () => {
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  const seed = {
    collections: [
      { id: 'theirs', label: 'Theirs', aliases: ['default'], items: [] },
      { id: 'mine', label: 'Mine', items: [] },
    ],
  };
  const policy: AccessPolicy = ({ collectionLabel }) =>
    collectionLabel === 'Theirs' ? 'refuse' : 'allow';
  const path = '/org/freedesktop/secrets/collection';
  const bench = makeBench({ policy, seed });
  const setAlias = (alias: string, to: string) =>
    bench.call(SERVICE_PATH, 'SetAlias', 'so', alias, to);
  await assert.rejects(setAlias('default', `${path}/mine`), denied);
  await assert.rejects(setAlias('default', '/'), denied);
  await assert.rejects(setAlias('work', `${path}/theirs`), denied);
  await setAlias('work', `${path}/mine`);
  assert.deepEqual(await bench.call(SERVICE_PATH, 'ReadAlias', 's', 'default'), [`${path}/theirs`]);
  // A daemon that is imitated gives the alias to the collection that is made.
  const kwallet = makeBench({ policy, seed, profile: 'kwallet' });
  const wanted = new Map([['org.freedesktop.Secret.Collection.Label', new Variant('s', 'New')]]);
  const make = kwallet.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', wanted, 'default');
  await assert.rejects(make, denied);
});

// @rule provider/policy-sees-what-goes-along
test('who may not delete an item does not delete it with its collection', async () => {
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  const bench = makeBench({
    policy: ({ itemLabel }) => (itemLabel === 'two' ? 'refuse' : 'allow'),
  });
  await assert.rejects(bench.call(LOGIN, 'Delete'), denied);
  assert.equal((await read(bench, `${LOGIN}/1`))[0], 'first');
  // Who agreed to the whole is not asked about its parts; who was not asked about it is.
  for (const [decision, questions] of [
    ['ask', ['Login']],
    ['allow', ['one', 'two']],
  ] as const) {
    const asked: string[] = [];
    const here = makeBench({
      policy: ({ itemLabel }) => (itemLabel === undefined ? decision : 'ask'),
      prompter: {
        ask: async ({ label }) => {
          asked.push(label);
          return { answer: 'accept' };
        },
      },
    });
    await here.call(LOGIN, 'Delete');
    assert.deepEqual(asked, questions);
  }
});

// @rule provider/policy-sees-what-is-opened
test('a prompt that would open a collection on the way needs leave to unlock it', async () => {
  const safe = '/org/freedesktop/secrets/collection/safe';
  const kinds: string[] = [];
  const bench = makeBench({
    profile: 'keepassxc',
    policy: ({ kind }) => {
      kinds.push(kind);
      return kind === 'unlock' ? 'refuse' : 'allow';
    },
  });
  const denied = refused(`${DBUS_ERROR}.AccessDenied`);
  await assert.rejects(store(bench, { n: '1' }, 'x', { collection: safe }), denied);
  await assert.rejects(bench.call(safe, 'Delete'), denied);
  assert.deepEqual(kinds, ['write', 'unlock', 'delete', 'delete', 'unlock']);
});

// @rule provider/policy-sees-what-becomes
test('attributes that a daemon would merge are judged merged', async () => {
  const bench = makeBench({
    profile: 'keepassxc',
    policy: ({ kind, attributes }) =>
      kind === 'write' && attributes?.get('a') === '1' && attributes.get('c') === '3'
        ? 'refuse'
        : 'allow',
  });
  const change = set(bench, `${LOGIN}/1`, 'Attributes', new Variant('a{ss}', { c: '3' }));
  await assert.rejects(change, refused(`${DBUS_ERROR}.AccessDenied`));
});

test('a path is that of a collection, an alias or an item, whole, or of nothing', () => {
  const { service } = makeBench().provider;
  const root = '/org/freedesktop/secrets';
  const named = (path: string): string | undefined => {
    const located = service.locate(path);
    return located && `${located.collection.id} ${located.item?.id ?? 'itself'}`;
  };
  for (const [path, expected] of [
    [LOGIN, 'login itself'],
    [`${LOGIN}/2`, 'login 2'],
    [`${root}/aliases/default`, 'login itself'],
    [`${root}/collection/safe/1`, 'safe 1'],
    [`${LOGIN}/2/3`, undefined],
    [`${LOGIN}/9`, undefined],
    [`${root}/collection/none/1`, undefined],
    [`${root}/aliases/none`, undefined],
    [`${root}/aliases/default/1`, undefined],
    [`${root}/collections/login`, undefined],
    ['/login/2', undefined],
  ] as const) {
    assert.equal(named(path), expected, path);
  }
  assert.equal(service.requireItem('login', '2').label, 'two');
  const kind = (expected: string) => ({ name: 'Refusal', kind: expected });
  assert.throws(() => service.requireItem('login', '9'), kind('no-such-object'));
  assert.throws(() => service.requireItem('none', '1'), kind('no-such-object'));
  assert.throws(() => service.requireItem('safe', '1'), kind('is-locked'));
  assert.throws(() => service.requireUnlocked('safe'), kind('is-locked'));
});

test('what the store does not take is an error, told to nobody, and everything is as it was', async () => {
  const memory = memoryStore(SEED, () => 7);
  const login = memory.collection('login') ?? assert.fail();
  const full = (): Promise<never> =>
    new Promise((_, reject) => setImmediate(() => reject(new Error('disk full'))));
  Object.assign(login, { putItem: full, deleteItem: full, setLabel: full, lock: full });
  Object.assign(memory, { deleteCollection: full, createCollection: full, setAlias: full });
  const bench = makeBench({ store: memory });
  const session = await bench.openPlain();
  const secret = [session, new Uint8Array(0), Uint8Array.of(1), 'text/plain'];
  const label = new Map([['org.freedesktop.Secret.Collection.Label', new Variant('s', 'New')]]);
  for (const change of [
    () => store(bench, { new: '1' }, 'secret'),
    () => bench.call(`${LOGIN}/1`, 'SetSecret', '(oayays)', secret),
    () => set(bench, `${LOGIN}/1`, 'Label', new Variant('s', 'x')),
    () => set(bench, `${LOGIN}/1`, 'Attributes', new Variant('a{ss}', { x: 'y' })),
    () => bench.call(`${LOGIN}/1`, 'Delete'),
    () => set(bench, LOGIN, 'Label', new Variant('s', 'x')),
    () => bench.call(LOGIN, 'Delete'),
    () => bench.call(SERVICE_PATH, 'Lock', 'ao', [LOGIN]),
    () => bench.call(SERVICE_PATH, 'SetAlias', 'so', 'other', LOGIN),
    () => bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', label, ''),
  ]) {
    await assert.rejects(change(), /disk full/u, String(change));
    assert.deepEqual(bench.signals(), [], String(change));
  }
  assert.deepEqual(await read(bench, `${LOGIN}/1`), ['first', 'x/y; z=1']);
});
