import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { beginningsWipedWhile, SECRET } from '../../../../test-fixtures/src/wiped.ts';
import { Connection } from '../../src/connection/connection.ts';
import type { CallOptions } from '../../src/connection/connection-options.ts';
import type { Dial } from '../../src/transport/dialer.ts';
import { rejectsCode, throwsCode } from '../support/expect-error.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { BUS, ScriptedBus, settle } from '../support/scripted-bus.ts';

const CALL: CallOptions = { destination: ':1.5', path: '/x', interface: 'a.b', member: 'M' };
const SIGNAL = { type: 'signal', path: '/x', interface: 'a.b', member: 'S' } as const;

async function open(settings = {}): Promise<ScriptedBus> {
  const bus = new ScriptedBus(settings);
  await bus.connection.ready;
  return bus;
}

function connectionWith(dial: Dial, settings = {}): { clock: FakeClock; connection: Connection } {
  const clock = new FakeClock();
  const surroundings = { dial, clock, isOnBus: true, machineId: () => undefined };
  return { clock, connection: new Connection(surroundings, settings) };
}

const never: Dial = () => new Promise(() => {});

// @rule connection/hello-first
test('connection: Hello and the first calls leave in one write, in order', async () => {
  const bus = new ScriptedBus();
  const sent = bus.next();
  const reply = bus.connection.call(CALL);
  bus.reply(await sent, ':1.5');
  await reply;
  assert.deepEqual(bus.members(), ['Hello', 'M']);
  assert.equal(bus.transport.writes.length, 1);
  assert.equal(bus.connection.uniqueName, ':1.1');
});

test('connection: without a bus there is no Hello, and nobody to name', async () => {
  const bus = new ScriptedBus({}, { isOnBus: false });
  await bus.connection.ready;
  assert.equal(bus.connection.uniqueName, undefined);
  const sent = bus.next();
  const reply = bus.connection.call({ path: '/x', member: 'M' });
  const call = await sent;
  bus.send({ type: 'method_return', replySerial: call.serial });
  await reply;
  throwsCode(() => bus.connection.watchName('a.b'), 'not-supported');
  const stream = bus.connection.signals({ member: 'S' });
  await stream.ready;
  bus.send(SIGNAL);
  const reader = stream[Symbol.asyncIterator]();
  assert.equal((await reader.next()).done, false);
  assert.deepEqual(bus.members(), ['M']);
});

test('connection: half a message is wiped when the connection ends', async () => {
  const bus = await open();
  const body = [new TextEncoder().encode(`${SECRET}!`)];
  const half = bus.encode({ ...SIGNAL, sender: ':1.5', signature: 'ay', body }).subarray(0, -1);
  bus.transport.receive(half);
  const wiped = await beginningsWipedWhile(async () => {
    bus.transport.hangUp();
    await bus.connection.closed;
  });
  assert.equal(wiped, 1);
});

