/**
 * The profile of oo7-daemon. No package of it was to be had to compare with: these are its rows of
 * docs/QUIRKS.md, which were read in its source and not seen in a running daemon.
 */
import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import {
  DBUS_ERROR,
  get,
  LOGIN,
  makeBench,
  read,
  refused,
  SECRET_ERROR,
  store,
  untilSignal,
} from '../support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';
const ALIASES = '/org/freedesktop/secrets/aliases';
const FAILED = refused(`${DBUS_ERROR}.Failed`);

test('O1: the output of a plain session is an empty array', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const opened = await bench.call(SERVICE_PATH, 'OpenSession', 'sv', 'plain', new Variant('s', ''));
  assert.deepEqual(opened[0], new Variant('ay', new Uint8Array(0)));
});

test('O2: a search looks into no locked collection', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const [open, locked] = await bench.call(SERVICE_PATH, 'SearchItems', 'a{ss}', { a: '1' });
  assert.deepEqual([open, locked], [[`${LOGIN}/1`, `${LOGIN}/2`], []]);
});

test('O3: a locked item tells neither label nor attributes', async () => {
  const bench = makeBench({ profile: 'oo7' });
  for (const name of ['Label', 'Attributes']) {
    await assert.rejects(get(bench, `${SAFE}/1`, name), FAILED);
    assert.ok((await get(bench, `${LOGIN}/1`, name)) !== undefined);
  }
  assert.equal(await get(bench, `${SAFE}/1`, 'Locked'), true);
});

test('O4: making and deleting in a locked collection takes a prompt, which opens it', async () => {
  for (const start of [
    (bench: ReturnType<typeof makeBench>) => store(bench, { n: '1' }, 'x', { collection: SAFE }),
    (bench: ReturnType<typeof makeBench>) =>
      bench.call(`${SAFE}/1`, 'Delete').then(([prompt]) => ['/', prompt]),
    (bench: ReturnType<typeof makeBench>) =>
      bench.call(SAFE, 'Delete').then(([prompt]) => ['/', prompt]),
  ]) {
    const bench = makeBench({ profile: 'oo7' });
    const [none, prompt] = await start(bench);
    assert.equal(none, '/');
    await bench.call(String(prompt), 'Prompt', 's', '');
    const signals = await untilSignal(bench, 'Completed');
    assert.equal(signals.at(-1)?.body[0], false);
    assert.ok(
      signals.some(({ member }) => /^Item(?:Created|Deleted)|CollectionDeleted$/u.test(member)),
    );
    assert.deepEqual(bench.faults, []);
    assert.deepEqual(await bench.call(LOGIN, 'Delete'), ['/'], 'what is open needs none');
  }
});

test('O5: Dismiss is not followed by Completed', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  await bench.call(String(prompt), 'Dismiss');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(bench.signals(), []);
});

test('O6: only the default alias has an object; login reads as it; a collection has one alias', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const alias = async (name: string) => (await bench.call(SERVICE_PATH, 'ReadAlias', 's', name))[0];
  assert.equal(await alias('login'), LOGIN);
  assert.equal(await get(bench, `${ALIASES}/default`, 'Label'), 'Login');
  await bench.call(SERVICE_PATH, 'SetAlias', 'so', 'work', LOGIN);
  assert.deepEqual([await alias('work'), await alias('default')], [LOGIN, '/']);
  await assert.rejects(
    bench.call(`${ALIASES}/work`, 'SearchItems', 'a{ss}', {}),
    refused(`${DBUS_ERROR}.UnknownObject`),
  );
  await assert.rejects(
    bench.call(SERVICE_PATH, 'SetAlias', 'so', 'work', '/'),
    refused(`${SECRET_ERROR}.NoSuchObject`),
  );
});

test('O7: what replaces an item has another path; the content type counts as well', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const [first] = await store(bench, { n: '1' }, 'x');
  bench.signals();
  const [second] = await store(bench, { n: '1' }, 'y', { replace: true });
  assert.notEqual(second, first);
  assert.deepEqual(
    bench.signals().flatMap(({ member }) => (member.startsWith('Item') ? [member] : [])),
    ['ItemDeleted', 'ItemCreated'],
  );
  await assert.rejects(read(bench, String(first)), refused(`${DBUS_ERROR}.UnknownObject`));
  const options = { replace: true, contentType: 'application/json' };
  const [third] = await store(bench, { n: '1' }, 'z', options);
  assert.equal((await read(bench, String(second)))[0], 'y');
  assert.equal((await read(bench, String(third)))[0], 'z');
});

test('O8: a content type outside a short list fails', async () => {
  const bench = makeBench({ profile: 'oo7' });
  await assert.rejects(store(bench, {}, 'x', { contentType: 'plain/text' }), FAILED);
  await store(bench, {}, 'x', { contentType: 'text/plain; charset=utf8' });
});

test('O10: the result of a deletion is the path "/"', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const [prompt] = await bench.call(`${SAFE}/1`, 'Delete');
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('o', '/')]);
});

test('O11: a session serves every connection', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const session = await bench.openPlain(':1.1');
  assert.ok(await bench.as(':1.2')(`${LOGIN}/1`, 'GetSecret', 'o', session));
});

test('O12: paths are in lower case', async () => {
  const bench = makeBench({ profile: 'oo7' });
  const label = new Map([['org.freedesktop.Secret.Collection.Label', new Variant('s', 'My Keys')]]);
  const [path] = await bench.call(SERVICE_PATH, 'CreateCollection', 'a{sv}s', label, '');
  assert.equal(path, '/org/freedesktop/secrets/collection/my_20keys');
  assert.equal(await get(bench, String(path), 'Label'), 'My Keys');
});
