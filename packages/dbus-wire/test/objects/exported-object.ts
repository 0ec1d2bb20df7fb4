import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { Message } from '../../src/codec/message.ts';
import { ExportedObject } from '../../src/objects/exported-object.ts';
import { parseIntrospection } from '../../src/objects/introspection-parse.ts';
import { exportObject } from '../../src/objects.ts';
import { Variant } from '../../src/variant.ts';
import { CALCULATOR, type CalculatorState, calculator } from '../support/calculator.ts';
import { connectedPair } from '../support/connected-pair.ts';
import { rejectsReply } from '../support/expect-error.ts';

const ERROR = 'org.freedesktop.DBus.Error';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

function start() {
  const state: CalculatorState = { level: 3, secret: '', forgotten: 0 };
  const pair = connectedPair();
  const { object } = exportObject(pair.theirs, '/calc', [calculator(state)]);
  const call = (
    member: string,
    signature = '',
    body: readonly unknown[] = [],
    interfaceName: string | undefined = CALCULATOR.name,
  ): Promise<Message> =>
    pair.ours.call({ path: '/calc', interface: interfaceName, member, signature, body });
  return { ...pair, state, object, call };
}

test('objects: methods with no value, one, and several', async () => {
  const { call, state } = start();
  assert.deepEqual((await call('Add', 'uu', [2, 3])).body, [5]);
  assert.deepEqual((await call('DivMod', 'uu', [7, 2])).body, [3, 1]);
  const described = await call('Describe', 'a{sv}', [{ a: new Variant('u', 1) }]);
  assert.deepEqual(described.body, [['a:u']]);
  const reset = await call('Reset');
  assert.deepEqual([reset.signature, reset.body], ['', []]);
  assert.equal(state.level, 0);
  assert.deepEqual((await call('Caller')).body, ['nobody']);
});

test('objects: a call without an interface finds the first that has the method', async () => {
  const { ours } = start();
  const reply = await ours.call({ path: '/calc', member: 'Add', signature: 'uu', body: [1, 1] });
  assert.deepEqual(reply.body, [2]);
});

// @rule connection/argument-types
test('objects: what is not offered, or not like that', async () => {
  const { call } = start();
  const nothing = await rejectsReply(call('Nothing'), `${ERROR}.UnknownMethod`);
  assert.ok(nothing.message.endsWith(`no method ${CALCULATOR.name}.Nothing at /calc`));
  await rejectsReply(call('constructor'), `${ERROR}.UnknownMethod`);
  await rejectsReply(call('Add', 'uu', [1, 2], 'org.example.Other'), `${ERROR}.UnknownMethod`);
  await rejectsReply(call('Add', 'ii', [1, 2]), `${ERROR}.InvalidArgs`);
  await rejectsReply(call('Add'), `${ERROR}.InvalidArgs`);
  const error = await rejectsReply(call('Fail', 's', ['because']), 'org.example.Error.Asked');
  assert.match(error.message, /because/);
  // A handler whose value does not fit its own description.
  await rejectsReply(call('Lie'), `${ERROR}.Failed`);
});

test('objects: properties read, written, and refused', async () => {
  const { call, state } = start();
  const get = (name: string) => call('Get', 'ss', [CALCULATOR.name, name], PROPERTIES);
  const set = (name: string, value: Variant) =>
    call('Set', 'ssv', [CALCULATOR.name, name, value], PROPERTIES);
  assert.deepEqual((await get('Level')).body, [new Variant('u', 3)]);
  assert.equal((await set('Level', new Variant('u', 9))).signature, '');
  assert.equal(state.level, 9);
  await set('Secret', new Variant('s', 'x'));
  assert.equal(state.secret, 'x');
  await rejectsReply(get('Secret'), `${ERROR}.AccessDenied`);
  await rejectsReply(set('Name', new Variant('s', 'x')), `${ERROR}.PropertyReadOnly`);
  await rejectsReply(set('Level', new Variant('s', 'x')), `${ERROR}.InvalidArgs`);
  await rejectsReply(get('Nothing'), `${ERROR}.UnknownProperty`);
  await rejectsReply(call('Get', 's', ['x'], PROPERTIES), `${ERROR}.InvalidArgs`);
  await rejectsReply(call('Nothing', '', [], PROPERTIES), `${ERROR}.UnknownMethod`);
  await rejectsReply(call('Get', 'ss', ['a.b', 'x'], PROPERTIES), `${ERROR}.UnknownInterface`);
  await rejectsReply(call('GetAll', 's', ['a.b'], PROPERTIES), `${ERROR}.UnknownInterface`);
  const all = await call('GetAll', 's', [CALCULATOR.name], PROPERTIES);
  assert.deepEqual(all.body, [
    new Map<string, Variant>([
      ['Level', new Variant('u', 9)],
      ['Name', new Variant('s', 'calculator')],
      ['Version', new Variant('s', '1')],
    ]),
  ]);
});

