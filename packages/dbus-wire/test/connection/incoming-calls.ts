import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message, MessageInit } from '../../src/codec/message.ts';
import type { CallHandler, ReplyValues } from '../../src/connection/connection-options.ts';
import { ExportedPaths } from '../../src/connection/exported-paths.ts';
import {
  type Answer,
  type AnsweringHost,
  IncomingCalls,
} from '../../src/connection/incoming-calls.ts';
import { DBusErrorReply } from '../../src/connection-error.ts';
import { settle } from '../support/scripted-bus.ts';

const ERROR = 'org.freedesktop.DBus.Error';

/** A connection whose other side reads everything at once. */
function hostOf(send: (answer: Answer) => void, more: Partial<AnsweringHost> = {}): AnsweringHost {
  return {
    outbox: { queuedBytes: 0, whenDrained: () => Promise.resolve(), isClosed: false },
    send,
    pause: () => assert.fail('paused'),
    machineId: () => undefined,
    encode: encodeMessage,
    ...more,
  };
}

function start(machineId: string | undefined = 'f'.repeat(32)) {
  const log: (ReplyValues | string)[] = [];
  const exported = new ExportedPaths();
  const send = ({ type, errorName, signature, body }: Answer): void => {
    if (type === 'error') log.push(`${errorName}: ${body?.[0]}`);
    else log.push(signature === undefined ? {} : { signature, body });
  };
  const calls = new IncomingCalls(exported, hostOf(send, { machineId: () => machineId }));
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
    hostOf((answer) => sent.push(answer)),
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

// @rule connection/short-error-text
test('incoming: a long path is not sent back whole', async () => {
  const { calls, log } = start();
  calls.receive(call({ path: `/${'x'.repeat(5_000_000)}` }));
  await settle();
  assert.match(
    String(log[0]),
    /UnknownMethod: no method M at \/x{900,1000}… \(cut, of 50000\d\d chars?/,
  );
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
  const calls = new IncomingCalls(exported, hostOf(send));
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

/** A connection whose other side reads nothing until it is told to. */
class UnreadHost implements AnsweringHost {
  readonly sent: Answer[] = [];
  readonly events: string[] = [];
  readonly #bytesEach: number;
  readonly outbox = { queuedBytes: 0, whenDrained: () => this.#drained(), isClosed: false };
  #reads: (() => void)[] = [];

  constructor(bytesEach: number) {
    this.#bytesEach = bytesEach;
  }

  readonly machineId = (): undefined => undefined;
  readonly encode = encodeMessage;

  readonly send = (answer: Answer): void => {
    this.sent.push(answer);
    this.outbox.queuedBytes += this.#bytesEach;
  };

  readonly pause = (): (() => void) => {
    this.events.push('paused');
    return () => this.events.push('resumed');
  };

  read(): void {
    this.outbox.queuedBytes = 0;
    for (const told of this.#reads.splice(0)) told();
  }

  end(): void {
    this.outbox.isClosed = true;
    this.read();
  }

  #drained(): Promise<void> {
    if (this.outbox.queuedBytes === 0) return Promise.resolve();
    return new Promise((resolve) => this.#reads.push(resolve));
  }
}

// @rule connection/unread-answers-bounded
test('incoming: while answers are not read, calls wait for their turn', async () => {
  const host = new UnreadHost(1024 * 1024);
  const calls = new IncomingCalls(new ExportedPaths(), host);
  const serials: number[] = [];
  for (let serial = 1; serial <= 1_000; serial++) {
    serials.push(serial);
    calls.receive(peer('Ping', { serial }));
  }
  await settle();
  // Those that are under way when the first answer turns out not to leave, and no more.
  const first = host.sent.length;
  assert.ok(first >= 1 && first <= 80, `${first} answers`);
  await settle();
  assert.equal(host.sent.length, first);
  while (host.sent.length < serials.length) {
    const before = host.sent.length;
    host.read();
    await settle();
    assert.ok(host.sent.length > before);
    assert.ok(host.sent.length - before <= 20, `${host.sent.length - before} more`);
  }
  assert.deepEqual(
    host.sent.map(({ replySerial }) => replySerial),
    serials,
  );
  assert.deepEqual(host.events, []);
  // Nothing waits any more: the next one is taken up at once.
  host.read();
  calls.receive(peer('Ping', { serial: 2_000 }));
  await settle();
  assert.equal(host.sent.length, 1_001);
});

// @rule connection/unread-answers-bounded
test('incoming: with too much waiting nothing is read, until less waits', async () => {
  const host = new UnreadHost(1024 * 1024);
  const calls = new IncomingCalls(new ExportedPaths(), host);
  const large = new Uint8Array(16 * 1024 * 1024);
  const send = (): void => calls.receive(call({ flags: 0, signature: 'ay', body: [large] }));
  for (let count = 0; count < 2; count++) {
    send();
    await settle();
  }
  // The second found room, as exactly so much may be unsent; all others wait.
  assert.equal(host.sent.length, 2);
  for (let count = 0; count < 7; count++) send();
  assert.deepEqual(host.events, []);
  send();
  assert.deepEqual(host.events, ['paused']);
  send();
  assert.deepEqual(host.events, ['paused']);
  await settle();
  assert.deepEqual(host.events, ['paused']);
  while (host.sent.length < 11) {
    host.read();
    await settle();
  }
  assert.equal(host.sent.length, 11);
  assert.deepEqual(host.events, ['paused', 'resumed']);
});

test('incoming: what waits when the connection ends is not carried out', async () => {
  const host = new UnreadHost(2 * 1024 * 1024);
  const exported = new ExportedPaths();
  let carriedOut = 0;
  exported.export('/x', {
    handleCall: () => {
      carriedOut++;
      return {};
    },
  });
  const calls = new IncomingCalls(exported, host);
  calls.receive(call({}));
  await settle();
  for (let count = 0; count < 3; count++) calls.receive(call({}));
  host.end();
  await settle();
  assert.equal(carriedOut, 1);
});

test('incoming: many calls that take their time are all under way, in their order', async () => {
  const exported = new ExportedPaths();
  const sent: Answer[] = [];
  const started: (number | undefined)[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  exported.export('/x', {
    handleCall: async ({ serial }) => {
      started.push(serial);
      // The last call lets all others go on.
      if (serial === 500) release();
      await released;
      return {};
    },
  });
  const calls = new IncomingCalls(
    exported,
    hostOf((answer) => sent.push(answer)),
  );
  for (let serial = 1; serial <= 500; serial++) calls.receive(call({ serial }));
  await released;
  await settle();
  assert.deepEqual(
    started,
    Array.from({ length: 500 }, (_, index) => index + 1),
  );
  assert.equal(sent.length, 500);
});
