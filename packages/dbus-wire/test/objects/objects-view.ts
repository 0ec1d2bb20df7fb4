import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { Connection } from '../../src/connection/connection.ts';
import { watchObjects } from '../../src/objects/objects-view.ts';
import { Variant } from '../../src/variant.ts';
import { connectedPair } from '../support/connected-pair.ts';
import { ScriptedBus, settle } from '../support/scripted-bus.ts';

const MANAGER = 'org.freedesktop.DBus.ObjectManager';
const one = new Variant('u', 1);

function manage(connection: Connection): void {
  connection.export('/', {
    handleCall: () => ({
      signature: 'a{oa{sa{sv}}}',
      body: [{ '/a': { 'x.y': { P: one } } }],
    }),
  });
}

test('objects: loaded, then added, changed and removed', async () => {
  const { ours, theirs } = connectedPair();
  manage(theirs);
  const { objects, view } = watchObjects(ours, { path: '/' });
  await view.ready;
  assert.deepEqual(objects, new Map([['/a', new Map([['x.y', new Map([['P', one]])]])]]));
  const changes = view[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => (await changes.next()).value;

  const added = { path: '/', interface: MANAGER, member: 'InterfacesAdded' };
  theirs.emit({ ...added, signature: 'oa{sa{sv}}', body: ['/b', { 'x.y': { P: one } }] });
  assert.deepEqual(await next(), { kind: 'added', paths: ['/b'] });
  theirs.emit({
    path: '/b',
    interface: 'org.freedesktop.DBus.Properties',
    member: 'PropertiesChanged',
    signature: 'sa{sv}as',
    body: ['x.y', { Q: one }, ['P']],
  });
  assert.deepEqual(await next(), { kind: 'changed', paths: ['/b'] });
  assert.deepEqual(objects.get('/b'), new Map([['x.y', new Map([['Q', one]])]]));

  const removed = { path: '/', interface: MANAGER, member: 'InterfacesRemoved' };
  theirs.emit({ ...removed, signature: 'oas', body: ['/a', ['x.y']] });
  assert.deepEqual(await next(), { kind: 'removed', paths: ['/a'] });
  assert.deepEqual([...objects.keys()], ['/b']);

  // What does not fit changes nothing.
  theirs.emit({ ...added, signature: 's', body: ['/c'] });
  theirs.emit({ ...added, signature: 'u', body: [1] });
  theirs.emit({ ...removed, member: 'Other', signature: 's', body: ['/b'] });
  theirs.emit({
    path: '/nowhere',
    interface: 'org.freedesktop.DBus.Properties',
    member: 'PropertiesChanged',
    signature: 'sa{sv}as',
    body: ['x.y', {}, []],
  });
  theirs.emit({ ...removed, signature: 'oas', body: ['/b', ['x.y']] });
  assert.deepEqual(await next(), { kind: 'removed', paths: ['/b'] });
  assert.equal(objects.size, 0);
});

test('objects: lost with their owner', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.owners.set('org.example.Name', ':1.7');
  const asked = bus.next();
  const { objects, view } = watchObjects(bus.connection, {
    destination: 'org.example.Name',
    path: '/',
  });
  bus.reply(await asked, ':1.7', 'a{oa{sa{sv}}}', [{ '/a': { 'x.y': { P: one } } }]);
  await view.ready;
  const changes = view[Symbol.asyncIterator]();
  bus.ownerChanged('org.example.Name', '');
  await settle();
  assert.deepEqual((await changes.next()).value, { kind: 'lost', paths: ['/a'] });
  assert.equal(objects.size, 0);
});

test('objects: those of another owner take the place of the old ones', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.owners.set('org.example.Name', ':1.7');
  const asked = [bus.next(), bus.next()];
  const target = { destination: 'org.example.Name', path: '/' };
  const { objects, view } = watchObjects(bus.connection, target);
  const [first, second] = await Promise.all([
    asked[0],
    (async () => {
      bus.reply((await asked[0]) ?? assert.fail(), ':1.7', 'a{oa{sa{sv}}}', [
        { '/a': { 'x.y': {} } },
      ]);
      await view.ready;
      bus.ownerChanged('org.example.Name', ':1.8');
      return asked[1];
    })(),
  ]);
  assert.notEqual(first, second);
  const changes = view[Symbol.asyncIterator]();
  bus.reply(second ?? assert.fail(), ':1.8', 'a{oa{sa{sv}}}', [{ '/b': { 'x.y': {} } }]);
  assert.deepEqual((await changes.next()).value, { kind: 'loaded', paths: ['/b'] });
  assert.deepEqual([...objects.keys()], ['/b']);
});

test('objects: one stays while it has an interface, and other types change nothing', async () => {
  const { ours, theirs } = connectedPair();
  theirs.export('/', {
    handleCall: () => ({
      signature: 'a{oa{sa{sv}}}',
      body: [{ '/a': { 'x.y': { P: one }, 'x.z': {} } }],
    }),
  });
  const { objects, view } = watchObjects(ours, { path: '/' });
  await view.ready;
  const changes = view[Symbol.asyncIterator]();
  const removed = { path: '/', interface: MANAGER, member: 'InterfacesRemoved' };
  const changed = {
    path: '/a',
    interface: 'org.freedesktop.DBus.Properties',
    member: 'PropertiesChanged',
  };
  theirs.emit({ ...removed, signature: 'oao', body: ['/a', ['/x']] });
  theirs.emit({ ...removed, member: 'Other', signature: 'oas', body: ['/a', ['x.y']] });
  theirs.emit({ ...changed, signature: 'sa{sv}s', body: ['x.y', { P: new Variant('u', 2) }, 'P'] });
  theirs.emit({ ...removed, signature: 'oas', body: ['/a', ['x.z']] });
  assert.deepEqual((await changes.next()).value, { kind: 'removed', paths: ['/a'] });
  assert.deepEqual(objects, new Map([['/a', new Map([['x.y', new Map([['P', one]])]])]]));
});

test('objects: a target that is none is told', () => {
  const { ours } = connectedPair();
  const none: unknown = undefined;
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => watchObjects(ours, none), /^TypeError: target: expected an object/);
});