test('objects: introspection shows the interfaces and what lies below', async () => {
  const { call, ours, theirs } = start();
  for (const path of ['/calc/a/b', '/calc/a', '/calc/c', '/calculus', '/']) {
    exportObject(theirs, path, []);
  }
  const introspect = (): Promise<Message> =>
    call('Introspect', '', [], 'org.freedesktop.DBus.Introspectable');
  const [xml] = (await introspect()).body;
  const node = parseIntrospection(String(xml));
  assert.equal(node.interfaces.at(-1)?.name, CALCULATOR.name);
  assert.deepEqual(
    node.nodes.map(({ name }) => name),
    ['a', 'c'],
  );
  const root = { path: '/', interface: 'org.freedesktop.DBus.Introspectable' };
  const { body } = await ours.call({ ...root, member: 'Introspect' });
  assert.deepEqual(
    parseIntrospection(String(body[0])).nodes.map(({ name }) => name),
    ['calc', 'calculus'],
  );
  const other = call('Other', '', [], 'org.freedesktop.DBus.Introspectable');
  await rejectsReply(other, `${ERROR}.UnknownMethod`);
  const wrong = call('Introspect', 's', ['x'], 'org.freedesktop.DBus.Introspectable');
  await rejectsReply(wrong, `${ERROR}.InvalidArgs`);
});

// @rule connection/properties-changed
test('objects: signals, and changes told as the descriptions want', async () => {
  const { object, ours, state } = start();
  const stream = ours.signals({});
  object.emit(CALCULATOR.name, 'Overflow', ['x', 1]);
  object.emit(CALCULATOR.name, 'Cleared', []);
  state.level = 8;
  await object.emitPropertiesChanged(CALCULATOR.name, ['Level', 'Name', 'Version', 'Secret']);
  await object.emitPropertiesChanged(CALCULATOR.name, ['Version']);
  await object.emitPropertiesChanged(CALCULATOR.name, ['Level']);
  await object.emitPropertiesChanged(CALCULATOR.name, ['Secret']);
  object.emit(CALCULATOR.name, 'Cleared', []);
  const seen: unknown[] = [];
  for await (const { member, body } of stream) {
    seen.push([member, ...body]);
    if (seen.length === 6) break;
  }
  assert.deepEqual(seen, [
    ['Overflow', 'x', 1],
    ['Cleared'],
    [
      'PropertiesChanged',
      CALCULATOR.name,
      new Map([['Level', new Variant('u', 8)]]),
      ['Name', 'Secret'],
    ],
    ['PropertiesChanged', CALCULATOR.name, new Map([['Level', new Variant('u', 8)]]), []],
    ['PropertiesChanged', CALCULATOR.name, new Map(), ['Secret']],
    ['Cleared'],
  ]);
  const noSignal = /^TypeError: .*: expected a signal of this object/;
  assert.throws(() => object.emit(CALCULATOR.name, 'Nothing', []), noSignal);
  assert.throws(() => object.emit('a.b', 'Cleared', []), noSignal);
  const noProperty = /^TypeError: .*: expected a property of this object/;
  await assert.rejects(object.emitPropertiesChanged(CALCULATOR.name, ['Nothing']), noProperty);
});

test('objects: a signal goes to everybody, or to one receiver', async () => {
  const { object, ours } = start();
  const stream = ours.signals({});
  object.emit(CALCULATOR.name, 'Cleared', []);
  object.emit(CALCULATOR.name, 'Cleared', [], ':1.9');
  const seen: unknown[] = [];
  for await (const { destination } of stream) if (seen.push(destination) === 2) break;
  assert.deepEqual(seen, [undefined, ':1.9']);
});

test('objects: what is described and has no code is not there', async () => {
  const { ours, theirs } = connectedPair();
  const description = {
    name: 'a.B',
    methods: { M: {} },
    properties: { P: { type: 's', access: 'read' } },
  } as const;
  const implemented = { description, methods: {}, properties: {} };
  theirs.export('/x', new ExportedObject(theirs, '/x', [implemented]));
  const missing = await rejectsReply(
    ours.call({ path: '/x', member: 'M' }),
    `${ERROR}.UnknownMethod`,
  );
  assert.match(missing.message, /no method M at \/x$/);
  const get = { path: '/x', interface: PROPERTIES, member: 'Get', signature: 'ss' };
  const read = ours.call({ ...get, body: ['a.B', 'P'] });
  await rejectsReply(read, `${ERROR}.UnknownProperty`);
});

test('objects: a handler that should return a list and does not', async () => {
  const { ours, theirs } = connectedPair();
  const description = { name: 'a.B', methods: { Two: { out: 'ss' } } };
  const implemented = { description, methods: { Two: () => 'one' }, properties: {} };
  theirs.export('/x', new ExportedObject(theirs, '/x', [implemented]));
  await rejectsReply(ours.call({ path: '/x', interface: 'a.B', member: 'Two' }), `${ERROR}.Failed`);
});

test('objects: interfaces, or names of properties, that are no list are told', async () => {
  const { ours } = connectedPair();
  for (const wrong of [undefined, {}, 'x'] as unknown[]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => new ExportedObject(ours, '/x', wrong), /^TypeError: interfaces: expected/);
    const object = new ExportedObject(ours, '/x', []);
    // @ts-expect-error what a caller without a compiler may pass
    const changed = object.emitPropertiesChanged('a.B', wrong);
    await assert.rejects(changed, /^TypeError: names: expected/);
  }
  const nothing: unknown[] = [undefined, {}];
  for (const each of nothing) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => new ExportedObject(ours, '/x', [each]), /^TypeError: interface: expected/);
  }
});
