import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MessageFlag } from '../../src/codec/message.ts';
import { createProxy } from '../../src/objects/interface-proxy.ts';
import { exportObject } from '../../src/objects.ts';
import { Variant } from '../../src/variant.ts';
import { CALCULATOR, type CalculatorState, calculator } from '../support/calculator.ts';
import { connectedPair } from '../support/connected-pair.ts';
import { rejectsCode, rejectsReply } from '../support/expect-error.ts';
import { ScriptedBus, settle } from '../support/scripted-bus.ts';

function start() {
  const state: CalculatorState = { level: 3, secret: '', forgotten: 0 };
  const { ours, theirs } = connectedPair();
  const { object } = exportObject(theirs, '/c', [calculator(state)]);
  return { state, ours, theirs, object, proxy: createProxy(ours, { path: '/c' }, CALCULATOR) };
}

test('proxies: methods with their types', async () => {
  const { proxy, state } = start();
  const sum: number = await proxy.call.Add(2, 3);
  assert.equal(sum, 5);
  const [quotient, rest]: [number, number] = await proxy.call.DivMod(7, 2);
  assert.deepEqual([quotient, rest], [3, 1]);
  const names: string[] = await proxy.call.Describe({ a: new Variant('u', 1) });
  assert.deepEqual(names, ['a:u']);
  assert.equal(await proxy.call.Reset(), undefined);
  assert.equal(state.level, 0);
  await rejectsReply(proxy.call.Fail('no'), 'org.example.Error.Asked');
  assert.equal(await proxy.call.Forget(), undefined);
  await settle();
  assert.equal(state.forgotten, 1);
  // @ts-expect-error: the compiler refuses what the description does not have.
  await assert.rejects(proxy.call.Add('2', 3));
  // @ts-expect-error: no such method.
  assert.equal(proxy.call.Nothing, undefined);
});

test('proxies: properties with their types', async () => {
  const { proxy, state } = start();
  const level: number = await proxy.get('Level');
  assert.equal(level, 3);
  await proxy.set('Level', 4);
  assert.equal(state.level, 4);
  assert.deepEqual(await proxy.getAll(), { Level: 4, Name: 'calculator', Version: '1' });
  // @ts-expect-error: no such property.
  await assert.rejects(proxy.get('Nothing'));
});

test('proxies: signals with their types, others of the same name skipped', async () => {
  const { object, proxy, theirs } = start();
  const stream = proxy.signals('Overflow');
  await stream.ready;
  theirs.emit({
    path: '/c',
    interface: CALCULATOR.name,
    member: 'Overflow',
    signature: 's',
    body: ['x'],
  });
  object.emit(CALCULATOR.name, 'Overflow', ['y', 2]);
  for await (const [text, count] of stream) {
    const typed: [string, number] = [text, count];
    assert.deepEqual(typed, ['y', 2]);
    break;
  }
  assert.equal(stream.dropped, 0);
  await stream[Symbol.asyncDispose]();
  proxy.signals('Cleared').close();
  // @ts-expect-error: no such signal.
  assert.throws(() => proxy.signals('Nothing'), /^TypeError: Nothing: expected a described signal/);
  // @ts-expect-error: no such property.
  await assert.rejects(proxy.set('No', 1), /^TypeError: No: expected a described property/);
});

test('proxies: signals are those of the destination, are awaited, and end when closed', async () => {
  const bus = new ScriptedBus();
  const target = { destination: ':1.7', path: '/c' };
  const proxy = createProxy(bus.connection, target, CALCULATOR);
  for (const close of ['close', 'dispose'] as const) {
    const stream = proxy.signals('Cleared');
    let isReady = false;
    const ready = stream.ready.then(() => {
      isReady = true;
    });
    assert.equal(isReady, false);
    await ready;
    const signal = { type: 'signal', path: '/c', interface: CALCULATOR.name } as const;
    bus.send({ ...signal, member: 'Cleared', sender: ':1.8' });
    bus.send({ ...signal, member: 'Cleared', sender: ':1.7' });
    if (close === 'close') stream.close();
    else await stream[Symbol.asyncDispose]();
    bus.send({ ...signal, member: 'Cleared', sender: ':1.7' });
    const seen: unknown[] = [];
    for await (const values of stream) seen.push(values);
    assert.deepEqual(seen, [[]], close);
  }
});

