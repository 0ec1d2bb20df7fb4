// Collections and items: everything that can be asked of them, on every keyring that has it.
// Foreign peers: the daemons; secret-tool and SecretStorage look at what came of it.

import assert from 'node:assert/strict';
import { secretStorage } from '../../../test-fixtures/src/index.ts';
import {
  lookupPassword,
  NETWORK_PASSWORD_SCHEMA,
  NOTE_SCHEMA,
  type SecretServiceErrorCode,
  schema,
  searchPasswords,
  storePassword,
} from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { onEach, onGnomeKeyring } from './support/keyrings.ts';

onEach('everything an item has', [], async ({ connect }) => {
  const service = await connect();
  const collection = await service.defaultCollection();
  const before = Date.now() - 2000;
  const item = await collection.createItem('label', { app: 'i', n: '1' }, 'secret');
  assert.equal(item.collectionPath, collection.path);
  assert.equal(await item.label(), 'label');
  assert.deepEqual(
    await item.attributes(),
    new Map([
      ['app', 'i'],
      ['n', '1'],
    ]),
  );
  assert.equal(await item.isLocked(), false);
  const [created, modified] = [await item.created(), await item.modified()];
  assert.ok(created !== undefined && created.getTime() >= before, String(created));
  assert.ok(modified !== undefined && modified.getTime() >= before, String(modified));
  await item.setLabel('another label ☃');
  assert.equal(await item.label(), 'another label ☃');
  await item.setSecret('new secret');
  assert.equal((await item.getSecret()).text(), 'new secret');
  await item.setAttributes({ app: 'i', n: '2' });
  assert.deepEqual(
    await item.attributes(),
    new Map([
      ['app', 'i'],
      ['n', '2'],
    ]),
  );
  const { label, isLocked } = await item.properties();
  assert.deepEqual([label, isLocked], ['another label ☃', false]);
  await item.ensureNotLocked();
  const [found] = await collection.searchItems({ n: '2' });
  assert.equal(found?.path, item.path);
  await item.delete();
  await failsWith('not-found', item.label());
  await failsWith('not-found', item.getSecret());
  await failsWith('not-found', item.delete());
  assert.deepEqual(await collection.searchItems({ app: 'i' }), []);
});

// @rule secret/missing-object
onEach('what does not exist is not found, in every call', [], async ({ connect }) => {
  const service = await connect();
  const item = await service.store('l', { app: 'gone' }, 's');
  const [other] = (await service.searchItems({ app: 'gone' })).unlocked;
  await item.delete();
  assert.ok(other);
  await failsWith('not-found', other.getSecret());
  await failsWith('not-found', other.attributes());
  await failsWith('not-found', other.setLabel('x'));
  await failsWith('not-found', other.unlock());
  const results = await service.getSecrets([other]);
  assert.deepEqual(
    [...results.values()].map((result) => result.status),
    ['not-found'],
  );
  assert.equal(await service.collection('no such alias'), undefined);
});

// @rule secret/dropped-has-status
// @rule secret/bulk-falls-back
onEach('many secrets at once, one of them gone', [], async ({ connect }) => {
  const service = await connect();
  const items = [];
  for (const n of ['1', '2', '3']) items.push(await service.store(n, { app: 'bulk', n }, n));
  await items[1]?.delete();
  const results = await service.getSecrets(items);
  const statuses = items.map((item) => {
    const result = results.get(item.path);
    return result?.status === 'ok' ? result.secret.text() : result?.status;
  });
  assert.deepEqual(statuses, ['1', 'not-found', '3']);
});

// @rule secret/empty-search-enumerates
onEach('a search for nothing finds everything', [], async ({ connect }) => {
  const service = await connect();
  for (const n of ['1', '2']) await service.store(n, { app: 'all', n }, n);
  const { unlocked, locked } = await service.searchItems({});
  assert.deepEqual([unlocked.length, locked.length], [2, 0]);
});