test('connection: connecting is bounded by a deadline and a signal', async () => {
  const slow = connectionWith(never, { timeoutMs: 50 });
  const call = slow.connection.call(CALL);
  slow.clock.advance(50);
  const error = await rejectsCode(slow.connection.ready, 'deadline');
  assert.equal(await rejectsCode(call, 'deadline'), error);
  await slow.connection.closed;

  const controller = new AbortController();
  const aborted = connectionWith(never, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await rejectsCode(aborted.connection.ready, 'aborted');
  const before = connectionWith(never, { signal: AbortSignal.abort() });
  await rejectsCode(before.connection.ready, 'aborted');
});

test('connection: dialling learns of the end, and does not begin after it', async () => {
  const signals: AbortSignal[] = [];
  const dial: Dial = (_, signal) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const slow = connectionWith(dial, { timeoutMs: 50 });
  slow.clock.advance(50);
  const error = await rejectsCode(slow.connection.ready, 'deadline');
  assert.equal(signals[0]?.reason, error);
  connectionWith(dial, { signal: AbortSignal.abort() });
  assert.equal(signals.length, 1);
});

test('connection: options that make no sense are named', () => {
  for (const [name, value] of [
    ['timeoutMs', -1],
    ['replyTimeoutMs', Number.NaN],
    ['maxPendingCalls', 0],
    ['maxMessageBytes', 15],
    ['signal', {}],
    ['trace', 'stderr'],
  ] as const) {
    const message = new RegExp(`^${name}: expected `);
    assert.throws(() => connectionWith(never, { [name]: value }), { message });
  }
});

test('connection: the signal of connecting does nothing later', async () => {
  const controller = new AbortController();
  const bus = await open({ signal: controller.signal });
  controller.abort();
  bus.clock.advance(60_000);
  await settle();
  assert.equal(bus.connection.endReason, undefined);
  const late = new AbortController();
  const slow = new ScriptedBus({ signal: late.signal });
  slow.answers = false;
  slow.reply(await slow.next(), BUS, 's', [':1.1']);
  // The answer is here, and nobody who waits for it has run yet.
  late.abort();
  await slow.connection.ready;
  assert.equal(slow.connection.endReason, undefined);
});

test('connection: dialling tells why it failed, whatever it throws', async () => {
  const { connection } = connectionWith(() => Promise.reject(new Error('below')));
  const error = await rejectsCode(connection.ready, 'disconnected');
  assert.match(String(error.cause), /below/);
  throwsCode(() => connection.signals({}), 'disconnected');
  throwsCode(() => connection.emit(SIGNAL), 'disconnected');
  await rejectsCode(connection.call(CALL), 'disconnected');
});

// @rule connection/same-cause-for-all
test('connection: its end reaches everything that waits, with one reason', async () => {
  const bus = await open();
  const calls = [bus.connection.call(CALL), bus.connection.call({ ...CALL, destination: 'x.y' })];
  const watch = bus.connection.watchName('a.b');
  const stream = bus.connection.signals({ member: 'S' });
  const reader = stream[Symbol.asyncIterator]();
  await settle();
  bus.transport.hangUp(new Error('ECONNRESET'));
  const [first] = await Promise.all(calls.map((call) => rejectsCode(call, 'disconnected')));
  assert.equal(await rejectsCode(calls[1] ?? assert.fail(), 'disconnected'), first);
  assert.equal(await rejectsCode(reader.next(), 'disconnected'), first);
  await rejectsCode(watch.call(CALL), 'closed');
  await bus.connection.closed;
  assert.equal(bus.connection.endReason, first);
  assert.equal(bus.clock.waiting, 0);
});

test('connection: an end before the answer to Hello is a failure of its own', async () => {
  const bus = new ScriptedBus();
  bus.answers = false;
  await bus.next();
  bus.transport.hangUp();
  await rejectsCode(bus.connection.ready, 'hello-failed');
});

// @rule connection/parser-error-closes
test('connection: bytes that are not D-Bus end it, after what came before them', async () => {
  const bus = await open();
  const sent = [bus.next(), bus.next()];
  const good = bus.connection.call(CALL);
  const bad = bus.connection.call(CALL);
  const [first] = await Promise.all(sent);
  assert.ok(first);
  const reply = bus.encode({ type: 'method_return', replySerial: first.serial, sender: ':1.5' });
  const nonsense = new Uint8Array(reply.length + 32).fill(0x58);
  nonsense.set(reply);
  bus.transport.receive(nonsense);
  await good;
  const error = await rejectsCode(bad, 'protocol');
  assert.ok(error.cause instanceof Error && error.cause.name === 'WireError');
  assert.equal(bus.transport.isDestroyed, true);
  bus.transport.receive(reply);
  await rejectsCode(bus.connection.call(CALL), 'protocol');
});

// @rule connection/unknown-type-ignored
test('connection: message types of the future are ignored', async () => {
  const bus = await open();
  bus.send({ type: 'unknown', typeCode: 9 });
  const sent = bus.next();
  const reply = bus.connection.call(CALL);
  bus.reply(await sent, ':1.5');
  await reply;
});

test('connection: calls from others are answered', async () => {
  const bus = await open();
  const call = {
    type: 'method_call',
    sender: ':1.9',
    path: '/x',
    interface: 'a.b',
    member: 'M',
  } as const;
  const refused = bus.next();
  bus.send(call);
  const error = await refused;
  assert.equal(error.errorName, 'org.freedesktop.DBus.Error.UnknownMethod');
  assert.equal(error.destination, ':1.9');
  const asked = bus.next();
  bus.send({ ...call, interface: 'org.freedesktop.DBus.Peer', member: 'GetMachineId' });
  assert.deepEqual((await asked).body, ['0'.repeat(32)]);
  bus.connection.export('/x', { handleCall: () => ({ signature: 's', body: ['yes'] }) });
  assert.deepEqual([...bus.connection.exportedPaths()], ['/x']);
  const answered = bus.next();
  bus.send(call);
  assert.deepEqual((await answered).body, ['yes']);
});

test('connection: an answer that comes after the end is not sent', async () => {
  const bus = await open();
  let answer = (): void => {};
  const taken = new Promise<void>((resolve) =>
    bus.connection.export('/x', {
      handleCall: () => {
        resolve();
        return new Promise((answered) => {
          answer = () => answered({});
        });
      },
    }),
  );
  bus.send({ type: 'method_call', sender: ':1.9', path: '/x', member: 'M' });
  await taken;
  bus.transport.hangUp();
  const before = bus.transport.writes.length;
  answer();
  await settle();
  assert.deepEqual([bus.transport.writes.length, bus.connection.queuedBytes], [before, 0]);
});

test('connection: nothing is written behind the last word, which the system may still hold', async () => {
  const bus = await open();
  bus.connection.export('/x', { handleCall: () => ({}) });
  const call = { type: 'method_call', sender: ':1.9', path: '/x', member: 'M' } as const;
  const answered = bus.next();
  bus.send(call);
  await answered;
  // The other side reads slowly: the end of the stream is not there yet.
  bus.transport.end = () => {
    bus.transport.isEnded = true;
  };
  const closed = bus.connection.close();
  const before = bus.transport.writes.length;
  bus.send(call);
  await settle();
  assert.deepEqual([bus.transport.isEnded, bus.transport.writes.length], [true, before]);
  bus.transport.hangUp();
  await closed;
  assert.equal(bus.connection.endReason?.code, 'closed');
});

test('connection: an end in the middle of a chunk is the end of the chunk', async () => {
  const bus = new ScriptedBus();
  bus.answers = false;
  const call = { type: 'method_call', sender: ':1.9', path: '/x', member: 'M' } as const;
  let calls = 0;
  bus.connection.export('/x', {
    handleCall: () => {
      calls += 1;
      return {};
    },
  });
  const { serial: replySerial } = await bus.next();
  const answered = bus.next();
  bus.send(call);
  await answered;
  const error = {
    type: 'error',
    sender: BUS,
    errorName: `${BUS}.Error.Failed`,
    replySerial,
  } as const;
  bus.transport.receive(Uint8Array.of(...bus.encode(error), ...bus.encode(call)));
  await rejectsCode(bus.connection.ready, 'hello-failed');
  await settle();
  assert.equal(calls, 1);
});

test('connection: signals go out, as broadcasts or to one receiver', async () => {
  const bus = await open();
  const sent = bus.next();
  bus.connection.emit({ ...SIGNAL, signature: 's', body: ['x'], destination: ':1.9' });
  const signal = await sent;
  assert.deepEqual([signal.type, signal.member, signal.destination], ['signal', 'S', ':1.9']);
  // As the reference implementation sends them: nobody answers a signal.
  assert.equal(signal.flags, 1);
});

// @rule connection/signal-from-owner
test('connection: signals of a name come from its owner alone', async () => {
  const bus = await open();
  bus.owners.set('org.example.Name', ':1.7');
  const stream = bus.connection.signals({ sender: 'org.example.Name', member: 'S' });
  await stream.ready;
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'GetNameOwner', 'AddMatch']);
  bus.send({ ...SIGNAL, sender: ':1.8', destination: ':1.1' });
  bus.send({ ...SIGNAL, sender: ':1.7', signature: 'u', body: [1] });
  bus.ownerChanged('org.example.Name', ':1.8');
  bus.send({ ...SIGNAL, sender: ':1.7', signature: 'u', body: [2] });
  bus.send({ ...SIGNAL, sender: ':1.8', signature: 'u', body: [3] });
  const seen: unknown[] = [];
  for await (const { body } of stream) {
    seen.push(...body);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, [1, 3]);
  await settle();
  assert.equal(bus.members().at(-1), 'RemoveMatch');
});

