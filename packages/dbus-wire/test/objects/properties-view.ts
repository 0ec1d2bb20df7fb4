import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { variantsOf, watchProperties } from '../../src/objects/properties-view.ts';
import { exportObject } from '../../src/objects.ts';
import { Variant } from '../../src/variant.ts';
import { CALCULATOR, type CalculatorState, calculator } from '../support/calculator.ts';
import { connectedPair } from '../support/connected-pair.ts';
import { ScriptedBus, settle } from '../support/scripted-bus.ts';

test('properties: loaded, then kept up to date', async () => {
  const state: CalculatorState = { level: 3, secret: '', forgotten: 0 };
  const { ours, theirs } = connectedPair();
  const { object } = exportObject(theirs, '/c', [calculator(state)]);
  const { values, view } = watchProperties(ours, { path: '/c' }, CALCULATOR.name);
  await view.ready;
  assert.deepEqual(values.get('Level'), new Variant('u', 3));
  assert.deepEqual(values.get('Name'), new Variant('s', 'calculator'));
  const changes = view[Symbol.asyncIterator]();
  state.level = 4;
  await object.emitPropertiesChanged(CALCULATOR.name, ['Level', 'Name']);
  assert.deepEqual((await changes.next()).value, {
    changed: new Map([['Level', new Variant('u', 4)]]),
    invalidated: ['Name'],
  });
  assert.deepEqual(values.get('Level'), new Variant('u', 4));
  assert.equal(values.has('Name'), false);
  view.close();
  assert.equal((await changes.next()).done, true);
});

test('properties: what is no dictionary of variants is nothing', () => {
  assert.equal(variantsOf(undefined).size, 0);
  assert.equal(
    variantsOf(
      new Map<unknown, unknown>([
        [1, new Variant('u', 1)],
        ['a', 1],
      ]),
    ).size,
    0,
  );
});

test('properties: gone with their owner', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.owners.set('org.example.Name', ':1.7');
  const asked = bus.next();
  const target = { destination: 'org.example.Name', path: '/c' };
  const { values, view } = watchProperties(bus.connection, target, 'a.b');
  const body = [{ P: new Variant('u', 1) }];
  bus.reply(await asked, ':1.7', 'a{sv}', body);
  await view.ready;
  assert.equal(values.size, 1);
  const changes = view[Symbol.asyncIterator]();
  bus.ownerChanged('org.example.Name', '');
  await settle();
  assert.deepEqual((await changes.next()).value, { changed: new Map(), invalidated: ['P'] });
  assert.equal(values.size, 0);
});

test('properties: those of another owner take the place of the old ones', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.owners.set('org.example.Name', ':1.7');
  const asked = bus.next();
  const target = { destination: 'org.example.Name', path: '/c' };
  const { values, view } = watchProperties(bus.connection, target, 'a.b');
  bus.reply(await asked, ':1.7', 'a{sv}', [{ P: new Variant('u', 1) }]);
  await view.ready;
  const changes = view[Symbol.asyncIterator]();
  const again = bus.next();
  bus.ownerChanged('org.example.Name', ':1.8');
  bus.reply(await again, ':1.8', 'a{sv}', [{ Q: new Variant('u', 2) }]);
  const changed = new Map([['Q', new Variant('u', 2)]]);
  assert.deepEqual((await changes.next()).value, { changed, invalidated: [] });
  assert.deepEqual(values, changed);
});

test('properties: a target that is none is told', () => {
  const { ours } = connectedPair();
  const none: unknown = undefined;
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => watchProperties(ours, none, 'a.b'), /^TypeError: target: expected an object/);
});
