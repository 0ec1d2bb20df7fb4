import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { COLLECTION_LABEL_PROPERTY, SERVICE_PATH } from '../../src/api/names.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { AccessPolicy } from '../../src/types/policy.ts';
import {
  type Bench,
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  refused,
  untilSignal,
} from '../support/bench.ts';

const PREFIX = '/org/freedesktop/secrets/collection/';

function create(bench: Bench, label: string, alias = ''): Promise<readonly unknown[]> {
  const properties = new Map([[COLLECTION_LABEL_PROPERTY, new Variant('s', label)]]);
  return bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', properties, alias);
}

test('a collection is made at once, under an id of its label', async () => {
  const bench = makeBench();
  assert.deepEqual(await create(bench, 'Käse 1'), [`${PREFIX}K_c3_a4se_201`, '/']);
  assert.deepEqual(await create(bench, 'Käse 1'), [`${PREFIX}K_c3_a4se_201_2`, '/']);
  assert.deepEqual(await create(bench, ''), [`${PREFIX}collection`, '/']);
  assert.equal(await get(bench, `${PREFIX}K_c3_a4se_201`, 'Label'), 'Käse 1');
  assert.deepEqual(
    bench.signals().map(({ member }) => member),
    Array.from({ length: 3 }, () => ['CollectionCreated', 'PropertiesChanged']).flat(),
  );
});

// @rule provider/ids-fit-file-names
test('ids of long labels are cut, between two bytes of the label', async () => {
  const bench = makeBench();
  const ids = [];
  for (const label of ['a'.repeat(200), '-'.repeat(60), `a${'Ж'.repeat(60)}`, 'Ж'.repeat(60)]) {
    ids.push(String((await create(bench, label))[0]).slice(PREFIX.length));
  }
  assert.deepEqual(ids, [
    'a'.repeat(100),
    '_2d'.repeat(33),
    `a${'_d0_96'.repeat(16)}_d0`,
    `${'_d0_96'.repeat(16)}_d0`,
  ]);
});

// @rule provider/existing-alias-wins
test('the collection that has the alias is the answer, and nothing is made', async () => {
  const bench = makeBench();
  assert.deepEqual(await create(bench, 'Other', 'default'), [LOGIN, '/']);
  assert.deepEqual(await create(bench, 'Work', 'work'), [`${PREFIX}Work`, '/']);
  assert.deepEqual(await create(bench, 'Again', 'work'), [`${PREFIX}Work`, '/']);
  assert.equal(bench.signals().filter(({ member }) => member === 'CollectionCreated').length, 1);
});

test('two that ask for one alias at the same time get one collection', async () => {
  const bench = makeBench();
  const request = [new Map(), 'work'] as const;
  const [one, other] = await Promise.all(
    [':1.1', ':1.2'].map((sender) =>
      bench.as(sender)(SERVICE_PATH, 'CreateCollection', 'a{sv}s', ...request),
    ),
  );
  assert.deepEqual(one, other);
});

// @rule provider/refused-before-asked
test('a store that is one collection refuses at once, but for an alias that is there', async () => {
  const one = { id: 'login', label: 'Login', aliases: ['default'], items: [] };
  const store = Object.assign(memoryStore({ collections: [one] }), {
    needsPassword: true,
    makesCollections: false,
  });
  const bench = makeBench({ store });
  await assert.rejects(create(bench, 'Work'), refused(`${DBUS_ERROR}.NotSupported`));
  assert.deepEqual(await create(bench, 'Work', 'default'), [LOGIN, '/']);
  assert.equal(bench.provider.service.callers().size, 0);
});

test('a collection whose alias cannot be set is told all the same', async () => {
  const store = memoryStore({ collections: [] });
  store.setAlias = () => Promise.reject(new Error('disk full'));
  const bench = makeBench({ store });
  await assert.rejects(create(bench, 'Work', 'work'), /disk full/u);
  assert.deepEqual(
    bench.signals().map(({ member }) => member),
    ['CollectionCreated', 'PropertiesChanged'],
  );
  assert.equal(await get(bench, `${PREFIX}Work`, 'Label'), 'Work');
});

// @rule provider/policy-refuses
test('a policy decides before anybody is asked, and before anything is made', async () => {
  const asked: string[] = [];
  const policy: AccessPolicy = ({ kind, collectionLabel }) => {
    asked.push(`${kind} ${collectionLabel}`);
    return 'refuse';
  };
  const sealed = Object.assign(memoryStore({ collections: [] }), { needsPassword: true });
  for (const store of [memoryStore({ collections: [] }), sealed]) {
    const bench = makeBench({ store, policy });
    await assert.rejects(create(bench, 'Work'), refused(`${DBUS_ERROR}.AccessDenied`));
    assert.deepEqual([store.collection('Work'), bench.signals()], [undefined, []]);
    assert.equal(bench.provider.service.callers().size, 0);
  }
  assert.deepEqual(asked, ['write Work', 'write Work']);
});

test('KWallet wants a label', async () => {
  const bench = makeBench({ profile: 'kwallet' });
  const invalid = refused(`${DBUS_ERROR}.InvalidArgs`);
  await assert.rejects(create(bench, ''), invalid);
  const none = bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', new Map(), '');
  await assert.rejects(none, invalid);
});

test('an alias that is no path element, and properties that are unknown, are refused', async () => {
  const bench = makeBench();
  for (const alias of ['a/b', 'a'.repeat(256)]) {
    await assert.rejects(create(bench, 'x', alias), refused(`${DBUS_ERROR}.InvalidArgs`));
  }
  for (const properties of [
    new Map([['x.y.Z', new Variant('s', '')]]),
    new Map([[COLLECTION_LABEL_PROPERTY, new Variant('u', 1)]]),
  ]) {
    await assert.rejects(
      bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', properties, ''),
      refused(`${DBUS_ERROR}.InvalidArgs`),
    );
  }
  assert.deepEqual(bench.signals(), []);
});

test('with GNOME Keyring it takes a prompt, and only the default alias', async () => {
  const bench = makeBench({ profile: 'gnome-keyring' });
  const [none, prompt] = await create(bench, 'Work', 'default');
  assert.equal(none, '/');
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('o', `${PREFIX}Work`)]);
  await assert.rejects(create(bench, 'x', 'other'), refused(`${DBUS_ERROR}.NotSupported`));
});
