import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { serviceEvents } from '../../src/events/events.ts';
import type { ServiceContext } from '../../src/operations/context.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, ITEM, type ScriptedDaemon, turn } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

function tell(daemon: ScriptedDaemon, member: string, path: string, at = COLLECTION): void {
  const name = member.startsWith('Collection') ? 'Service' : 'Collection';
  const iface = `org.freedesktop.Secret.${name}`;
  daemon.signal({ path: at, interface: iface, member, signature: 'o', body: [path] });
}

/** A write that is under way until it is finished. */
function beginWrite({ writes }: ServiceContext): { write: Promise<void>; finish: () => void } {
  let finish = (): void => {};
  const work = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    write: writes.during(
      () => work,
      () => [ITEM],
    ),
    finish,
  };
}

test('signals become events, coalesced in one turn', async () => {
  const { daemon, context } = scriptedContext();
  const events = serviceEvents(context, {});
  tell(daemon, 'ItemCreated', ITEM);
  tell(daemon, 'ItemChanged', ITEM);
  tell(daemon, 'ItemCreated', ITEM, '/org/freedesktop/secrets/aliases/default');
  tell(daemon, 'CollectionChanged', COLLECTION);
  const found = [(await events.next()).value, (await events.next()).value];
  assert.deepEqual(
    found.map((event) => event?.type),
    ['item-created', 'collection-changed'],
  );
  await events.return?.();
});

test('our own writes are marked, and can be left out', async () => {
  const { daemon, context } = scriptedContext();
  const all = serviceEvents(context, {});
  const others = serviceEvents(context, { excludeOwn: true });
  const { write, finish } = beginWrite(context);
  // The daemon tells of it before it answers.
  tell(daemon, 'ItemChanged', ITEM);
  await turn();
  tell(daemon, 'ItemChanged', `${ITEM}2`);
  finish();
  await write;
  const marked = [(await all.next()).value, (await all.next()).value];
  assert.deepEqual(
    marked.map((event) => [event?.path, event?.isOwn]),
    [
      [ITEM, true],
      [`${ITEM}2`, false],
    ],
  );
  assert.equal((await others.next()).value?.path, `${ITEM}2`);
});

test('an abort, the end of the service and return() end it', async () => {
  const { daemon, context } = scriptedContext();
  const controller = new AbortController();
  const aborted = serviceEvents(context, { signal: controller.signal }).next();
  controller.abort();
  assert.equal((await aborted).done, true);
  const early = serviceEvents(context, { signal: controller.signal });
  assert.equal((await early.next()).done, true);
  const returned = serviceEvents(context, {});
  await returned.return?.();
  assert.equal((await returned.next()).done, true);
  const closed = serviceEvents(context, {}).next();
  await daemon.close();
  assert.equal((await closed).done, true);
});

// @rule secret/events-end-told
test('a lost connection is told as one, after what was told before', async () => {
  const { daemon, context } = scriptedContext();
  const events = serviceEvents(context, {});
  tell(daemon, 'ItemCreated', ITEM);
  daemon.disconnect();
  assert.equal((await events.next()).value?.type, 'item-created');
  await failsWith('disconnected', events.next());
  assert.equal((await events.next()).done, true);
});

test('an event that is waited for comes when the write that may have caused it is through', async () => {
  const { daemon, context } = scriptedContext();
  const events = serviceEvents(context, {});
  const { write, finish } = beginWrite(context);
  let isTold = false;
  const next = events.next().then((result) => {
    isTold = true;
    return result.value;
  });
  tell(daemon, 'ItemChanged', ITEM);
  for (let i = 0; i < 3; i += 1) await turn();
  assert.equal(isTold, false);
  finish();
  await write;
  assert.deepEqual(await next, {
    type: 'item-changed',
    path: ITEM,
    collectionPath: COLLECTION,
    isOwn: true,
  });
  await events.return?.();
});

test('who leaves takes the subscription along', async () => {
  const { daemon, context } = scriptedContext();
  let open = 0;
  const { signals } = daemon;
  daemon.signals = (rule) => {
    const stream = signals.call(daemon, rule);
    open += 1;
    return {
      close: () => {
        open -= 1;
        stream.close();
      },
      [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
    };
  };
  const left = serviceEvents(context, {});
  assert.equal(open, 2);
  await left.return?.();
  assert.equal(open, 0);
  const controller = new AbortController();
  serviceEvents(context, { signal: controller.signal });
  controller.abort();
  assert.equal(open, 0);
});
