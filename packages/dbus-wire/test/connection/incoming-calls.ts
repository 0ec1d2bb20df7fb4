import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message, MessageInit } from '../../src/codec/message.ts';
import type { CallHandler, ReplyValues } from '../../src/connection/connection-options.ts';
import { ExportedPaths } from '../../src/connection/exported-paths.ts';
import { type Answer, IncomingCalls } from '../../src/connection/incoming-calls.ts';
import { DBusErrorReply } from '../../src/connection-error.ts';
import { settle } from '../support/scripted-bus.ts';

const ERROR = 'org.freedesktop.DBus.Error';

function start(machineId: string | undefined = 'f'.repeat(32)) {
  const log: (ReplyValues | string)[] = [];
  const exported = new ExportedPaths();
  const send = ({ type, errorName, signature, body }: Answer): void => {
    if (type === 'error') log.push(`${errorName}: ${body?.[0]}`);
    else log.push(signature === undefined ? {} : { signature, body });
  };
  const calls = new IncomingCalls(exported, send, () => machineId);
  return { calls, exported, log };
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
  await settle();
  calls.receive(peer('Other'));
  calls.receive(peer('Ping', { signature: 's', body: ['x'] }));
  await settle();
  assert.deepEqual(log.slice(0, 2), [{}, { signature: 's', body: ['f'.repeat(32)] }]);
  assert.match(String(log[2]), /UnknownMethod/);
  assert.match(String(log[3]), /UnknownMethod/);
});

test('incoming: a machine without an id says so', async () => {
  const sent: Answer[] = [];
  const calls = new IncomingCalls(
    new ExportedPaths(),
    (answer) => sent.push(answer),
    () => undefined,
  );
  calls.receive(peer('GetMachineId', { sender: ':1.9', serial: 5 }));
  await settle();
  const [{ type, errorName, replySerial, destination, flags } = assert.fail()] = sent;
  assert.deepEqual(
    { type, errorName, replySerial, destination, flags },
    {
      type: 'error',
      errorName: `${ERROR}.Failed`,
      replySerial: 5,
      destination: ':1.9',
      flags: 1,
    },
  );
});

// @rule connection/unknown-method
test('incoming: what nobody handles is answered with UnknownMethod', async () => {
  const { calls, log } = start();
  calls.receive(call({ interface: 'a.b' }));
  await settle();
  assert.deepEqual(log, [`${ERROR}.UnknownMethod: no method a.b.M at /x`]);
});

// @rule connection/no-reply-expected
test('incoming: no reply where none is wanted', async () => {
  const { calls, exported, log } = start();
  exported.export('/y', { handleCall: () => ({}) });
  calls.receive(call({ flags: 1 }));
  calls.receive(peer('Ping', { flags: 1 }));
  calls.receive(call({ flags: 1, path: '/y' }));
  await settle();
  assert.deepEqual(log, []);
});

test('incoming: handlers answer, at once or later, in the order of the calls', async () => {
  const { calls, exported, log } = start();
  const started: string[] = [];
  exported.export('/x', {
    handleCall: async ({ member }) => {
      started.push(String(member));
      return { signature: 's', body: [member] };
    },
  });
  exported.export('/y', { handleCall: () => undefined });
  calls.receive(call({ member: 'A' }));
  calls.receive(call({ member: 'B' }));
  assert.deepEqual(started, ['A', 'B']);
  calls.receive(call({ path: '/y' }));
  await settle();
  assert.equal(log.length, 3);
  assert.deepEqual(log[2], {});
});

test('incoming: a subtree answers for what has no nearer handler', async () => {
  const { calls, exported, log } = start();
  const named = (name: string): CallHandler => ({
    handleCall: () => ({ signature: 's', body: [name] }),
  });
  const answering = async (...paths: string[]): Promise<unknown[]> => {
    for (const path of paths) calls.receive(call({ path }));
    await settle();
    return log.splice(0).map((said) => (typeof said === 'string' ? 'nobody' : said.body?.[0]));
  };
  exported.export('/a', named('below a'), { subtree: true });
  exported.export('/a/b', named('below b'), { subtree: true });
  exported.export('/a/b', named('b itself'));
  assert.deepEqual(await answering('/a', '/a/c/d', '/a/b', '/a/b/x'), [
    'below a',
    'below a',
    'b itself',
    'below b',
  ]);
  assert.deepEqual(await answering('/ab', '/'), ['nobody', 'nobody']);
  const remove = exported.export('/', named('root'), { subtree: true });
  assert.deepEqual(await answering('/ab', '/', '/a'), ['root', 'root', 'below a']);
  remove();
  assert.deepEqual(await answering('/ab'), ['nobody']);
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
    const { calls, exported, log } = start();
    exported.export('/x', { handleCall });
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

test('incoming: an error whose text no message can carry is answered without it', async () => {
  const sent: Answer[] = [];
  const exported = new ExportedPaths();
  const send = (answer: Answer): void => {
    encodeMessage({ ...answer, serial: 1 });
    sent.push(answer);
  };
  const calls = new IncomingCalls(exported, send, () => undefined);
  for (const [path, text] of [
    ['/surrogate', 'x\ud800'],
    ['/nul', 'x\0'],
  ] as const) {
    exported.export(path, {
      handleCall: () => {
        throw new DBusErrorReply('a.b.C', text);
      },
    });
    exported.export(`${path}/later`, {
      handleCall: () => Promise.reject(new DBusErrorReply('a.b.C', text)),
    });
    calls.receive(call({ path }));
    calls.receive(call({ path: `${path}/later` }));
  }
  await settle();
  assert.deepEqual(
    sent.map(({ errorName, body }) => [errorName, body]),
    Array.from({ length: 4 }, () => ['a.b.C', undefined]),
  );
});
