// How many times each operation goes back and forth, counted on a proxy between us and the bus.
// "Cold" operations travel together with connecting; "warm" ones use an open service. The first
// flight of a cold one is NUL + AUTH + BEGIN + Hello and the calls, so that SASL costs none.
// Foreign peers: the daemons, and dbus-daemon, whose answers are what is counted.

import assert from 'node:assert/strict';
import type { KeyringKind, RecordingProxy } from '../../../test-fixtures/src/index.ts';
import type { SecretService } from '../src/index.ts';
import { type Bench, onEach, onGnomeKeyring } from './support/keyrings.ts';

interface Expected {
  readonly flights: number;
  readonly calls: readonly string[];
}

const SEED = { label: 'seeded', attributes: { app: 'seed' }, secret: 's3cret' };
// @rule secret/greeted-first
const CONNECTING = ['Hello', 'AddMatch', 'GetNameOwner', 'Ping', 'OpenSession'];
const SURVEY = ['ReadAlias', 'Get', 'SearchItems'];
const SUBSCRIBE = 'AddMatch';

/** Where a daemon asks with a prompt for what others just do, it is one flight and call more. */
const prompts = (kind: KeyringKind): readonly string[] => (kind === 'keepassxc' ? ['Prompt'] : []);

/** Where a search also finds what only looks like it, the hits are looked at: one call more for each. */
const looks = (kind: KeyringKind): readonly string[] => (kind === 'keepassxc' ? ['Get'] : []);

async function count(
  bench: Bench,
  what: string,
  expected: Expected,
  operation: (service: SecretService, proxy: RecordingProxy) => Promise<unknown>,
): Promise<void> {
  const proxy = await bench.proxy();
  const service = bench.open({ address: proxy.address });
  await operation(service, proxy);
  const calls = callsOf(proxy);
  const { flights } = proxy.connections[0] ?? { flights: 0 };
  console.log(`# ${bench.keyring.kind} | ${what} | ${flights} flights | ${calls.length} calls`);
  if (attempts(proxy) === 1) assert.deepEqual({ flights, calls }, expected, what);
  else {
    const last = calls.slice(calls.lastIndexOf('OpenSession') + 1);
    assert.deepEqual(last, expected.calls.slice(-last.length), what);
    assert.ok(flights <= expected.flights * attempts(proxy), what);
  }
  await service.close();
}

/** The calls that the client made. */
function callsOf(proxy: RecordingProxy): (string | undefined)[] {
  const sent = proxy.messages().filter((message) => message.direction === 'out');
  return sent.map((message) => message.member);
}

/**
 * How often the operation was begun. One session of 256 has a secret that is not canonical: it is
 * replaced, and what needed it is done again from where it was taken.
 */
function attempts(proxy: RecordingProxy): number {
  return callsOf(proxy).filter((member) => member === 'OpenSession').length;
}

