import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { get, LOGIN, makeBench, refused, SECRET_ERROR } from '../support/bench.ts';

// @rule provider/locked-not-absent
test('in a locked collection whose items nobody knows everything is locked, nothing absent', async () => {
  const store = memoryStore({ collections: [{ id: 'c', label: 'C', locked: true, items: [] }] });
  const collection = store.collection('c');
  assert.ok(collection !== undefined);
  Object.assign(collection, { needsPassword: true });
  const path = '/org/freedesktop/secrets/collection/c';
  const bench = makeBench({ store });
  const session = await bench.openPlain();
  const locked = refused(`${SECRET_ERROR}.IsLocked`);
  await assert.rejects(bench.call(`${path}/1`, 'GetSecret', 'o', session), locked);
  await assert.rejects(get(bench, `${path}/1`, 'Label'), locked);
  const absent = refused(`${SECRET_ERROR}.NoSuchObject`);
  for (const elsewhere of [`${path}/1/2`, `${path}x/1`, '/org/freedesktop/secrets/aliases/c/1']) {
    await assert.rejects(bench.call(elsewhere, 'GetSecret', 'o', session), absent, elsewhere);
  }
  const imitation = makeBench({ store, profile: 'keepassxc' });
  const unknown = refused('org.freedesktop.DBus.Error.UnknownObject');
  await assert.rejects(imitation.call(`${path}/1`, 'a.b.C'), unknown);
  await collection.unlock(undefined);
  await assert.rejects(bench.call(`${path}/1`, 'GetSecret', 'o', session), absent);
});

// @rule provider/no-such-object
test('what is not there is NoSuchObject, wherever below the service', async () => {
  const bench = makeBench();
  const paths = [
    '/org/freedesktop/secrets/collection',
    '/org/freedesktop/secrets/collection/none',
    `${LOGIN}/9`,
    `${LOGIN}/1/2`,
    '/org/freedesktop/secrets/aliases/none',
    '/org/freedesktop/secrets/session/s9',
    '/org/freedesktop/secrets/prompt/p9',
    '/org/freedesktop/secrets/other',
  ];
  for (const path of paths) {
    await assert.rejects(bench.call(path, 'a.b.C'), refused(`${SECRET_ERROR}.NoSuchObject`), path);
  }
  assert.deepEqual(bench.faults, []);
});

test('on the way to objects there is a description, and no other method', async () => {
  const bench = makeBench();
  const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
  for (const path of ['/', '/org/freedesktop/secrets/collection']) {
    const [xml] = await bench.call(path, `${INTROSPECTABLE}.Introspect`);
    assert.match(String(xml), /<node name="(?:org|login)"/u);
    for (const [member, signature, body] of [
      ['Nothing', '', []],
      ['Introspect', 's', ['x']],
    ] as const) {
      const call = bench.call(path, `${INTROSPECTABLE}.${member}`, signature, ...body);
      await assert.rejects(call, refused(`${SECRET_ERROR}.NoSuchObject`));
    }
  }
});