test('connection: signals by unique name, by the bus, by rule text, and by nobody in particular', async () => {
  const bus = await open();
  const streams = [
    bus.connection.signals({ sender: ':1.7' }),
    bus.connection.signals({ sender: BUS }),
    bus.connection.signals("member='S'"),
  ];
  await Promise.all(streams.map(({ ready }) => ready));
  bus.send({ ...SIGNAL, sender: ':1.7' });
  bus.send({ ...SIGNAL, sender: BUS, member: 'T' });
  bus.send({ ...SIGNAL, sender: ':1.6' });
  for (const stream of streams) stream.close();
  const counts: number[] = [];
  for (const stream of streams) {
    let count = 0;
    for await (const _ of stream) count++;
    counts.push(count);
  }
  assert.deepEqual(counts, [1, 1, 2]);
});

test('connection: a refused match rule ends its stream', async () => {
  const bus = await open();
  bus.answers = false;
  const sent = bus.next();
  const stream = bus.connection.signals({ member: 'S' });
  bus.replyError(await sent, BUS, `${BUS}.Error.LimitsExceeded`, 'too many');
  await assert.rejects(stream.ready, /LimitsExceeded/);
  await assert.rejects(stream[Symbol.asyncIterator]().next(), /LimitsExceeded/);
  throwsCode(() => bus.connection.signals({ path: 'x' }), 'match-rule-invalid');
});

