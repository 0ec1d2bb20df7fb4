import assert from 'node:assert/strict';
import { decryptSecret } from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Item, SecretService } from '../../src/index.ts';
import { encryptedSessions } from '../support/encrypted-sessions.ts';
import { failsWith } from '../support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  never,
  OWNER,
  ScriptedDaemon,
  turn,
} from '../support/scripted-daemon.ts';
import { scripted } from '../support/scripted-service.ts';

test('connect opens a session and says which', async () => {
  const connection = new ScriptedDaemon();
  const service = await SecretService.connect({ connection, session: 'plain' });
  assert.deepEqual(service.session, {
    path: '/org/freedesktop/secrets/session/x1',
    algorithm: 'plain',
    encrypted: false,
  });
  assert.equal(service.owner, OWNER);
  assert.equal(await service.daemon(), 'generic');
  // Whoever closes it waits for the same end.
  assert.equal(service.close(), service.close());
  await service.close();
  assert.equal(connection.isClosed, false);
  await failsWith('closed', service.collections());
});

// @rule secret/no-silent-plain
test('a daemon without encryption is refused unless less was asked for', async () => {
  const connection = new ScriptedDaemon({
    OpenSession: (call) =>
      call.body?.[0] === 'plain'
        ? ['vo', new Variant('s', ''), '/session/x1']
        : errorReply('NotSupported'),
  });
  await failsWith('not-supported', SecretService.connect({ connection }));
  const service = await SecretService.connect({ connection, session: 'prefer-encrypted' });
  assert.equal(service.session?.encrypted, false);
});

test('connect always settles: an abort ends it', async () => {
  const controller = new AbortController();
  const connection = new ScriptedDaemon({ OpenSession: never });
  const options = { connection, session: 'plain', signal: controller.signal } as const;
  const connecting = failsWith('aborted', SecretService.connect(options));
  await turn();
  controller.abort('why');
  assert.equal((await connecting).cause, 'why');
});

test('the first operation is written together with the session', () => {
  const { service, daemon } = scripted();
  service.lookup({ a: '1' }).catch(() => {});
  assert.deepEqual(daemon.members, ['OpenSession', 'SearchItems']);
});

test('collections, by list, by alias, and any', async () => {
  const { service } = scripted();
  assert.deepEqual(
    (await service.collections()).map((each) => each.path),
    [COLLECTION],
  );
  assert.equal((await service.collection('default'))?.path, COLLECTION);
  assert.equal((await service.defaultCollection()).path, COLLECTION);
  assert.equal((await service.anyCollection())?.path, COLLECTION);
  assert.equal((await service.readAlias('default'))?.path, COLLECTION);
  const none = scripted({
    ReadAlias: () => ['o', '/'],
    'Get Collections': () => ['v', new Variant('ao', [])],
  }).service;
  assert.equal(await none.anyCollection(), undefined);
  assert.equal(await none.defaultCollection({ create: false }), undefined);
  await failsWith('no-default-collection', none.defaultCollection({ interactive: false }));
  await failsWith('no-default-collection', none.lock());
});

test('lock and unlock take collections and items, by default the default', async () => {
  let isLocked = true;
  const { service, daemon } = scripted({
    Lock: () => {
      isLocked = true;
      return ['aoo', [], '/'];
    },
    Unlock: () => {
      isLocked = false;
      return ['aoo', [], '/'];
    },
    'Get Locked': () => ['v', new Variant('b', isLocked)],
    SearchItems: () => ['aoao', [ITEM], []],
  });
  const [item] = (await service.searchItems({ a: '1' })).unlocked;
  assert.ok(item instanceof Item);
  await service.unlock();
  await service.lock([item]);
  const bodies = daemon.calls
    .filter((call) => call.member === 'Lock' || call.member === 'Unlock')
    .map((call) => call.body);
  assert.deepEqual(bodies, [[[COLLECTION]], [[ITEM]]]);
});

test('a vanished daemon fails what is under way, and the next operation finds its successor', async () => {
  let isUp = false;
  const { service, daemon } = scripted({
    'Get Collections': () => (isUp ? ['v', new Variant('ao', [COLLECTION])] : never()),
  });
  await service.ready();
  const listing = service.collections();
  await turn();
  isUp = true;
  daemon.changeOwner(':1.77');
  assert.equal((await listing).length, 1);
  await turn();
  assert.equal(service.session, undefined);
  await service.ready();
  assert.equal(daemon.members.filter((member) => member === 'OpenSession').length, 2);
});

