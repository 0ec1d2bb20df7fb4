import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { RemoteView } from '../../src/objects/remote-view.ts';
import { settleable } from '../../src/settle-quietly.ts';
import { rejectsCode } from '../support/expect-error.ts';
import { ScriptedBus, settle } from '../support/scripted-bus.ts';

const NAME = 'org.example.Name';

interface Change {
  readonly what: string;
}

async function start(firstFailure?: Error) {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.owners.set(NAME, ':1.7');
  const log: string[] = [];
  let failure = firstFailure;
  let failsAfter: Promise<unknown> | undefined;
  const note = (what: string): Change => {
    log.push(what);
    return { what };
  };
  const view = new RemoteView<Change>(bus.connection, {
    destination: NAME,
    rules: [{ member: 'S' }],
    load: async () => {
      await failsAfter;
      if (failure !== undefined) throw failure;
      return note('load');
    },
    apply: (signal) => (signal.body[0] === 'skip' ? undefined : note(String(signal.body[0]))),
    clear: () => note('clear'),
  });
  const signal = (text: string, sender = ':1.7'): void =>
    bus.send({
      type: 'signal',
      sender,
      path: '/x',
      interface: 'a.b',
      member: 'S',
      signature: 's',
      body: [text],
    });
  const fail = (error: Error, after?: Promise<unknown>): void => {
    failure = error;
    failsAfter = after;
  };
  return { bus, log, view, signal, fail };
}

test('views: loaded, followed, loaded anew from another owner', async () => {
  const { bus, log, view, signal } = await start();
  await view.ready;
  const changes = view[Symbol.asyncIterator]();
  signal('one');
  signal('skip');
  signal('forged', ':1.9');
  await settle();
  bus.ownerChanged(NAME, '');
  await settle();
  bus.ownerChanged(NAME, ':1.8');
  await settle();
  signal('old', ':1.7');
  signal('two', ':1.8');
  await settle();
  assert.deepEqual(log, ['load', 'one', 'clear', 'load', 'two']);
  const told: string[] = [];
  for await (const { what } of changes) {
    told.push(what);
    if (told.length === 4) break;
  }
  assert.deepEqual(told, ['one', 'clear', 'load', 'two']);
});

test('views: a first load that fails, and a later one', async () => {
  const first = await start(new Error('no'));
  await assert.rejects(first.view.ready, /no/);
  await assert.rejects(first.view[Symbol.asyncIterator]().next(), /no/);
  const later = await start();
  await later.view.ready;
  const changes = later.view[Symbol.asyncIterator]();
  later.fail(new Error('no more'));
  later.bus.ownerChanged(NAME, ':1.8');
  await assert.rejects(changes.next(), /no more/);
});

test('views: what came too fast to be kept is made good by loading anew', async () => {
  const { log, view, signal } = await start();
  await view.ready;
  for (let n = 0; n < 1000; n++) signal(String(n));
  for (let turn = 0; turn < 200; turn++) await settle();
  const loaded = log.lastIndexOf('load');
  assert.ok(loaded > 0, 'loaded once more');
  assert.equal(log.at(-1), '999');
  // Not again and again.
  assert.equal(log.filter((what) => what === 'load').length, 2);
});

test('views: an owner that leaves while it is asked ends nothing', async () => {
  const { bus, log, view, fail } = await start();
  await view.ready;
  const [answered, answer] = settleable();
  fail(new Error('gone'), answered);
  bus.ownerChanged(NAME, ':1.8');
  await settle();
  bus.ownerChanged(NAME, '');
  answer();
  await settle();
  assert.deepEqual(log, ['load', 'clear']);
  // Nor is one asked that has left already.
  bus.ownerChanged(NAME, ':1.9');
  bus.ownerChanged(NAME, '');
  await settle();
  assert.deepEqual(log, ['load', 'clear', 'clear']);
  view.close();
  assert.equal((await view[Symbol.asyncIterator]().next()).done, true);
});

test('views: end with their connection, or when closed', async () => {
  const lost = await start();
  await lost.view.ready;
  const changes = lost.view[Symbol.asyncIterator]();
  lost.bus.transport.hangUp();
  await rejectsCode(changes.next(), 'disconnected');
  const closed = await start();
  await closed.view.ready;
  const reader = closed.view[Symbol.asyncIterator]();
  await closed.view[Symbol.asyncDispose]();
  assert.equal((await reader.next()).done, true);
  await settle();
  assert.ok(closed.bus.members().includes('RemoveMatch'));
});