test('connection: replies never wait behind signals nobody reads', async () => {
  const bus = await open();
  const stream = bus.connection.signals({ member: 'S' }, { queueLimit: 4 });
  await stream.ready;
  const sent = bus.next();
  const reply = bus.connection.call(CALL);
  const call = await sent;
  for (let count = 0; count < 1_000; count++) bus.send({ ...SIGNAL, sender: ':1.7' });
  bus.reply(call, ':1.5');
  await reply;
  assert.equal(stream.dropped, 996);
});

test('connection: closing takes no more, waits for replies, then ends', async () => {
  const bus = await open();
  const sent = bus.next();
  const reply = bus.connection.call(CALL);
  const call = await sent;
  const stream = bus.connection.signals({ member: 'S' });
  const closed = bus.connection.close();
  await rejectsCode(bus.connection.call(CALL), 'closed');
  await settle();
  assert.equal(bus.transport.isEnded, false);
  bus.reply(call, ':1.5');
  // The AddMatch was answered by the script when it left.
  await settle();
  await reply;
  await closed;
  assert.equal(bus.transport.isEnded, true);
  assert.equal(bus.connection.endReason?.code, 'closed');
  assert.equal((await stream[Symbol.asyncIterator]().next()).done, true);
  await bus.connection.close();
});

test('connection: closing ends readers at once and waits two seconds at most', async () => {
  const bus = await open();
  const reply = bus.connection.call(CALL);
  const reading = bus.connection.signals({ member: 'S' })[Symbol.asyncIterator]().next();
  const watching = bus.connection.watchName('a.b')[Symbol.asyncIterator]().next();
  await settle();
  let over = 0;
  const closing = [bus.connection.close(), bus.connection.close()];
  for (const closed of closing) void closed.then(() => over++);
  assert.deepEqual([(await reading).done, (await watching).done], [true, true]);
  throwsCode(() => bus.connection.watchName('a.b'), 'closed');
  bus.clock.advance(1_999);
  await settle();
  assert.equal(over, 0);
  bus.clock.advance(1);
  await Promise.all(closing);
  await rejectsCode(reply, 'closed');
  await bus.connection.close();
  assert.equal(bus.clock.waiting, 0);
  await rejectsCode(bus.connection.call(CALL), 'closed');
});

test('connection: closing while connecting, and await using', async () => {
  const { connection } = connectionWith(never);
  await connection.close();
  await rejectsCode(connection.ready, 'closed');
  const bus = await open();
  {
    await using used = bus.connection;
    void used.call({ ...CALL, noReply: true });
  }
  assert.equal(bus.transport.isEnded, true);
  assert.deepEqual(bus.members(), ['Hello', 'M']);
});

test('connection: keeps the process alive as asked', async () => {
  const bus = await open();
  assert.equal(bus.transport.refs.at(-1), 'ref');
  bus.connection.unref();
  assert.equal(bus.transport.refs.at(-1), 'unref');
  const sent = bus.next();
  const reply = bus.connection.call(CALL);
  assert.equal(bus.transport.refs.at(-1), 'ref');
  bus.reply(await sent, ':1.5');
  await reply;
  assert.equal(bus.transport.refs.at(-1), 'unref');
  bus.connection.ref();
  assert.equal(bus.transport.refs.at(-1), 'ref');
});

