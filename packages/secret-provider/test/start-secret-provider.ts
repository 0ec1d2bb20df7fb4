import assert from 'node:assert/strict';
import { connect, encodeMessage } from '@keywire/dbus-wire';
import { startMessageBus } from '@keywire/message-bus';
import { test } from '../../../test-fixtures/src/harness.ts';
import { startHostileServer } from '../../../test-fixtures/src/hostile/raw-server.ts';
import { SERVICE_NAME, SERVICE_PATH } from '../src/api/names.ts';
import { SecretProviderError } from '../src/errors.ts';
import { startSecretProvider } from '../src/start-secret-provider.ts';
import { memoryStore } from '../src/stores/memory.ts';

const SERVICE = {
  destination: SERVICE_NAME,
  path: SERVICE_PATH,
  interface: 'org.freedesktop.Secret.Service',
};

test('a provider owns the name, answers, and leaves with its store closed', async () => {
  await using bus = await startMessageBus();
  await using client = await connect({ address: bus.address });
  let closed = 0;
  const store = memoryStore();
  store.close = async () => {
    closed += 1;
  };
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const provider = await startSecretProvider({ address: bus.address, store, onFault });
  const reply = await client.call({
    ...SERVICE,
    member: 'ReadAlias',
    signature: 's',
    body: ['default'],
  });
  assert.equal(reply.sender, provider.uniqueName);
  assert.deepEqual(reply.body, ['/org/freedesktop/secrets/collection/login']);
  await provider.close();
  await provider.closed;
  assert.deepEqual([closed, faults], [1, []]);
});

test('a bus that ends takes the provider with it, and is no fault', async () => {
  const bus = await startMessageBus();
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore(),
    onFault,
  });
  await bus.close();
  await provider.closed;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(faults, []);
  await provider.close();
});

test('a name that is taken is an error, under another name it works', async () => {
  await using bus = await startMessageBus();
  const other = memoryStore();
  let closed = 0;
  other.close = async () => {
    closed += 1;
  };
  const { address } = bus;
  await using first = await startSecretProvider({ address, store: memoryStore() });
  await assert.rejects(
    startSecretProvider({ address, store: other }),
    (error) => error instanceof SecretProviderError && error.code === 'name-taken',
  );
  assert.equal(closed, 1, 'the store of a provider that cannot start is closed');
  const name = 'org.example.Secrets';
  await using second = await startSecretProvider({ address, store: memoryStore(), name });
  assert.notEqual(first.uniqueName, second.uniqueName);
});

test('the script vanish takes the provider off the bus', async () => {
  await using bus = await startMessageBus();
  const collection = { id: 'c', label: 'C', locked: true, prompt: 'vanish', items: [] };
  const store = memoryStore({ collections: [collection] });
  await using provider = await startSecretProvider({ address: bus.address, store });
  await using client = await connect({ address: bus.address });
  const paths = ['/org/freedesktop/secrets/collection/c'];
  const reply = await client.call({ ...SERVICE, member: 'Unlock', signature: 'ao', body: [paths] });
  const [, prompt] = reply.body;
  await client.call({
    destination: SERVICE_NAME,
    path: String(prompt),
    interface: 'org.freedesktop.Secret.Prompt',
    member: 'Prompt',
    signature: 's',
    body: [''],
  });
  await provider.closed;
});

test('who leaves the bus loses its sessions, and its prompts are taken away', async () => {
  await using bus = await startMessageBus();
  const collection = { id: 'c', label: 'C', locked: true, items: [] };
  let asked: (signal: AbortSignal) => void = () => {};
  const isAsked = new Promise<AbortSignal>((resolve) => {
    asked = resolve;
  });
  await using _provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore({ collections: [collection] }),
    prompter: {
      ask: (_request, signal) => {
        asked(signal);
        return new Promise(() => {});
      },
    },
  });
  const client = await connect({ address: bus.address });
  const paths = ['/org/freedesktop/secrets/collection/c'];
  const reply = await client.call({ ...SERVICE, member: 'Unlock', signature: 'ao', body: [paths] });
  await client.call({
    destination: SERVICE_NAME,
    path: String(reply.body[1]),
    interface: 'org.freedesktop.Secret.Prompt',
    member: 'Prompt',
    signature: 's',
    body: [''],
  });
  const signal = await isAsked;
  const isAborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  await client.close();
  await isAborted;
});

// @rule provider/option-names
test('options that are none are told before anybody is served', async () => {
  await using bus = await startMessageBus();
  const { address } = bus;
  const wrong: object[] = [{ policy: 'allow' }, { prompter: 'accept' }, { prompter: {} }];
  wrong.push({ profile: 'gnome' }, { profile: 'constructor' }, { store: {} }, { store: undefined });
  wrong.push({ plicy: () => 'refuse' }, { audt: {} }, { toString: 5 });
  wrong.push({ audit: {} }, { audit: 'audit.log' }, { onFault: 'throw' });
  for (const options of wrong) {
    const start = startSecretProvider({ address, store: memoryStore(), ...options });
    await assert.rejects(
      start,
      /^TypeError: (policy|prompter|profile|store|audit|onFault|options): expected /,
    );
  }
  assert.equal(bus.clientCount, 0);
});

test('a start is given up by its signal, wherever the bus falls silent; the store is closed', async () => {
  for (const silence of ['from the beginning', 'when asked for the name'] as const) {
    const asked = new AbortController();
    await using bus = await startHostileServer(async (connection) => {
      await connection.heard('AUTH EXTERNAL');
      if (silence === 'when asked for the name') {
        await connection.write(`OK ${'0'.repeat(32)}\r\n`);
        await connection.heard('Hello');
        await connection.write(greeting());
        await connection.heard('RequestName');
      }
      asked.abort();
    });
    let closed = 0;
    const store = memoryStore();
    store.close = async () => {
      closed += 1;
    };
    const start = startSecretProvider({ address: bus.address, store, signal: asked.signal });
    await assert.rejects(start, { name: 'ConnectionError', code: 'aborted' });
    assert.equal(closed, 1);
  }
});

/** The answer to Hello, which is the first call of a connection. */
function greeting(): Uint8Array {
  return encodeMessage({
    type: 'method_return',
    serial: 1,
    replySerial: 1,
    sender: 'org.freedesktop.DBus',
    signature: 's',
    body: [':1.1'],
  });
}