test('a lost connection fails everything with the same code', async () => {
  const { service, daemon } = scripted({ 'Get Collections': never, SearchItems: never });
  await service.ready();
  const pending = [
    failsWith('disconnected', service.collections()),
    failsWith('disconnected', service.lookup({ a: '1' })),
    failsWith('disconnected', service.store('l', { a: '1' }, 's')),
  ];
  await turn();
  daemon.disconnect();
  await Promise.all(pending);
});

test('targets that are no collections or items are refused, and nothing is sent', async () => {
  const { service, daemon } = scripted();
  await service.ready();
  const before = daemon.members.length;
  for (const wrong of [5, 'x', [5], [null], [{ path: ITEM }], COLLECTION]) {
    await failsWith('invalid-argument', Reflect.apply(service.lock, service, [wrong]));
    await failsWith('invalid-argument', Reflect.apply(service.unlock, service, [wrong]));
    await failsWith('invalid-argument', Reflect.apply(service.getSecrets, service, [wrong]));
  }
  assert.equal(daemon.members.length, before);
});

// @rule secret/waiting-can-be-aborted
test('an abort ends every operation, also one that still waits to learn which daemon it is', async () => {
  const operations: ((service: SecretService, signal: AbortSignal) => Promise<unknown>)[] = [
    (service, signal) => service.store('l', { a: 'b' }, 's', { signal }),
    (service, signal) => service.setAlias('q', undefined, { signal }),
    (service, signal) => service.createCollection('q', { alias: 'zz', signal }),
    (service, signal) => service.itemAt(ITEM).setLabel('z', { signal }),
    (service, signal) => service.itemAt(ITEM).attributes({ signal }),
    (service, signal) => service.itemAt(ITEM).setAttributes({ a: 'b' }, { signal }),
    (service, signal) => service.itemAt(ITEM).setSecret('s', { signal }),
    (service, signal) => service.itemAt(ITEM).getSecret({ signal }),
    (service, signal) => service.itemAt(ITEM).delete({ signal }),
    (service, signal) => service.itemAt(ITEM).ensureNotLocked({ signal }),
    (service, signal) => service.itemAt(ITEM).unlock({ signal }),
    (service, signal) => service.collectionAt(COLLECTION).setLabel('z', { signal }),
    (service, signal) => service.collectionAt(COLLECTION).items({ signal }),
    (service, signal) => service.collectionAt(COLLECTION).created({ signal }),
    (service, signal) => service.collectionAt(COLLECTION).createItem('l', {}, 's', { signal }),
    (service, signal) => service.lookup({ a: 'b' }, { signal }),
    (service, signal) => service.searchItems({ a: 'b' }, { signal }),
    (service, signal) => service.unlockWithPassword('pw', { signal }),
  ];
  for (const operation of operations) {
    const controller = new AbortController();
    const { service } = scripted({
      OpenSession: never,
      'Get Locked': () => ['v', new Variant('b', true)],
      'Get Attributes': () => ['v', new Variant('a{ss}', [['a', 'b']])],
      'Get Created': () => errorReply('Failed'),
    });
    const aborted = failsWith('aborted', operation(service, controller.signal));
    for (let i = 0; i < 5; i += 1) await turn();
    controller.abort();
    await aborted;
  }
});

test('a default collection that is missing, too', async () => {
  for (const create of [true, false]) {
    const controller = new AbortController();
    const { service } = scripted({ OpenSession: never, ReadAlias: () => ['o', '/'] });
    const { signal } = controller;
    const missing = create
      ? service.defaultCollection({ signal })
      : service.lock(undefined, { signal });
    const aborted = failsWith('aborted', missing);
    await turn();
    controller.abort();
    await aborted;
  }
});

// @rule secret/subscriptions-end
test('closing ends who follows events, on a connection of somebody else too', async () => {
  const { daemon, service } = scripted();
  const next = service.events().next();
  await turn();
  await service.close();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.equal(daemon.isClosed, false);
});

test('a password is read before anything is waited for: the caller may wipe it at once', async () => {
  const { keys, OpenSession } = encryptedSessions();
  const received: unknown[] = [];
  const { service } = scripted(
    {
      OpenSession,
      UnlockWithMasterPassword: ({ body }) => {
        received.push(body?.[1]);
        return [''];
      },
    },
    { session: 'encrypted' },
  );
  const password = new TextEncoder().encode('password');
  const unlocking = service.unlockWithPassword(password);
  password.fill(0);
  await unlocking;
  const [struct] = received;
  assert.ok(Array.isArray(struct));
  const key = keys.get(struct[0]) ?? assert.fail('another session');
  const sent = await decryptSecret(key, struct[1], struct[2]);
  assert.equal(new TextDecoder().decode(sent), 'password');
});