test('connection: let go before it is ready, it is let go once it is', async () => {
  const bus = new ScriptedBus();
  bus.connection.unref();
  await bus.connection.ready;
  await settle();
  assert.equal(bus.transport.refs.at(-1), 'unref');

  const slow = new ScriptedBus();
  slow.answers = false;
  const sent = slow.next();
  slow.connection.unref();
  const hello = await sent;
  await settle();
  assert.equal(slow.transport.refs.at(-1), 'ref');
  slow.reply(hello, BUS, 's', [':1.1']);
  await slow.connection.ready;
  assert.equal(slow.transport.refs.at(-1), 'unref');
});

test('connection: back-pressure can be seen and waited for', async () => {
  const bus = await open();
  await bus.connection.drained();
  bus.transport.takesMore = false;
  bus.transport.queuedBytes = 12;
  bus.connection.emit(SIGNAL);
  await settle();
  assert.equal(bus.connection.queuedBytes, 12);
  let isDrained = false;
  const drained = bus.connection.drained().then(() => {
    isDrained = true;
  });
  await settle();
  assert.equal(isDrained, false);
  bus.transport.drain();
  await drained;
});

// @rule connection/unread-answers-bounded
test('connection: who calls on and on and reads nothing is not read, then cut off', async () => {
  const bus = new ScriptedBus({}, { isOnBus: false });
  const { clock, connection, transport } = bus;
  await connection.ready;
  const large = { signature: 'ay', body: [new Uint8Array(32 * 1024 * 1024)] } as const;
  const flood = (): void => {
    bus.send({ type: 'method_call', path: '/x', member: 'M', ...large });
  };
  // The code that answers is loaded with the first call.
  bus.send({ type: 'method_call', path: '/x', member: 'M' });
  await bus.next();
  transport.takesMore = false;
  transport.queuedBytes = 2 * 1024 * 1024;
  const written = transport.writes.length;
  void connection.call({ path: '/x', interface: 'a.b', member: 'Mine', noReply: true });
  await bus.next();
  for (let count = 0; count < 4; count++) flood();
  await settle();
  assert.deepEqual(transport.reading, ['pause']);
  // Our own call is written, their answers are not.
  assert.equal(transport.writes.length, written + 1);
  transport.queuedBytes = 0;
  transport.takesMore = true;
  transport.drain();
  await settle();
  assert.deepEqual(transport.reading, ['pause', 'resume']);
  assert.equal(transport.writes.length, written + 5);
  // What was read in time has called the end off.
  clock.advance(60_000);
  assert.equal(connection.endReason, undefined);

  transport.takesMore = false;
  transport.queuedBytes = 2 * 1024 * 1024;
  void connection.call({ path: '/x', interface: 'a.b', member: 'Mine', noReply: true });
  for (let count = 0; count < 4; count++) flood();
  await settle();
  assert.deepEqual(transport.reading, ['pause', 'resume', 'pause']);
  clock.advance(29_999);
  assert.equal(connection.endReason, undefined);
  clock.advance(1);
  await connection.closed;
  assert.equal(bus.connection.endReason?.code, 'disconnected');
  assert.match(bus.connection.endReason?.message ?? '', /expected our answers to be read/);
});

