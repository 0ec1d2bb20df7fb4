import assert from 'node:assert/strict';
import { connect } from '@keywire/dbus-wire';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { startHostileServer } from '../../../../test-fixtures/src/hostile/raw-server.ts';
import {
  bootGnomeKeyring,
  type GnomeKeyring,
  type GnomeKeyringOptions,
  requires,
} from '../../../../test-fixtures/src/index.ts';
import { SecretServiceKeyring } from '../../src/keyring/secret-service.ts';
import { CliError } from '../../src/output/cli-error.ts';

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');
const SEED = ['u1', 'u2'].map((user) => ({
  label: `Item of ${user}`,
  attributes: { app: 'demo', user },
  secret: `secret of ${user}`,
}));
const ALL = new Map([['app', 'demo']]);

function testKeyring(
  name: string,
  options: GnomeKeyringOptions,
  body: (keyring: SecretServiceKeyring, daemon: GnomeKeyring) => Promise<void>,
): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using daemon = await bootGnomeKeyring({ seed: SEED, ...options });
    const service = SecretService.open({ address: daemon.bus.address, hasDisplay: false });
    const { signal } = new AbortController();
    const keyring = new SecretServiceKeyring(service, { signal, whileWaiting: (wait) => wait });
    try {
      await body(keyring, daemon);
    } finally {
      await keyring.close();
    }
  });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