onEach('schemas are seen by others', ['secretstorage'], async ({ keyring, connect }) => {
  const service = await connect();
  const login = { user: 'me', server: 'example.org', port: 22 };
  await storePassword(NETWORK_PASSWORD_SCHEMA, login, 'ssh', 'secret', { service });
  await storePassword(NOTE_SCHEMA, {}, 'note', 'a note', { service });
  const own = schema('org.example.Own', { user: 'string', tls: 'boolean' }, { matchName: false });
  await storePassword(own, { user: 'me', tls: true }, 'own', 'mine', { service });
  const [theirs] = await secretStorage.search(keyring.peerEnv, {
    'xdg:schema': 'org.gnome.keyring.NetworkPassword',
    port: '22',
  });
  assert.equal(theirs?.label, 'ssh');
  const read = await lookupPassword(
    NETWORK_PASSWORD_SCHEMA,
    { server: 'example.org' },
    { service },
  );
  assert.equal(read?.text(), 'secret');
  assert.equal((await lookupPassword(NOTE_SCHEMA, {}, { service }))?.text(), 'a note');
  const { items } = await searchPasswords(service, own, { tls: true });
  assert.equal(items.length, 1);
  assert.deepEqual(
    { ...own.parse((await items[0]?.attributes()) ?? {}) },
    { user: 'me', tls: true },
  );
});

// @rule secret/reserved-attributes
onEach('bad input is refused, and nothing is sent', [], async ({ keyring, connect, proxy }) => {
  const recorded = await proxy();
  const service = await connect({ address: recorded.address });
  const collection = await service.defaultCollection();
  const item = await service.store('l', { app: 'x' }, 's');
  // Anything at all, as from JavaScript.
  const call = (method: unknown, self: object, ...args: unknown[]): Promise<unknown> => {
    assert.ok(typeof method === 'function');
    return new Promise((resolve) => resolve(Reflect.apply(method, self, args)));
  };
  const store = (...args: unknown[]) => call(service.store, service, ...args);
  const create = (...args: unknown[]) => call(collection.createItem, collection, ...args);
  const reserved = { 'gnome-keyring': 'gkr:compat:x', keepassxc: 'Uuid', kwallet: undefined };
  const name = reserved[keyring.kind];
  const cases: [SecretServiceErrorCode, string, () => Promise<unknown>][] = [
    ['invalid-attributes', 'a store without attributes', () => store('l', {}, 's')],
    ['invalid-attributes', 'a clear without attributes', () => service.clear({})],
    ['invalid-attributes', 'a lookup without attributes', () => service.lookup({})],
    ['invalid-attributes', 'a replace without', () => create('l', {}, 's', { replace: true })],
    ['invalid-attributes', 'a number as a value', () => store('l', { a: 1 }, 's')],
    ['invalid-attributes', 'null as a value', () => store('l', { a: null }, 's')],
    ['invalid-attributes', 'attributes that are a list', () => store('l', ['a'], 's')],
    ['invalid-attributes', 'attributes that are a string', () => store('l', 'a=b', 's')],
    ['invalid-attributes', 'no attributes at all', () => store('l', undefined, 's')],
    ['invalid-attributes', 'an empty name', () => store('l', { '': 'x' }, 's')],
    ['invalid-attributes', 'NUL in a value', () => store('l', { a: 'b\0' }, 's')],
    ['invalid-attributes', 'NUL in a name', () => service.searchItems({ 'a\0': 'b' })],
    ['invalid-attributes', 'half a character', () => store('l', { a: '\ud800' }, 's')],
    ['invalid-attributes', 'set to half a one', () => item.setAttributes({ a: '\udfff' })],
    ['invalid-argument', 'NUL in a label', () => store('l\0', { a: '1' }, 's')],
    ['invalid-argument', 'half a character in a label', () => item.setLabel('\ud83d')],
    ['invalid-argument', 'no label', () => store(undefined, { a: '1' }, 's')],
    ['invalid-argument', 'NUL in a collection', () => service.createCollection('l\0')],
    ['invalid-argument', 'a label for a collection', () => collection.setLabel('l\0')],
    ['invalid-argument', 'half a character in a secret', () => store('l', { a: '1' }, '\ud800')],
    ['invalid-argument', 'a secret that is a number', () => store('l', { a: '1' }, 7)],
    ['invalid-argument', 'a secret that is null', () => item.setSecret(Reflect.get({}, 'x'))],
    [
      'invalid-argument',
      'a content type that is none',
      () => store('l', { a: '1' }, 's', { contentType: 'text' }),
    ],
    ['invalid-argument', 'an alias with NUL', () => service.collection('a\0')],
    ['invalid-argument', 'no alias', () => service.readAlias('')],
    ['invalid-argument', 'an alias to set', () => service.setAlias('\ud800', collection)],
    [
      'invalid-argument',
      'an alias to store under',
      () => store('l', { a: '1' }, 's', { collection: 'a\0' }),
    ],
    ['invalid-argument', 'a path of another service', async () => service.itemAt('/org/x/1')],
    ['invalid-argument', 'a path that is none', async () => service.collectionAt('x')],
    [
      'invalid-argument',
      'an item where a collection is meant',
      async () => service.collectionAt(item.path),
    ],
    ['too-large', 'a secret over the limit', () => store('l', { a: '1' }, new Uint8Array(2 ** 26))],
    ...(name === undefined
      ? []
      : [
          ['invalid-attributes', 'reserved', () => store('l', { [name]: 'x' }, 's')] as const,
          ['invalid-attributes', 'reserved, new', () => create('l', { [name]: 'x' }, 's')] as const,
          [
            'invalid-attributes',
            'reserved, set',
            () => item.setAttributes({ [name]: 'x' }),
          ] as const,
        ].map(([code, what, run]): [SecretServiceErrorCode, string, () => Promise<unknown>] => [
          code,
          what,
          run,
        ])),
  ];
  const before = recorded.bytesOut();
  for (const [code, what, run] of cases) {
    const error = await failsWith(code, run());
    assert.equal(error.mayHaveHappened, false, what);
    assert.equal(recorded.bytesOut(), before, `${what}: something was sent`);
  }
  // An alias can only be asked for: then that is all.
  await failsWith('not-found', service.store('l', { a: '1' }, 's', { collection: 'no such' }));
  await failsWith('not-found', service.lookup({ a: '1' }, { collection: 'no such' }));
  assert.equal(await service.collection('no such'), undefined);
});