test('connection: the trace has a line for each message and no body', async () => {
  const lines: string[] = [];
  const bus = await open({ trace: (line: string) => lines.push(line) });
  const sent = bus.next();
  const reply = bus.connection.call({ ...CALL, signature: 's', body: ['s3cret'] });
  bus.reply(await sent, ':1.5', 's', ['s3cret']);
  await reply;
  assert.equal(lines.length, 4);
  assert.match(lines[2] ?? '', /> method_call #2 to :1\.5 \/x a\.b\.M \(s\)$/);
  assert.match(lines[3] ?? '', /< method_return #2 re #2 from :1\.5 \(s\)$/);
  assert.ok(!lines.join('').includes('s3cret'));
});

test('connection: a trace that throws ends the connection, not the process', async () => {
  for (const direction of [' < ', ' > ']) {
    const full = new Error('full');
    let isArmed = false;
    const bus = await open({
      trace: (line: string) => {
        if (isArmed && line.includes(direction)) throw full;
      },
    });
    const waiting = bus.connection.call(CALL);
    await settle();
    isArmed = true;
    if (direction === ' < ') bus.send({ ...SIGNAL, sender: ':1.7' });
    else bus.connection.emit(SIGNAL);
    const error = await rejectsCode(waiting, 'trace-failed');
    assert.equal(error.cause, full);
    await bus.connection.closed;
    assert.equal(bus.connection.endReason, error);
    assert.equal(bus.clock.waiting, 0);
  }
});

test('connection: a call whose trace throws fails with it, and leaves nothing behind', async () => {
  // Whichever line it is: of the call, or of what is asked about its name before.
  for (const member of ['a.b.M', 'AddMatch', 'GetNameOwner']) {
    const bus = await open({
      trace: (line: string) => {
        if (line.includes(member)) throw new Error('full');
      },
    });
    bus.answers = false;
    const timeoutMs = Number.POSITIVE_INFINITY;
    const call = bus.connection.call({ ...CALL, destination: 'x.y', timeoutMs });
    await rejectsCode(call, 'trace-failed');
    await settle();
    assert.equal(bus.connection.pendingCalls, 0);
    assert.equal(bus.connection.queuedBytes, 0);
    assert.equal(bus.clock.waiting, 0);
  }
});

test('connection: with a trace that throws from the start there is none', async () => {
  const bus = new ScriptedBus({
    trace: () => {
      throw new Error('full');
    },
  });
  await rejectsCode(bus.connection.ready, 'trace-failed');
  await settle();
  assert.equal(bus.transport.isDestroyed, true);
  assert.deepEqual(bus.members(), []);
});

test('connection: whatever happens, no rejection is left unhandled', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', listener);
  try {
    const bus = await open();
    void bus.connection.call(CALL);
    void bus.connection.call({ ...CALL, path: 'x' });
    void bus.connection.requestName('a.b');
    const watch = bus.connection.watchName('c.d');
    void watch.call(CALL);
    bus.connection.signals({ sender: 'e.f' });
    bus.transport.hangUp(new Error('gone'));
    connectionWith(() => Promise.reject(new Error('below')));
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off('unhandledRejection', listener);
  }
});

test('connection: a name that cannot be owned is not watched', async () => {
  const bus = await open();
  for (const name of ['', 'x', 'a..b', `a.${'b'.repeat(254)}`]) {
    assert.throws(() => bus.connection.watchName(name), /^TypeError: name: expected a bus name/);
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
});

// @rule connection/option-names
test('connection: an option that there is not is refused, and nothing is sent', async () => {
  const bus = await open();
  const handler = { handleCall: () => undefined };
  // @ts-expect-error what a caller without a compiler may pass
  const signals = () => bus.connection.signals({ member: 'M' }, { queueLimits: 1 });
  assert.throws(signals, /^TypeError: options: expected queueLimit, signal, got "queueLimits"$/);
  // @ts-expect-error what a caller without a compiler may pass
  const exporting = () => bus.connection.export('/x', handler, { subTree: true });
  assert.throws(exporting, /^TypeError: options: expected subtree, got "subTree"$/);
  // @ts-expect-error what a caller without a compiler may pass
  const requesting = bus.connection.requestName('a.b', { replace: true });
  await assert.rejects(
    requesting,
    /^TypeError: options: expected .*replaceExisting.*got "replace"$/,
  );
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
  assert.deepEqual([...bus.connection.exportedPaths()], []);
});

test('connection: what are no options is told, and sends nothing', async () => {
  const bus = await open();
  const expected = /^TypeError: \w+: expected/;
  for (const wrong of [null, 5, 'x'] as unknown[]) {
    // @ts-expect-error what a caller without a compiler may pass
    await assert.rejects(bus.connection.call(wrong), expected);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.emit(wrong), expected);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.signals({ member: 'M' }, wrong), expected);
    // @ts-expect-error what a caller without a compiler may pass
    await assert.rejects(bus.connection.requestName('a.b', wrong), expected);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.proxy(wrong), expected);
    const handler = { handleCall: () => undefined };
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.export('/x', handler, wrong), expected);
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
});