test('proxies: every call is made with the options of the proxy', async () => {
  const { ours, theirs } = connectedPair();
  const flags: number[] = [];
  theirs.export('/c', {
    handleCall: (call) => {
      flags.push(call.flags);
      return { signature: 'v', body: [new Variant('u', 1)] };
    },
  });
  const proxy = createProxy(ours, { path: '/c' }, CALCULATOR, { interactive: true });
  await proxy.get('Level');
  await rejectsCode(proxy.call.Reset(), 'protocol');
  const { ALLOW_INTERACTIVE_AUTHORIZATION } = MessageFlag;
  assert.deepEqual(flags, [ALLOW_INTERACTIVE_AUTHORIZATION, ALLOW_INTERACTIVE_AUTHORIZATION]);
});

test('proxies: a method without a reply is called as one', async () => {
  const { ours, theirs } = connectedPair();
  const expectsReply: boolean[] = [];
  theirs.export('/x', {
    handleCall: ({ flags }) => {
      expectsReply.push((flags & MessageFlag.NO_REPLY_EXPECTED) === 0);
      return { signature: '', body: [] };
    },
  });
  const description = { name: 'a.B', methods: { Tell: { noReply: true }, Ask: {} } } as const;
  const proxy = createProxy(ours, { path: '/x' }, description);
  await proxy.call.Tell();
  await proxy.call.Ask();
  assert.deepEqual(expectsReply, [false, true]);
});

// @rule connection/reply-types
test('proxies: what comes back with other types than described is refused', async () => {
  const { ours, theirs } = connectedPair();
  const description = {
    name: 'a.B',
    methods: { M: { out: 'u' } },
    properties: { P: { type: 'u', access: 'readwrite' } },
  } as const;
  theirs.export('/x', {
    handleCall: ({ member }) =>
      member === 'GetAll'
        ? { signature: 'a{sv}', body: [{ P: new Variant('s', 'x'), Q: new Variant('s', 'y') }] }
        : member === 'Set'
          ? { signature: 's', body: ['what'] }
          : member === 'Get'
            ? { signature: 'v', body: [new Variant('i', 1)] }
            : { signature: 's', body: ['x'] },
  });
  const proxy = createProxy(ours, { path: '/x' }, description);
  await rejectsCode(proxy.call.M(), 'protocol');
  await rejectsCode(proxy.get('P'), 'protocol');
  await rejectsCode(proxy.set('P', 1), 'protocol');
  await rejectsCode(proxy.getAll(), 'protocol');
});

test('proxies: a reader that waits for a signal can leave', async () => {
  const { proxy, object, ours } = start();
  const signals = proxy.signals('Cleared');
  const reader = signals[Symbol.asyncIterator]();
  assert.equal(Reflect.get(reader, Symbol.asyncIterator).call(reader), reader);
  const waiting = reader.next();
  const left = reader.return?.();
  assert.deepEqual(await left, { done: true, value: undefined });
  assert.equal((await waiting).done, true);
  assert.equal((await reader.next()).done, true);
  object.emit(CALCULATOR.name, 'Cleared', []);
  await settle();
  assert.equal(signals.dropped, 0);
  await ours.close();
});

test('proxies: a target or a description that is none is told', () => {
  const { ours } = connectedPair();
  const none: unknown = undefined;
  // @ts-expect-error what a caller without a compiler may pass
  const misspelt = () => createProxy(ours, { path: '/x' }, { name: 'a.B' }, { timeout: 1 });
  assert.throws(misspelt, /^TypeError: options: expected timeoutMs.*, got "timeout"$/);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => createProxy(ours, none, { name: 'a.B' }), /^TypeError: target: expected/);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => createProxy(ours, { path: '/x' }, none), /^TypeError: description: expected/);
});
