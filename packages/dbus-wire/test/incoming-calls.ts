import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { DBusErrorReply } from '../src/connection-error.ts';
import type { CallHandler, ReplyValues } from '../src/connection-options.ts';
import { decodeMessage } from '../src/decode-message.ts';
import { encodeMessage } from '../src/encode-message.ts';
import { IncomingCalls } from '../src/incoming-calls.ts';
import type { Message, MessageInit } from '../src/message.ts';
import { settle } from './support/scripted-bus.ts';

const ERROR = 'org.freedesktop.DBus.Error';

function start(machineId: string | undefined = 'f'.repeat(32)) {
  const log: (ReplyValues | string)[] = [];
  const calls = new IncomingCalls(
    {
      sendReply: (_call, values) => log.push(values),
      sendError: (_call, name, text) => log.push(`${name}: ${text}`),
    },
    () => machineId,
  );
  return { calls, log };
}

function call(init: Partial<MessageInit>): Message {
  return decodeMessage(
    encodeMessage({ type: 'method_call', serial: 1, path: '/x', member: 'M', ...init }),
  );
}

const peer = (member: string, more: Partial<MessageInit> = {}): Message =>
  call({ interface: 'org.freedesktop.DBus.Peer', member, ...more });

// @rule connection/peer-interface
test('incoming: Peer is answered at every path', async () => {
  const { calls, log } = start();
  calls.receive(peer('Ping'));
  calls.receive(peer('GetMachineId', { path: '/any/where' }));
  calls.receive(peer('Other'));
  calls.receive(peer('Ping', { signature: 's', body: ['x'] }));
  assert.deepEqual(log.slice(0, 2), [{}, { signature: 's', body: ['f'.repeat(32)] }]);
  assert.match(String(log[2]), /UnknownMethod/);
  assert.match(String(log[3]), /UnknownMethod/);
});

test('incoming: a machine without an id says so', () => {
  const log: string[] = [];
  const calls = new IncomingCalls(
    { sendReply: () => log.push('reply'), sendError: (_call, name) => log.push(name) },
    () => undefined,
  );
  calls.receive(peer('GetMachineId'));
  assert.deepEqual(log, [`${ERROR}.Failed`]);
});

// @rule connection/unknown-method
test('incoming: what nobody handles is answered with UnknownMethod', () => {
  const { calls, log } = start();
  calls.receive(call({ interface: 'a.b' }));
  assert.deepEqual(log, [`${ERROR}.UnknownMethod: no method a.b.M at /x`]);
});

// @rule connection/no-reply-expected
test('incoming: no reply where none is wanted', async () => {
  const { calls, log } = start();
  calls.export('/y', { handleCall: () => ({}) });
  calls.receive(call({ flags: 1 }));
  calls.receive(peer('Ping', { flags: 1 }));
  calls.receive(call({ flags: 1, path: '/y' }));
  await settle();
  assert.deepEqual(log, []);
});

test('incoming: handlers answer, at once or later, in the order of the calls', async () => {
  const { calls, log } = start();
  const started: string[] = [];
  calls.export('/x', {
    handleCall: async ({ member }) => {
      started.push(String(member));
      return { signature: 's', body: [member] };
    },
  });
  calls.export('/y', { handleCall: () => undefined });
  calls.receive(call({ member: 'A' }));
  calls.receive(call({ member: 'B' }));
  assert.deepEqual(started, ['A', 'B']);
  calls.receive(call({ path: '/y' }));
  await settle();
  assert.equal(log.length, 3);
  assert.deepEqual(log[2], {});
});

test('incoming: what a handler throws stays inside, unless it is meant to be told', async () => {
  const throwing: CallHandler['handleCall'][] = [
    () => {
      throw new Error('s3cret');
    },
    () => Promise.reject(new Error('s3cret')),
    () => Promise.reject('s3cret'),
    () => Promise.reject(new DBusErrorReply('not a name', 's3cret')),
    () => {
      throw new DBusErrorReply('org.example.Error.No', 'not now');
    },
    () => Promise.reject(new DBusErrorReply('org.example.Error.No', undefined)),
  ];
  const told: (ReplyValues | string)[] = [];
  for (const handleCall of throwing) {
    const { calls, log } = start();
    calls.export('/x', { handleCall });
    calls.receive(call({}));
    await settle();
    told.push(...log);
  }
  const failed = `${ERROR}.Failed: the call could not be carried out`;
  assert.deepEqual(told, [
    failed,
    failed,
    failed,
    failed,
    'org.example.Error.No: not now',
    'org.example.Error.No: ',
  ]);
});

test('incoming: one handler a path, until it is taken away', () => {
  const { calls, log } = start();
  const handler: CallHandler = { handleCall: () => ({}) };
  const remove = calls.export('/x', handler);
  assert.deepEqual([...calls.paths()], ['/x']);
  assert.throws(() => calls.export('/x', handler), TypeError);
  assert.throws(() => calls.export('x', handler), TypeError);
  remove();
  remove();
  assert.deepEqual([...calls.paths()], []);
  calls.receive(call({}));
  assert.match(String(log[0]), /UnknownMethod/);
});

test('incoming: a subtree answers for what has no nearer handler', async () => {
  const { calls, log } = start();
  const named = (name: string): CallHandler => ({
    handleCall: () => ({ signature: 's', body: [name] }),
  });
  calls.export('/a', named('below a'), { subtree: true });
  calls.export('/a/b', named('below b'), { subtree: true });
  calls.export('/a/b', named('b itself'));
  assert.throws(() => calls.export('/a', named('again'), { subtree: true }), TypeError);
  for (const path of ['/a', '/a/c/d', '/a/b', '/a/b/x', '/ab', '/']) calls.receive(call({ path }));
  const remove = calls.export('/', named('root'), { subtree: true });
  calls.receive(call({ path: '/ab' }));
  calls.receive(call({ path: '/' }));
  calls.receive(call({ path: '/a' }));
  remove();
  calls.receive(call({ path: '/ab' }));
  await settle();
  const answers = log.map((each) =>
    typeof each === 'string' ? each.split(':')[0] : each.body?.[0],
  );
  // What is refused is told at once, before any handler's answer.
  assert.deepEqual(answers, [
    `${ERROR}.UnknownMethod`,
    `${ERROR}.UnknownMethod`,
    `${ERROR}.UnknownMethod`,
    'below a',
    'below a',
    'b itself',
    'below b',
    'root',
    'root',
    'below a',
  ]);
});
