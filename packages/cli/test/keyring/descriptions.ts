import assert from 'node:assert/strict';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import {
  GENERIC_PROFILE,
  Secret,
  type SecretResult,
  SecretService,
  SecretServiceError,
} from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  describeCollection,
  describeIfThere,
  describePresent,
  describeTidy,
  describeWhole,
  joinSecrets,
  readItem,
  withSecret,
} from '../../src/keyring/descriptions.ts';
import type { ItemDescription } from '../../src/types/items.ts';

const { signal } = new AbortController();
const GONE = { code: 'not-found' };

/** One item, from the first second of 1970 on, with an attribute that the service has not to add. */
const SEED = {
  collections: [
    {
      id: 'one',
      label: 'One',
      items: [{ id: '1', label: 'A', attributes: { app: 'demo' }, secret: 's', created: 1 }],
    },
  ],
};

async function withService(use: (service: SecretService) => Promise<void>): Promise<void> {
  await using bus = await startMessageBus();
  await using _provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore(SEED),
  });
  await using service = SecretService.open({ address: bus.address });
  await use(service);
}

test('a collection and its items, with times in seconds', () =>
  withService(async (service) => {
    const [collection] = await service.collections();
    assert.ok(collection !== undefined);
    const { items, ...described } = await describeCollection(collection, true, signal);
    const { path } = collection;
    assert.deepEqual(described, { path, label: 'One', isDefault: true, isLocked: false });
    const [item] = items;
    assert.deepEqual([item?.path, item?.label, item?.created], [`${path}/1`, 'A', 1]);
    assert.deepEqual([...(item?.attributes ?? [])], [['app', 'demo']]);
  }));

// @rule cli/export-is-whole
test('a whole item has what was entered, and nothing that says nothing or is the daemon’s', () =>
  withService(async (service) => {
    const profile = {
      ...GENERIC_PROFILE,
      addedAttributes: ['UserName', 'Notes', 'Uuid'],
      enteredAttributes: ['UserName', 'Notes'],
    };
    const [item] = (await service.searchItems({ app: 'demo' })).unlocked;
    assert.ok(item !== undefined);
    await item.setAttributes({ app: 'demo', UserName: 'me', Notes: '', Uuid: '1' });
    const whole = await describeWhole(item, profile, signal);
    assert.deepEqual(Object.fromEntries(whole?.attributes ?? []), { app: 'demo', UserName: 'me' });
    assert.equal(whole?.label, 'A');
    await item.delete();
    assert.equal(await describeWhole(item, profile, signal), undefined);
  }));

test('what is gone is undefined, or an error where it has to be there', () =>
  withService(async (service) => {
    const [item] = (await service.searchItems({ app: 'demo' })).unlocked;
    assert.ok(item !== undefined);
    const { label } = await describePresent(item, signal);
    assert.equal(label, 'A');
    await item.delete();
    assert.equal(await describeTidy(item, signal), undefined);
    assert.equal(await describeIfThere(item, item.properties()), undefined);
    await assert.rejects(describePresent(item, signal), GONE);
  }));

test('a secret that is withheld: why, or no copy at all', () => {
  const item = { path: '/a', label: 'A', attributes: new Map(), isLocked: false };
  const error = new SecretServiceError('not-found', 'in a test');
  const secret = new Secret(Uint8Array.of(1), 'text/plain');
  assert.deepEqual(withSecret(item, { status: 'ok', secret }), [{ ...item, secret }]);
  assert.deepEqual(withSecret(item, { status: 'not-found', error }), []);
  assert.deepEqual(withSecret(item, undefined), [{ ...item, isLocked: true, secret: 'locked' }]);
  assert.deepEqual(withSecret(item, { status: 'denied', error }), [{ ...item, secret: 'denied' }]);
  assert.deepEqual(readItem(item, { status: 'ok', secret }), [{ ...item, secret }]);
  assert.deepEqual(readItem(item, { status: 'not-found', error }), []);
  assert.throws(() => readItem(item, { status: 'locked', error }), { code: 'withheld' });
  // The path is no secret, and "keywire list --json" tells whose it is.
  const message = `a secret that cannot be read, failed: ${item.path}`;
  assert.throws(() => readItem(item, { status: 'failed', error }), { message });
});

test('an item that is hidden is locked, and any other failure stays one', () =>
  withService(async (service) => {
    const [collection] = await service.collections();
    const [item] = (await service.searchItems({ app: 'demo' })).unlocked;
    assert.ok(collection !== undefined && item !== undefined);
    const failing = (code: 'locked' | 'denied'): Promise<never> =>
      Promise.reject(new SecretServiceError(code, 'in a test'));
    const hidden = { path: item.path, label: '', attributes: new Map(), isLocked: true };
    assert.deepEqual(await describeIfThere(item, failing('locked')), hidden);
    await assert.rejects(describeIfThere(item, failing('denied')), { code: 'denied' });
    collection.items = () => failing('locked');
    assert.deepEqual((await describeCollection(collection, true, signal)).items, []);
    collection.items = () => failing('denied');
    await assert.rejects(describeCollection(collection, true, signal), { code: 'denied' });
    const none = { status: 'not-found', error: new SecretServiceError('not-found', 'x') } as const;
    assert.throws(() => readItem(hidden, undefined), { message: /, locked: / });
    assert.deepEqual(readItem(hidden, none), []);
  }));

// @rule cli/unused-secrets-are-wiped
test('joinSecrets: items with their secrets; where one is withheld or unknown, all are wiped', async () => {
  const results = (): Map<string, SecretResult> => {
    const error = new SecretServiceError('denied', 'in a test');
    return new Map<string, SecretResult>([
      ['/a', { status: 'ok', secret: new Secret(Uint8Array.of(1), 'text/plain') }],
      ['/b', { status: 'denied', error }],
    ]);
  };
  const item = (path: string): ItemDescription => ({
    path,
    label: path,
    attributes: new Map(),
    isLocked: false,
  });
  const bytesOf = (all: ReadonlyMap<string, SecretResult>): Uint8Array => {
    const first = all.get('/a');
    assert.ok(first?.status === 'ok');
    return first.secret.bytes;
  };
  const given = results();
  const bytes = bytesOf(given);
  const there = Promise.resolve([item('/a'), undefined, item('/b')]);
  const joined = await joinSecrets(Promise.resolve(given), there, withSecret);
  assert.deepEqual(
    joined.map(({ path, secret }) => [path, typeof secret === 'string' ? secret : secret.bytes]),
    [
      ['/a', Uint8Array.of(1)],
      ['/b', 'denied'],
    ],
  );
  const whole = joinSecrets(Promise.resolve(given), Promise.resolve([item('/b')]), readItem);
  await assert.rejects(whole, { code: 'withheld' });
  assert.deepEqual(bytes, Uint8Array.of(0));
  // The secrets may come after the failure.
  const late = results();
  const lateBytes = bytesOf(late);
  let arrive = (): void => {};
  const reading = new Promise<Map<string, SecretResult>>((resolve) => {
    arrive = () => resolve(late);
  });
  const lost = Promise.reject(new SecretServiceError('disconnected', 'in a test'));
  await assert.rejects(joinSecrets(reading, lost, withSecret), { code: 'disconnected' });
  arrive();
  await reading;
  assert.deepEqual(lateBytes, Uint8Array.of(0));
});
