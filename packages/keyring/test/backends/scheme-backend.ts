// @rule keyring/group-needs-place
// @rule keyring/foreign-writes-asked-for
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SchemeBackend, type SchemeBackendOptions } from '../../src/backends/scheme-backend.ts';
import { MAX_SECRET_BYTES } from '../../src/entries/limits.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import { failsWith } from '../support/failing.ts';

const KEY = { service: 'service', username: 'user' };

function bench(): {
  store: MemoryStore;
  tick(ms: number): void;
  backend(schemes: string | string[], options?: Partial<SchemeBackendOptions>): SchemeBackend;
  put(attributes: Record<string, string>, secret: string): Promise<void>;
} {
  let nowMs = 1000;
  const store = new MemoryStore(() => nowMs);
  return {
    store,
    tick: (ms) => {
      nowMs += ms;
    },
    backend: (schemes, options = {}) =>
      new SchemeBackend({ ...options, name: 'test', store, schemes: schemesOf(schemes) }),
    put: (attributes, secret) =>
      store.create({
        label: 'foreign',
        attributes: new Map(Object.entries(attributes)),
        secret: bytes(secret),
        contentType: undefined,
        scope: 'all',
      }),
  };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(secret: Uint8Array | undefined): string | undefined {
  return secret === undefined ? undefined : new TextDecoder().decode(secret);
}

test('a list of schemes is read in its order, and the first is written', async () => {
  const { backend, put } = bench();
  await put({ service: 'service', account: 'user' }, 'keytar’s');
  const both = backend(['keywire', 'keytar']);
  assert.equal(text(await both.get(KEY)), 'keytar’s');
  await both.set(KEY, bytes('ours'));
  assert.equal(text(await both.get(KEY)), 'ours');
  assert.equal(text(await backend('keytar').get(KEY)), 'keytar’s');
  assert.equal(await both.delete(KEY), 2);
  assert.equal(await both.get(KEY), undefined);
});

test('replacing goes by the key alone, and leaves neighbours alone', async () => {
  const { backend, put, store } = bench();
  await put({ service: 'service', username: 'user', application: 'Python keyring library' }, 'a');
  await put({ service: 'service', username: 'user', other: 'x' }, 'neighbour');
  await put({ service: 'service', username: 'user', group: 'g' }, 'grouped');
  const ours = backend('keywire');
  assert.equal(text(await ours.get(KEY)), 'a');
  await ours.set(KEY, bytes('b'), { app: 'Mine' });
  const all = { attributes: new Map<string, string>(), scope: 'all', accepts: () => true } as const;
  const items = await store.find({ ...all, isComplete: true, isRead: false });
  assert.equal(items.length, 3);
  const secrets = await store.read(items);
  assert.deepEqual(
    items.map(({ id }) => text(secrets.get(id))),
    ['b', 'neighbour', 'grouped'],
  );
  assert.equal(await ours.delete(KEY), 1);
  assert.equal(text(await ours.get({ ...KEY, group: 'g' })), 'grouped');
});

test('of several entries of one key the newest wins, all are set, and all are deleted', async () => {
  const { backend, put, tick } = bench();
  await put({ service: 'service', username: 'user' }, 'old');
  tick(1000);
  await put({ service: 'service', username: 'user', application: 'x' }, 'new');
  const ours = backend('keywire');
  assert.equal(text(await ours.get(KEY)), 'new');
  const refusing = backend('keywire', { several: 'refuse' });
  await failsWith('ambiguous', refusing.get(KEY));
  await failsWith('ambiguous', refusing.set(KEY, bytes('x')));
  await ours.set(KEY, bytes('both'));
  const found = await ours.search({ service: 'service' });
  assert.deepEqual(
    found.map(({ secret }) => text(secret)),
    ['both', 'both'],
  );
  assert.equal(await ours.delete(KEY), 2);
});

test('of the same second the later made wins', async () => {
  const { backend, put } = bench();
  for (let count = 0; count < 12; count += 1) {
    await put({ service: 'service', username: 'user' }, `${count}`);
  }
  assert.equal(text(await backend('keywire').get(KEY)), '11');
});

test('a group is refused where the scheme has no place for one', async () => {
  const { backend } = bench();
  const key = { ...KEY, group: 'g' };
  const keytar = backend('keytar');
  await failsWith('scheme-has-no-group', keytar.get(key));
  await failsWith('scheme-has-no-group', keytar.set(key, bytes('x')));
  await failsWith('scheme-has-no-group', keytar.delete(key));
  assert.equal(await backend(['keywire', 'keytar']).get(key), undefined);
});

test('other programs’ stores are written only when asked for, and some never', async () => {
  const { backend, put } = bench();
  const azure = { service: 'Microsoft Azure CLI', username: 'Token cache' };
  const closed = backend('azure-cli');
  assert.equal((await failsWith('scheme-opt-in', closed.set(azure, bytes('x')))).outcome, 'failed');
  await backend('azure-cli', { allowForeignWrites: true }).set(azure, bytes('cache'));
  assert.equal(text(await closed.get(azure)), 'cache');
  await failsWith('scheme-opt-in', closed.delete(azure));
  const schema = 'chrome_libsecret_os_crypt_password_v2';
  await put({ application: 'chrome', 'xdg:schema': schema }, 'key');
  const chromium = backend('chromium', { allowForeignWrites: true });
  const product = { service: 'chrome', username: '' };
  assert.equal(text(await chromium.get(product)), 'key');
  await failsWith('scheme-read-only', chromium.set(product, bytes('x')));
  await failsWith('scheme-read-only', chromium.delete(product));
  assert.equal(text(await chromium.get(product)), 'key');
});

test('wrapped secrets are unwrapped when read and wrapped when written', async () => {
  const { backend, put } = bench();
  const cross = { service: 'service', username: 'user', application: 'ts-keyring' };
  await put(cross, 'value\n');
  const reader = backend('cross-keychain');
  assert.equal(text(await reader.get(KEY)), 'value');
  await reader.set(KEY, bytes('another\n'));
  assert.equal(text(await reader.get(KEY)), 'another\n');
});

test('an item that two schemes know is found once', async () => {
  const { backend, put } = bench();
  await put({ service: 'service', username: 'user' }, 'one');
  const found = await backend(['keywire', 'python-keyring', 'keyring-rs']).search({});
  assert.equal(found.length, 1);
  assert.equal(found[0]?.username, 'user');
  assert.equal(found[0]?.label, 'foreign');
});

test('the store’s own errors and the caller’s leave as errors of this package', async () => {
  const { store } = bench();
  store.translate = (error) => (error instanceof SyntaxError ? new TypeError('translated') : error);
  store.find = async () => {
    throw new SyntaxError('inner');
  };
  const backend = new SchemeBackend({ name: 'test', store, schemes: schemesOf('keywire') });
  const error = await failsWith('backend-failed', backend.get(KEY));
  assert.ok(error.cause instanceof TypeError);
  await failsWith('aborted', backend.get(KEY, { signal: AbortSignal.abort() }));
  await failsWith('invalid-argument', () => new SchemeBackend({ name: 'x', store, schemes: [] }));
});

test('changes are told from the call on, and failures are errors of this package', async () => {
  const { store, backend } = bench();
  const subject = backend('keywire');
  const controller = new AbortController();
  const events = subject.events({ signal: controller.signal });
  await subject.set(KEY, bytes('x'));
  controller.abort();
  const told = [];
  for await (const event of events) told.push(event);
  assert.deepEqual(told, [{ type: 'created', isOwn: true, entry: KEY }]);
  store.events = async function* () {
    yield* [];
    throw new SyntaxError('inner');
  };
  await failsWith('backend-failed', subject.events()[Symbol.asyncIterator]().next());
  store.events = () => {
    throw new SyntaxError('inner');
  };
  await failsWith('backend-failed', () => subject.events());
});

test('changes of what a further scheme wrote are told too', async () => {
  const { backend, put } = bench();
  const controller = new AbortController();
  const events = backend(['keywire', 'keytar']).events({ signal: controller.signal });
  await put({ service: 'service', account: 'user' }, 'keytar’s');
  controller.abort();
  const told = [];
  for await (const { entry } of events) told.push(entry);
  assert.deepEqual(told, [KEY]);
});

test('secrets are read where one is wanted, and wiped when they are handed on', async () => {
  const { backend, store } = bench();
  const isRead: boolean[] = [];
  const read: Uint8Array[] = [];
  const plain = { find: store.find.bind(store), read: store.read.bind(store) };
  store.find = (query) => {
    isRead.push(query.isRead);
    return plain.find(query);
  };
  store.read = async (items) => {
    const secrets = await plain.read(items);
    read.push(...secrets.values());
    return secrets;
  };
  const subject = backend('keywire');
  await subject.set(KEY, bytes('secret'));
  assert.equal(text(await subject.get(KEY)), 'secret');
  assert.equal(text((await subject.search({}))[0]?.secret), 'secret');
  await subject.delete(KEY);
  assert.deepEqual(isRead, [false, true, false, false]);
  assert.deepEqual(
    read.map((secret) => secret.every((byte) => byte === 0)),
    [true, true],
  );
});

test('a secret that no store keeps is refused before anything is stored', async () => {
  const { backend, store } = bench();
  store.create = async () => assert.fail('stored');
  await failsWith('too-large', backend('keywire').set(KEY, new Uint8Array(MAX_SECRET_BYTES + 1)));
});

// @rule keyring/texts-checked-first
test('a text that no store keeps is refused before anything is stored', async () => {
  const { backend } = bench();
  const subject = backend('keywire');
  await subject.set(KEY, bytes('old'));
  for (const part of ['label', 'app', 'contentType']) {
    for (const text of ['a\0', 'a\ud800', 5, 'x'.repeat(65_537)]) {
      const error = await subject.set(KEY, bytes('new'), { [part]: text }).catch((e) => e);
      assert.ok(['invalid-argument', 'too-large'].includes(error.code), `${part}: ${error}`);
      assert.ok(error.message.startsWith(`${part}: `));
    }
  }
  assert.equal(text(await subject.get(KEY)), 'old');
});

test('texts that stand for one service are one entry', async () => {
  const { backend } = bench();
  const subject = backend('git-libsecret');
  const [bare, slashed] = ['https://h', 'https://h/'].map((service) => ({
    service,
    username: 'me',
  }));
  assert.ok(bare !== undefined && slashed !== undefined);
  await subject.set(slashed, bytes('one'));
  await subject.set(bare, bytes('two'));
  assert.equal(text(await subject.get(slashed)), 'two');
  const found = await subject.search({ service: 'https://h/' });
  assert.deepEqual(
    found.map(({ service, label }) => [service, label]),
    [['https://h', 'Git: https://h/']],
  );
  assert.equal(await subject.delete(slashed), 1);
  assert.equal(await subject.get(bare), undefined);
  const error = await failsWith('invalid-argument', subject.set(KEY, bytes('x')));
  assert.match(error.message, /protocol:\/\/host/u);
});

// @rule keyring/one-turn-an-entry
test('changes of one entry take turns, however its key is written', async () => {
  const { backend } = bench();
  const subject = backend('git-libsecret');
  await Promise.all([
    subject.set({ service: 'https://h', username: 'me' }, bytes('one')),
    subject.set({ username: 'me', service: 'https://h/' }, bytes('two')),
  ]);
  assert.equal((await subject.search({})).length, 1);
});

test('a read may stop at what is unlocked; a change and a list see everything', async () => {
  const { backend, store } = bench();
  const asked: boolean[] = [];
  const find = store.find.bind(store);
  store.find = (query) => {
    asked.push(query.isComplete);
    return find(query);
  };
  const subject = backend('keywire');
  await subject.get(KEY);
  await subject.set(KEY, bytes('x'));
  await subject.search({});
  await subject.delete(KEY);
  assert.deepEqual(asked, [false, true, true, true]);
});

test('no call takes a key or a filter that no store keeps', async () => {
  const { backend, store } = bench();
  for (const name of ['find', 'create', 'remove'] as const) store[name] = () => assert.fail(name);
  const subject = backend('keywire');
  for (const wrong of [
    { ...KEY, username: 'a\0' },
    { ...KEY, username: '' },
  ]) {
    await failsWith('invalid-argument', subject.get(wrong));
    await failsWith('invalid-argument', subject.set(wrong, bytes('x')));
    await failsWith('invalid-argument', subject.delete(wrong));
  }
  await failsWith('invalid-argument', subject.search({ username: 'a\0' }));
  assert.equal(subject.name, 'test');
});

test('the copy that is stored is wiped, and what the store says of storing is heard', async () => {
  const { backend, store } = bench();
  const stored: Uint8Array[] = [];
  store.create = async ({ secret }) => {
    stored.push(secret);
    throw new RangeError('full');
  };
  const secret = bytes('secret');
  await failsWith('backend-failed', backend('keywire').set(KEY, secret));
  assert.deepEqual([...(stored[0] ?? [])], [0, 0, 0, 0, 0, 0]);
  assert.equal(text(secret), 'secret');
});

test('what goes while it is looked at is not counted, gives way, or is made anew', async () => {
  const { backend, store, put, tick } = bench();
  const subject = backend('keywire');
  await put({ service: 'service', username: 'user' }, 'older');
  tick(1000);
  await put({ service: 'service', username: 'user' }, 'newer');
  const read = store.read.bind(store);
  store.read = (items) => read(items.filter(({ id }) => id !== '1'));
  assert.equal(text(await subject.get(KEY)), 'older');
  store.read = read;
  store.update = async () => false;
  await subject.set(KEY, bytes('anew'));
  assert.deepEqual((await subject.search({})).map(({ secret }) => text(secret)).sort(), [
    'anew',
    'newer',
    'older',
  ]);
  const remove = store.remove.bind(store);
  store.remove = async (item) => item.id !== '0' && remove(item);
  assert.equal(await subject.delete(KEY), 2);
});

test('a service that a scheme has no form for is not there; its other schemes are asked', async () => {
  const { backend } = bench();
  const subject = backend(['keywire', 'git-libsecret', '99designs']);
  await subject.set(KEY, bytes('x'));
  assert.equal((await subject.search({ service: 'service' })).length, 1);
  assert.equal(text(await subject.get(KEY)), 'x');
  assert.equal(await subject.get({ service: 'other', username: 'user' }), undefined);
  assert.deepEqual(await subject.search({ service: 'other', group: 'g' }), []);
  assert.equal(await subject.delete(KEY), 1);
});

test('items of excluded schemes are neither read, listed nor deleted', async () => {
  const { backend, put } = bench();
  await put({ service: 'service', username: 'user' }, 'both’s');
  const subject = backend('python-keyring', { excluding: schemesOf('keywire') });
  assert.equal(await subject.get(KEY), undefined);
  assert.deepEqual(await subject.search({}), []);
  assert.equal(await subject.delete(KEY), 0);
  assert.equal(text(await backend('keywire').get(KEY)), 'both’s');
});

// @rule keyring/excluded-where-found
test('an item that an excluded scheme knows, and does not find, counts', async () => {
  const { backend, put, store } = bench();
  await put({ service: 'service', username: 'user' }, 'elsewhere');
  await put({ service: 'service', username: 'bob' }, 'here');
  const find = store.find.bind(store);
  const asked: string[] = [];
  let readAhead = false;
  store.find = async (query) => {
    asked.push(query.scope);
    readAhead ||= query.isRead;
    const items = await find(query);
    return query.scope === 'all' ? items : items.filter(({ id }) => id !== '0');
  };
  const subject = backend('keyring-rs', { excluding: schemesOf('keywire') });
  const listed = (await subject.search({})).map(({ username }) => username);
  assert.deepEqual(listed, ['user']);
  assert.equal(text(await subject.get(KEY)), 'elsewhere');
  assert.equal(await subject.get({ ...KEY, username: 'bob' }), undefined);
  assert.equal(readAhead, false, 'a secret that may not count is not read ahead');
  assert.equal(await subject.delete({ ...KEY, username: 'bob' }), 0);
  assert.equal(await subject.delete(KEY), 1);
  // Where the excluded scheme looks everywhere, it finds what it knows: nothing is asked.
  asked.length = 0;
  const python = backend('python-keyring', { excluding: schemesOf('keyring-rs') });
  assert.deepEqual(await python.search({}), []);
  assert.deepEqual(asked, ['default']);
});

test('what is deleted is told by what was told of it before; strangers are left out', async () => {
  const { backend, store } = bench();
  const attributes = new Map([
    ['service', 'service'],
    ['username', 'user'],
  ]);
  store.events = async function* () {
    yield { type: 'created', id: '1', attributes, isOwn: false };
    yield { type: 'created', id: '2', attributes: new Map([['other', 'x']]), isOwn: false };
    yield { type: 'changed', id: '1', attributes: undefined, isOwn: true };
    yield { type: 'deleted', id: '1', attributes: undefined, isOwn: false };
    yield { type: 'deleted', id: '1', attributes: undefined, isOwn: false };
  };
  const told = [];
  for await (const event of backend('keywire').events()) told.push(event);
  assert.deepEqual(told, [
    { type: 'created', isOwn: false, entry: KEY },
    { type: 'changed', isOwn: true, entry: KEY },
    { type: 'deleted', isOwn: false, entry: KEY },
    { type: 'deleted', isOwn: false },
  ]);
  Reflect.set(store, 'events', undefined);
  await failsWith('not-supported', () => backend('keywire').events());
  await backend('keywire').close();
  await failsWith('closed', backend('keywire').get(KEY));
});