onEach('flights of cold operations', [], async (bench) => {
  const { kind } = bench.keyring;
  const writer = await bench.connect();
  await writer.store('label', { app: 'flights' }, 'secret');

  await count(
    bench,
    'lookup, cold',
    {
      flights: 2,
      calls: [...CONNECTING, 'SearchItems', 'GetSecrets', 'Get', ...looks(kind)],
    },
    async (service) => assert.equal((await service.lookup({ app: 'flights' }))?.text(), 'secret'),
  );
  await count(
    bench,
    'store, nothing matches, cold',
    {
      flights: 2 + prompts(kind).length,
      calls: [...CONNECTING, ...SURVEY, SUBSCRIBE, 'CreateItem', ...prompts(kind)],
    },
    (service) => service.store('label', { app: 'new' }, 'secret'),
  );
  await count(
    bench,
    'store, an item matches, same label, cold',
    { flights: 3, calls: [...CONNECTING, ...SURVEY, 'GetAll', 'SetSecret'] },
    (service) => service.store('label', { app: 'new' }, 'secret 2'),
  );
  await count(
    bench,
    'store, an item matches, other label, cold',
    { flights: 3, calls: [...CONNECTING, ...SURVEY, 'GetAll', 'SetSecret', 'Set'] },
    (service) => service.store('label 2', { app: 'new' }, 'secret 3'),
  );
  await writer.store('neighbour', { app: 'n', user: 'u' }, 'secret');
  await count(
    bench,
    'store, a neighbour matches, cold',
    {
      flights: 3 + prompts(kind).length,
      calls: [...CONNECTING, ...SURVEY, 'GetAll', SUBSCRIBE, 'CreateItem', ...prompts(kind)],
    },
    (service) => service.store('label', { app: 'n' }, 'secret'),
  );
  await count(
    bench,
    'clear, one item, cold',
    {
      flights: 2 + looks(kind).length + prompts(kind).length,
      calls: [...CONNECTING, 'SearchItems', ...looks(kind), SUBSCRIBE, 'Delete', ...prompts(kind)],
    },
    async (service) => assert.equal(await service.clear({ app: 'new' }), 1),
  );
});

onEach('flights of warm operations', [], async (bench) => {
  const writer = await bench.connect();
  const more = looks(bench.keyring.kind).length;
  const made = await writer.store('label', { app: 'warm' }, 'secret');
  const collection = await writer.defaultCollection();
  const warm = async (
    what: string,
    flights: number,
    operation: (service: SecretService) => Promise<unknown>,
  ): Promise<void> => {
    const proxy = await bench.proxy();
    const service = await bench.connect({ address: proxy.address });
    await service.daemon();
    const before = proxy.connections[0]?.flights ?? 0;
    await operation(service);
    const after = proxy.connections[0]?.flights ?? 0;
    console.log(`# ${bench.keyring.kind} | ${what}, warm | ${after - before} flights`);
    if (attempts(proxy) === 1) assert.equal(after - before, flights, what);
    else assert.ok(after - before <= flights * attempts(proxy), what);
    await service.close();
  };
  const itemOf = async (service: SecretService) => {
    const found = await service.searchItems({ app: 'warm' });
    const [item] = found.unlocked;
    assert.equal(item?.path, made.path);
    return item;
  };
  await warm('searchItems', 1 + more, (service) => service.searchItems({ app: 'warm' }));
  await warm('collection.searchItems', 1 + more, (service) =>
    service.collectionAt(collection.path).searchItems({ app: 'warm' }),
  );
  await warm('lookup', 2, (service) => service.lookup({ app: 'warm' }));
  await warm('item.getSecret after searchItems', 2 + more, async (service) =>
    (await itemOf(service)).getSecret(),
  );
  await warm('item.label after searchItems', 2 + more, async (service) =>
    (await itemOf(service)).label(),
  );
  await warm('item.properties after searchItems', 2 + more, async (service) =>
    (await itemOf(service)).properties(),
  );
  await warm('collections', 1, (service) => service.collections());
  await warm('defaultCollection', 2, (service) => service.defaultCollection());
  await warm('a miss', 3, async (service) => {
    assert.equal(await service.lookup({ app: 'no such' }), undefined);
  });
  assert.equal(await collection.isLocked(), false);
});

onGnomeKeyring(
  'flights through a prompt',
  { state: 'locked', prompter: 'accept', seed: [SEED] },
  async (bench) => {
    const proxy = await bench.proxy();
    const service = bench.open({ address: proxy.address, hasDisplay: true });
    assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
    const { flights } = proxy.connections[0] ?? { flights: 0 };
    // Search; Unlock; Prompt; Completed comes by itself; Locked; GetSecrets.
    console.log(`# gnome-keyring | lookup, cold, locked, prompt accepted | ${flights} flights`);
    assert.ok(flights <= 6 * attempts(proxy), String(flights));
  },
);
