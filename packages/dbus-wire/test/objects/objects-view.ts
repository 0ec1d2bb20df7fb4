import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Variant } from '../../src/codec/variant.ts';
import type { Connection } from '../../src/connection/connection.ts';
import { watchObjects } from '../../src/objects/objects-view.ts';
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