onGnomeKeyring(
  'collections: create, label, alias, delete',
  { state: 'unlocked', prompter: 'accept' },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: true });
    const made = await service.createCollection('Work ☃');
    assert.equal(await made.label(), 'Work ☃');
    await made.setLabel('Work');
    assert.equal(await made.label(), 'Work');
    const item = await made.createItem('l', { app: 'work' }, 'secret');
    assert.equal((await service.lookup({ app: 'work' }, { collection: made }))?.text(), 'secret');
    assert.equal(await service.lookup({ app: 'work' }, { collection: 'default' }), undefined);
    assert.equal(item.collectionPath, made.path);
    const original = await service.defaultCollection();
    await service.setAlias('default', made);
    assert.equal((await service.defaultCollection()).path, made.path);
    await service.setAlias('default', original);
    // @rule secret/settable-aliases
    await failsWith('not-supported', service.setAlias('work', made));
    await failsWith('not-supported', service.createCollection('x', { alias: 'work' }));
    const again = await service.createCollection('x', { alias: 'default' });
    assert.equal(again.path, original.path);
    assert.ok((await service.collection('session')) !== undefined);
    assert.ok((await service.anyCollection()) !== undefined);
    await made.lock();
    await failsWith('locked', made.ensureNotLocked());
    await made.unlock();
    await made.delete();
    assert.equal(await made.exists(), false);
    await failsWith('not-found', made.label());
  },
);

onGnomeKeyring('collections: the user says no', { prompter: 'dismiss' }, async ({ connect }) => {
  const service = await connect({ hasDisplay: true });
  await failsWith('dismissed', service.createCollection('Work'));
  const options = { interactive: false };
  await failsWith('prompt-required', service.createCollection('Work', options));
});

onGnomeKeyring('the session collection keeps secrets in memory', {}, async ({ connect }) => {
  const service = await connect();
  const item = await service.store('l', { app: 'memory' }, 'secret', { collection: 'session' });
  const session = await service.collection('session');
  assert.equal(item.collectionPath, session?.path);
  assert.equal((await service.lookup({ app: 'memory' }))?.text(), 'secret');
});

onEach(
  'aliases of any name, read back',
  [],
  async ({ connect }) => {
    const service = await connect();
    const collection = await service.defaultCollection();
    await service.setAlias('work', collection);
    assert.equal((await service.collection('work'))?.path, collection.path);
    await service.store('l', { app: 'aliased' }, 'secret', { collection: 'work' });
    assert.equal((await service.lookup({ app: 'aliased' }))?.text(), 'secret');
    // @rule secret/alias-verified
    await failsWith('not-supported', service.setAlias('work', undefined));
  },
  {},
  ['kwallet'],
);