testKeyring('SecretServiceKeyring: search, lookup, store and clear', {}, async (keyring) => {
  await keyring.ready();
  const items = await keyring.search({ attributes: ALL, unlock: false });
  const shown = items.map(({ label, secret }) => [
    label,
    typeof secret === 'string' ? secret : text(secret.bytes),
  ]);
  assert.deepEqual(shown.sort(), [
    ['Item of u1', 'secret of u1'],
    ['Item of u2', 'secret of u2'],
  ]);
  assert.equal((await keyring.search({ attributes: ALL, unlock: false, limit: 1 })).length, 1);
  const described = await keyring.describe({ attributes: ALL, unlock: false });
  assert.deepEqual(
    described,
    items.map(({ secret: _, ...description }) => description),
  );
  assert.equal((await keyring.describe({ attributes: ALL, unlock: false, limit: 1 })).length, 1);
  const one = await keyring.lookup(new Map([['user', 'u2']]), {});
  assert.equal(text(one?.bytes ?? new Uint8Array()), 'secret of u2');
  assert.equal(await keyring.lookup(new Map([['user', 'none']]), {}), undefined);
  const secret = new TextEncoder().encode('new');
  const path = await keyring.store({ label: 'N', attributes: ALL, secret, collection: 'session' });
  assert.match(path, /^\/org\/freedesktop\/secrets\/collection\/session\//u);
  assert.equal(await keyring.clear(ALL, { collection: 'session' }), 1);
  assert.equal(await keyring.clear(ALL, {}), 2);
});

testKeyring('SecretServiceKeyring: delete, and what is gone already', {}, async (keyring) => {
  const items = await keyring.search({ attributes: ALL, unlock: false });
  const [first, second] = items.map(({ path }) => path);
  assert.equal(await keyring.delete([first ?? '']), 1);
  assert.equal(await keyring.delete([first ?? '', second ?? '']), 1);
  assert.equal(await keyring.delete([]), 0);
  assert.deepEqual(await keyring.search({ attributes: ALL, unlock: false }), []);
});

testKeyring('SecretServiceKeyring: lists, without what daemons add', {}, async (keyring) => {
  const [standard, ...others] = await keyring.list({ collection: 'default' });
  assert.deepEqual(others, []);
  assert.deepEqual(
    [standard?.label, standard?.isDefault, standard?.isLocked],
    ['Login', true, false],
  );
  const attributes = standard?.items.map((item) => Object.fromEntries(item.attributes)) ?? [];
  assert.deepEqual(
    attributes.sort((a, b) => ((a['user'] ?? '') < (b['user'] ?? '') ? -1 : 1)),
    SEED.map((item) => item.attributes),
  );
  assert.equal((await keyring.list({})).filter(({ isDefault }) => isDefault).length, 1);
});

testKeyring(
  'SecretServiceKeyring: locks all that can be, and tells what is locked',
  {},
  async (keyring, { password }) => {
    const locked = await keyring.lock({});
    assert.deepEqual(locked, ['/org/freedesktop/secrets/collection/login']);
    const items = await keyring.search({ attributes: ALL, unlock: false });
    assert.deepEqual(
      items.map(({ isLocked, secret }) => [isLocked, secret]),
      [
        [true, 'locked'],
        [true, 'locked'],
      ],
    );
    const described = await keyring.describe({ attributes: ALL, unlock: false });
    assert.deepEqual(
      described.map(({ isLocked, attributes }) => [isLocked, attributes.get('app')]),
      [
        [true, 'demo'],
        [true, 'demo'],
      ],
    );
    const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
    await assert.rejects(
      keyring.unlock({ password: encode(`${password}\n`) }),
      (error) => error instanceof CliError && error.code === 'wrong-password',
    );
    assert.deepEqual(await keyring.unlock({ password: encode(password) }), locked);
    const again = await keyring.search({ attributes: ALL, unlock: false });
    assert.equal(again.filter(({ isLocked }) => isLocked).length, 0);
  },
);

/** Over our own provider, which answers each prompt as its object says. */
async function onProvider(
  seed: unknown,
  body: (keyring: SecretServiceKeyring) => Promise<void>,
): Promise<void> {
  await using bus = await startMessageBus();
  const store = memoryStore(seed);
  await using _provider = await startSecretProvider({ address: bus.address, store });
  const service = SecretService.open({ address: bus.address, hasDisplay: true });
  const { signal } = new AbortController();
  const keyring = new SecretServiceKeyring(service, { signal, whileWaiting: (wait) => wait });
  try {
    await body(keyring);
  } finally {
    await keyring.close();
  }
}

function collectionOf(id: string, prompt: string): object {
  const items = [{ id: 'i', label: id, attributes: { app: 'demo', of: id }, secret: id }];
  const aliases = id === 'one' ? ['default'] : [];
  return { id, label: id, locked: true, aliases, prompt, items };
}

test('SecretServiceKeyring: unlocks by a prompt only where that was asked for, and locks what was named', async () => {
  const seed = { collections: [collectionOf('one', 'accept'), collectionOf('two', 'accept')] };
  await onProvider(seed, async (keyring) => {
    const locks = async (unlock: boolean): Promise<string[]> => {
      const items = await keyring.search({ attributes: ALL, unlock });
      return items.map(({ label, isLocked }) => `${label} ${isLocked}`).sort();
    };
    assert.deepEqual(await locks(false), ['one true', 'two true']);
    assert.deepEqual(await keyring.unlock({}), ['/org/freedesktop/secrets/collection/one']);
    assert.deepEqual(await locks(false), ['one false', 'two true']);
    assert.deepEqual(await locks(true), ['one false', 'two false']);
    await keyring.lock({ collection: 'two' });
    assert.deepEqual(await locks(false), ['one false', 'two true']);
    assert.equal((await keyring.readAll({ collection: 'one' })).length, 1);
    assert.deepEqual(await locks(false), ['one false', 'two true']);
  });
});

test('SecretServiceKeyring: the same attributes are the same item', async () => {
  await onProvider({ collections: [] }, async (keyring) => {
    const secret = new TextEncoder().encode('x');
    const path = await keyring.store({ label: 'A', attributes: ALL, secret });
    assert.equal(await keyring.store({ label: 'B', attributes: ALL, secret }), path);
    const items = await keyring.describe({ attributes: ALL, unlock: false });
    assert.deepEqual(
      items.map(({ label }) => label),
      ['B'],
    );
  });
});

test('SecretServiceKeyring: a deletion that was refused is not one of what is gone already', async () => {
  await onProvider({ collections: [collectionOf('one', 'dismiss')] }, async (keyring) => {
    const [item] = await keyring.describe({ attributes: ALL, unlock: false });
    await assert.rejects(keyring.delete([item?.path ?? '']), { code: 'locked' });
  });
});

// @rule cli/silence-is-unavailable
test('SecretServiceKeyring: a bus that never answers is no keyring; one that fell silent later is one', async () => {
  const { signal } = new AbortController();
  const open = (address: string): SecretServiceKeyring =>
    new SecretServiceKeyring(
      SecretService.open({ address, timeouts: { connectMs: 200, replyMs: 200 } }),
      {
        signal,
        whileWaiting: (wait) => wait,
      },
    );
  await using silent = await startHostileServer(() => {});
  const unanswered = open(silent.address);
  await assert.rejects(unanswered.lookup(ALL, {}), { name: 'CliError', code: 'no-answer' });
  await unanswered.close();
  await using bus = await startMessageBus();
  await using owner = await connect({ address: bus.address });
  owner.export('/org/freedesktop/secrets', { handleCall: () => new Promise(() => {}) });
  await owner.requestName('org.freedesktop.secrets');
  const slow = open(bus.address);
  await assert.rejects(slow.lookup(ALL, {}), { code: 'deadline' });
  await slow.close();
});

test('SecretServiceKeyring: a keyring that takes no password is not one with another password', async () => {
  await using bus = await startMessageBus();
  const store = memoryStore({
    collections: [{ id: 'c', label: 'C', aliases: ['default'], locked: true, items: [] }],
  });
  await using _provider = await startSecretProvider({ address: bus.address, store });
  const service = SecretService.open({ address: bus.address });
  const { signal } = new AbortController();
  const keyring = new SecretServiceKeyring(service, { signal, whileWaiting: (wait) => wait });
  try {
    await assert.rejects(
      keyring.unlock({ password: Uint8Array.of(1) }),
      (error) =>
        error instanceof CliError &&
        error.code === 'password-not-taken' &&
        error.message.includes('keywire unlock'),
    );
  } finally {
    await keyring.close();
  }
});

testKeyring(
  'SecretServiceKeyring: a collection has many names, and must exist',
  {},
  async (keyring) => {
    const path = '/org/freedesktop/secrets/collection/login';
    const aliasPath = '/org/freedesktop/secrets/aliases/default';
    for (const collection of ['default', 'login', 'Login', path, aliasPath]) {
      const [found] = await keyring.list({ collection });
      assert.equal(found?.path, path, collection);
    }
    for (const collection of ['none', '', '/', '/org/freedesktop/secrets/aliases/none']) {
      await assert.rejects(
        keyring.list({ collection }),
        (error) => error instanceof CliError && error.code === 'no-such-collection',
      );
    }
  },
);

// @rule cli/export-is-whole
testKeyring('SecretServiceKeyring: readAll has every item; store beside', {}, async (keyring) => {
  const attributes = new Map([
    ['app', 'demo'],
    ['user', 'u1'],
  ]);
  const secret = Uint8Array.of(0xff, 0xfe);
  const twin = await keyring.store({ label: 'Twin', attributes, secret, replace: false });
  assert.match(twin, /^\/org\/freedesktop\/secrets\/collection\/\w+\/\w+$/u);
  for (const scope of [{}, { collection: 'default' }]) {
    const items = await keyring.readAll(scope);
    assert.deepEqual(items.map(({ label }) => label).sort(), ['Item of u1', 'Item of u2', 'Twin']);
    const twin = items.find(({ label }) => label === 'Twin');
    assert.deepEqual([...(twin?.secret.bytes ?? [])], [...secret]);
    assert.deepEqual(twin?.attributes, attributes);
  }
  await keyring.lock({ collection: 'default' });
  await assert.rejects(keyring.readAll({}), { name: /Locked|Prompt|Deadline/u });
});

// @rule cli/import-keeps-twins
testKeyring('SecretServiceKeyring: what tells items apart on this daemon', {}, async (keyring) => {
  const telling = new Map([
    ['app', 'demo'],
    ['Title', 'of some program'],
  ]);
  const added = [
    ['xdg:schema', 'org.freedesktop.Secret.Generic'],
    ['gkr:compat:hashed:app', 'x'],
  ] as const;
  assert.deepEqual(await keyring.tellingAttributes(new Map([...added, ...telling])), telling);
  const schema = new Map([['xdg:schema', 'org.example.Own']]);
  assert.deepEqual(await keyring.tellingAttributes(schema), schema);
});

test('SecretServiceKeyring: lock answers when all is locked, not before', async () => {
  await using bus = await startMessageBus();
  const { address } = bus;
  await using _provider = await startSecretProvider({ address, store: memoryStore() });
  const service = SecretService.open({ address });
  const lock = service.lock.bind(service);
  let isDone = false;
  service.lock = async (...given) => {
    await lock(...given);
    isDone = true;
  };
  const { signal } = new AbortController();
  const keyring = new SecretServiceKeyring(service, { signal, whileWaiting: (wait) => wait });
  for (const scope of [{}, { collection: 'default' }]) {
    isDone = false;
    await keyring.lock(scope);
    assert.ok(isDone);
  }
  await keyring.close();
});
