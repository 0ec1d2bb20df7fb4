import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { WithheldItems } from '../../src/access/withheld-items.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { AccessPolicy } from '../../src/types/policy.ts';
import {
  get,
  LOGIN,
  makeBench,
  plainSecret,
  read,
  refused,
  SECRET_ERROR,
  SEED,
  untilSignal,
} from '../support/bench.ts';

const ITEM = `${LOGIN}/1`;
const LOCKED = refused(`${SECRET_ERROR}.IsLocked`, /./u);

test('leave is for one client, one item and one read', async () => {
  const [collection] = memoryStore(SEED, () => 7).collections();
  const [item] = collection?.items() ?? [];
  assert.ok(collection !== undefined && item !== undefined);
  const withheld = new WithheldItems({ confirmsAccess: true, wouldAsk: async () => true });
  const has = (caller: string) => withheld.has(caller, collection, item);
  assert.equal(await has(':1.1'), true);
  withheld.admit(':1.1', ITEM);
  assert.deepEqual([await has(':1.1'), await has(':1.2')], [false, true]);
  assert.deepEqual([...withheld.owners()], [':1.1']);
  assert.deepEqual([withheld.take(':1.2', ITEM), withheld.take(':1.1', ITEM)], [false, true]);
  assert.equal(await has(':1.1'), true);
  withheld.admit(':1.1', ITEM);
  withheld.admit(':1.2', ITEM);
  withheld.dropAll(':1.1');
  assert.deepEqual([...withheld.owners()], [':1.2']);
  withheld.dropAll();
  assert.deepEqual([...withheld.owners()], []);
  const others = new WithheldItems({ confirmsAccess: false, wouldAsk: async () => true });
  assert.equal(await others.has(':1.1', collection, item), false);
});

/** Asks about reading the item `one`, and nothing else. */
const policy: AccessPolicy = ({ kind, itemLabel }) =>
  kind === 'read' && itemLabel === 'one' ? 'ask' : 'allow';

test('KeePassXC: an item is locked for a client until a person lets it in, for one GetSecret', async () => {
  const asked: unknown[] = [];
  const prompter = {
    ask: async ({
      action,
      access,
      label,
      client,
    }: {
      action: string;
      access?: unknown;
      label: string;
      client: string;
    }) => {
      asked.push([action, access, label, client]);
      return { answer: 'accept' } as const;
    },
  };
  const bench = makeBench({ profile: 'keepassxc', policy, prompter });
  const search = () => bench.call(SERVICE_PATH, 'SearchItems', 'a{ss}', { a: '1' });
  assert.deepEqual(await search(), [[`${LOGIN}/2`], [ITEM]]);
  assert.equal(await get(bench, ITEM, 'Locked'), true);
  assert.equal(await get(bench, LOGIN, 'Locked'), false);
  assert.equal(await get(bench, ITEM, 'Label'), 'one');
  await assert.rejects(read(bench, ITEM), LOCKED);
  const session = await bench.openPlain();
  await assert.rejects(bench.call(SERVICE_PATH, 'GetSecrets', 'aoo', [ITEM], session), LOCKED);
  await assert.rejects(
    bench.call(ITEM, 'SetSecret', '(oayays)', plainSecret(session, 'x')),
    LOCKED,
  );
  assert.deepEqual(asked, []);
  const [open, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [ITEM, `${LOGIN}/2`]);
  assert.deepEqual(open, [`${LOGIN}/2`]);
  await bench.call(String(prompt), 'Prompt', 's', '');
  const signals = await untilSignal(bench, 'Completed');
  assert.deepEqual(signals.at(-1)?.body, [false, new Variant('ao', [ITEM])]);
  assert.deepEqual(asked, [['access', 'read', 'one', ':1.1']]);
  assert.equal(await get(bench, ITEM, 'Locked'), false);
  const stranger = bench.as(':1.9');
  const method = 'org.freedesktop.DBus.Properties.Get';
  const [theirs] = await stranger(ITEM, method, 'ss', 'org.freedesktop.Secret.Item', 'Locked');
  assert.deepEqual(theirs, new Variant('b', true));
  assert.equal((await read(bench, ITEM))[0], 'first');
  assert.equal(await get(bench, ITEM, 'Locked'), true);
  await assert.rejects(read(bench, ITEM), LOCKED);
  assert.equal(asked.length, 1);
});

test('KeePassXC: a collection is nothing that a person lets a client read', async () => {
  const bench = makeBench({ profile: 'keepassxc', policy: () => 'ask' });
  assert.deepEqual(await bench.call(SERVICE_PATH, 'Unlock', 'ao', [LOGIN]), [[LOGIN], '/']);
});

test('elsewhere the same policy asks when the secret is read', async () => {
  let asked = 0;
  const prompter = {
    ask: async () => {
      asked += 1;
      return { answer: 'accept' } as const;
    },
  };
  const bench = makeBench({ policy, prompter });
  assert.equal(await get(bench, ITEM, 'Locked'), false);
  assert.equal((await read(bench, ITEM))[0], 'first');
  assert.equal(asked, 1);
});
