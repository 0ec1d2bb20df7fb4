import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Message } from '../../src/codec/message.ts';
import { Caller, type CallerHost } from '../../src/connection/caller.ts';
import type { CallOptions } from '../../src/connection/connection-options.ts';
import { Deadlines, type Expiring } from '../../src/connection/deadlines.ts';
import { isDBusErrorReply } from '../../src/connection-error.ts';
import { Variant } from '../../src/variant.ts';
import { rejectsCode, rejectsReply } from '../support/expect-error.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { BUS, ScriptedBus, settle } from '../support/scripted-bus.ts';

const TO_UNIQUE: CallOptions = { destination: ':1.5', path: '/x', interface: 'a.b', member: 'M' };
const TO_NAME: CallOptions = { ...TO_UNIQUE, destination: 'org.example.Name' };

const WITHOUT_BUS: CallerHost = {
  isOnBus: false,
  replyTimeoutMs: 1000,
  maxPendingCalls: 1,
  deadlines: new Deadlines(new FakeClock()),
  encode: encodeMessage,
  push: () => {},
  track: () => assert.fail('no names without a bus'),
  busyChanged: () => {},
};

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** A reply to the message with a serial. */
function replyTo({ serial, type }: { serial: number; type: 'method_return' }): Message {
  return decodeMessage(encodeMessage({ type, serial: 1, replySerial: serial }));
}

async function open(settings = {}): Promise<ScriptedBus> {
  const bus = new ScriptedBus(settings);
  await bus.connection.ready;
  return bus;
}

test('calls: flags and fields as asked for', async () => {
  const bus = await open();
  const noReply: CallOptions & { noReply: true } = { ...TO_UNIQUE, noReply: true };
  assert.equal(await bus.connection.call(noReply), undefined);
  const sent = bus.next();
  void bus.connection.call({ ...TO_UNIQUE, noAutoStart: true, interactive: true });
  await sent;
  const [first, second] = bus.received.slice(1);
  assert.equal(first?.flags, 1);
  assert.equal(second?.flags, 6);
  assert.equal(second?.destination, ':1.5');
  assert.equal(second?.interface, 'a.b');
  assert.equal(bus.connection.pendingCalls, 1);
});

test('calls: a forged reply is dropped and counted, the call goes on waiting', async () => {
  const bus = await open();
  const sent = bus.next();
  const reply = bus.connection.call({ ...TO_UNIQUE, signature: 's', body: ['x'] });
  const call = await sent;
  bus.reply(call, ':1.6', 's', ['forged']);
  bus.replyError(call, ':1.6', 'a.b.Forged');
  bus.reply(call, ':1.5', 's', ['true']);
  bus.reply(call, ':1.5', 's', ['late']);
  assert.deepEqual((await reply).body, ['true']);
  assert.equal(bus.connection.ignoredReplies, 3);
});

// @rule connection/owner-before-call
test('calls: the owner of a name is asked for before the first call to it, once', async () => {
  const bus = await open();
  bus.owners.set('org.example.Name', ':1.7');
  const first = bus.next();
  const reply = bus.connection.call(TO_NAME);
  bus.reply(await first, ':1.6', 's', ['forged']);
  bus.reply(await first, ':1.7', 's', ['true']);
  assert.deepEqual((await reply).body, ['true']);
  const second = bus.next();
  const another = bus.connection.call(TO_NAME);
  bus.reply(await second, ':1.7');
  await another;
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'GetNameOwner', 'M', 'M']);
});

test('calls: a service that the call itself starts may answer', async () => {
  const bus = await open();
  const sent = bus.next();
  const reply = bus.connection.call(TO_NAME);
  const call = await sent;
  bus.reply(call, ':1.8', 's', ['too early']);
  bus.ownerChanged('org.example.Name', ':1.8', ':1.8');
  bus.reply(call, ':1.8', 's', ['still nobody']);
  bus.ownerChanged('org.example.Name', ':1.8');
  bus.reply(call, ':1.8', 's', ['true']);
  assert.deepEqual((await reply).body, ['true']);
  assert.equal(bus.connection.ignoredReplies, 2);
});

// @rule connection/error-text
test('calls: error replies carry name, text and sender', async () => {
  const bus = await open();
  for (const { signature, body, message } of [
    { signature: 's', body: ['no'], message: 'a.b.No: no' },
    { signature: 'su', body: ['no', 1], message: 'a.b.No: no' },
    { signature: 'us', body: [1, 'no'], message: 'a.b.No' },
    { signature: 'o', body: ['/no'], message: 'a.b.No' },
    { signature: '', body: [], message: 'a.b.No' },
  ]) {
    const sent = bus.next();
    const reply = bus.connection.call(TO_UNIQUE);
    const { serial: replySerial } = await sent;
    bus.send({ type: 'error', errorName: 'a.b.No', replySerial, sender: ':1.5', signature, body });
    const error = await rejectsReply(reply, 'a.b.No');
    assert.equal(error.message, message);
    assert.ok(isDBusErrorReply(error));
    assert.equal(error.sender, ':1.5');
    assert.deepEqual(error.body, body);
  }
  const sent = bus.next();
  const reply = bus.connection.call(TO_UNIQUE);
  bus.replyError(await sent, BUS, 'org.freedesktop.DBus.Error.NoReply');
  await rejectsReply(reply, 'org.freedesktop.DBus.Error.NoReply');
});

test('calls: deadlines, the default ones too', async () => {
  const bus = await open({ replyTimeoutMs: 100 });
  const short = bus.connection.call({ ...TO_UNIQUE, timeoutMs: 10 });
  const usual = bus.connection.call(TO_UNIQUE);
  const asking = bus.connection.call({ ...TO_UNIQUE, interactive: true });
  const endless = bus.connection.call({ ...TO_UNIQUE, timeoutMs: Number.POSITIVE_INFINITY });
  bus.clock.advance(10);
  await rejectsCode(short, 'deadline');
  assert.equal(bus.connection.pendingCalls, 3);
  bus.clock.advance(89);
  assert.equal(bus.connection.pendingCalls, 3);
  bus.clock.advance(1);
  await rejectsCode(usual, 'deadline');
  bus.clock.advance(300_000 - 101);
  assert.equal(bus.connection.pendingCalls, 2);
  bus.clock.advance(1);
  await rejectsCode(asking, 'deadline');
  assert.equal(bus.connection.pendingCalls, 1);
  assert.equal(bus.clock.waiting, 0);
  void endless;
});

test('calls: aborted before and while they wait', async () => {
  const bus = await open();
  const reason = new Error('enough');
  const sentBefore = bus.received.length;
  const before = bus.connection.call({ ...TO_UNIQUE, signal: AbortSignal.abort(reason) });
  assert.equal((await rejectsCode(before, 'aborted')).cause, reason);
  assert.equal(bus.received.length, sentBefore);
  const controller = new AbortController();
  const sent = bus.next();
  const waiting = bus.connection.call({ ...TO_UNIQUE, signal: controller.signal });
  const call = await sent;
  controller.abort(reason);
  assert.equal((await rejectsCode(waiting, 'aborted')).cause, reason);
  bus.reply(call, ':1.5');
  assert.equal(bus.connection.ignoredReplies, 1);
});

// @rule connection/unclaimed-reply-wiped
test('calls: the bytes of a reply that nobody waits for any more are wiped, however deep they lie', async () => {
  const bus = await open();
  const controller = new AbortController();
  const sent = bus.next();
  const waiting = bus.connection.call({ ...TO_UNIQUE, signal: controller.signal });
  const call = await sent;
  controller.abort();
  await rejectsCode(waiting, 'aborted');
  const secret = new TextEncoder().encode(SECRET);
  const late: readonly (readonly [signature: string, value: unknown])[] = [
    ['ay', secret],
    ['v', new Variant('ay', secret)],
    ['a{o(oayays)}', new Map([['/i', ['/s', new Uint8Array(0), secret, 'text/plain']]])],
  ];
  for (const [signature, value] of late) {
    const wiped = await wipedWhile(() => bus.reply(call, ':1.5', signature, [value]));
    assert.equal(wiped.arrays, 1, signature);
  }
});

// @rule connection/pending-limit
test('calls: more than the limit wait unsent, in order, and are not sent once they failed', async () => {
  const bus = await open({ maxPendingCalls: 2 });
  const calls = ['A', 'B', 'C', 'D', 'E'].map((member) =>
    bus.connection.call({ ...TO_UNIQUE, member, timeoutMs: member === 'C' ? 5 : 1_000 }),
  );
  await settle();
  assert.deepEqual(bus.members(), ['Hello', 'A', 'B']);
  // Calls to the bus itself are answered at once: they do not count.
  void bus.connection.watchName('org.example.Name');
  await settle();
  assert.deepEqual(bus.members().slice(3), ['AddMatch', 'GetNameOwner']);
  bus.clock.advance(5);
  await rejectsCode(calls[2] ?? assert.fail(), 'deadline');
  const [, first] = bus.received;
  assert.ok(first);
  bus.reply(first, ':1.5');
  await settle();
  assert.deepEqual(bus.members().slice(5), ['D']);
  bus.clock.advance(1_000);
  await settle();
  assert.deepEqual(bus.members().slice(5), ['D']);
});

test('calls: each one that was held back is sent once, unless it was given up', async () => {
  const bus = await open({ maxPendingCalls: 1 });
  const { signal, abort } = abortable();
  const members = ['A', 'B', 'C', 'D'];
  const calls = members.map((member) =>
    bus.connection.call({ ...TO_UNIQUE, member, ...(member === 'B' ? { signal } : {}) }),
  );
  await settle();
  abort();
  for (const member of ['A', 'C', 'D']) {
    const call = bus.received.at(-1);
    assert.equal(call?.member, member);
    if (call) bus.reply(call, ':1.5');
    await settle();
  }
  assert.deepEqual(bus.members(), ['Hello', 'A', 'C', 'D']);
  const outcomes = await Promise.allSettled(calls);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
});

test('calls: one that is over leaves nothing at its signal and no deadline', async () => {
  const watched = new Set<Expiring>();
  class Watched extends Deadlines {
    override add(entry: Expiring): () => void {
      watched.add(entry);
      const remove = super.add(entry);
      return () => {
        watched.delete(entry);
        remove();
      };
    }
  }
  const { signal } = abortable();
  const listening: string[] = [];
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listening.push(args[0]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listening.splice(listening.indexOf(args[0]), 1);
    removeEventListener.apply(signal, args);
  };
  const caller = new Caller({
    ...WITHOUT_BUS,
    deadlines: new Watched(new FakeClock()),
    push: (_, { serial }) =>
      queueMicrotask(() => caller.receive(replyTo({ serial, type: 'method_return' }))),
  });
  await new Promise((resolve, reject) => {
    caller.begin({ ...TO_UNIQUE, signal }, resolve, reject);
    assert.deepEqual([watched.size, listening], [1, ['abort']]);
  });
  assert.deepEqual([watched.size, listening], [0, []]);
});

test('calls: what cannot be sent is refused, and leaves nothing behind', async () => {
  const bus = await open();
  await assert.rejects(bus.connection.call({ path: '/x', member: 'M' }), TypeError);
  await assert.rejects(bus.connection.call({ ...TO_UNIQUE, timeoutMs: -1 }), {
    name: 'RangeError',
    message: 'timeoutMs: expected 0 or more, got -1',
  });
  await assert.rejects(bus.connection.call({ ...TO_UNIQUE, timeoutMs: Number.NaN }), RangeError);
  await assert.rejects(bus.connection.call({ ...TO_UNIQUE, path: 'x' }));
  // @ts-expect-error: the compiler refuses it too.
  await assert.rejects(bus.connection.call({ ...TO_UNIQUE, signature: 's', body: [1] }));
  await assert.rejects(bus.connection.call({ ...TO_UNIQUE, signature: 's', body: ['\ud800'] }));
  for (const destination of ['no name', '', 'a\0.b', '\ud800.b', 'a'.repeat(2000)]) {
    const call = bus.connection.call({ ...TO_UNIQUE, destination });
    await assert.rejects(call, { name: 'WireError', code: 'destination-invalid' });
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
  assert.equal(bus.connection.pendingCalls, 0);
  assert.throws(() => new ScriptedBus({ replyTimeoutMs: -1 }), RangeError);
  assert.throws(() => new ScriptedBus({ maxPendingCalls: 0 }), RangeError);
});

test('calls: a thousand in a row set one timer', async () => {
  const bus = await open();
  const before = bus.clock.scheduled;
  for (let count = 0; count < 1_000; count++) {
    const sent = bus.next();
    const reply = bus.connection.call(TO_UNIQUE);
    bus.reply(await sent, ':1.5');
    await reply;
  }
  assert.ok(bus.clock.scheduled - before <= 1, `${bus.clock.scheduled - before} timers`);
});

test('calls: many at once share one listener of their signal', async () => {
  const bus = await open();
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const { addEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  const calls = Array.from({ length: 50 }, () => bus.connection.call({ ...TO_UNIQUE, signal }));
  await settle();
  controller.abort();
  for (const call of calls) await rejectsCode(call, 'aborted');
  assert.equal(listeners, 1);
});

test('calls: one that was held back is wiped when it fails', async () => {
  const frames: Uint8Array[] = [];
  const pushed: Uint8Array[] = [];
  const caller = new Caller({
    ...WITHOUT_BUS,
    encode: () => {
      const frame = Uint8Array.of(1, 2, 3);
      frames.push(frame);
      return frame;
    },
    push: (frame) => pushed.push(frame),
  });
  const errors: Error[] = [];
  const begin = (options: CallOptions): void =>
    caller.begin(
      options,
      () => assert.fail('nobody answers'),
      (error) => errors.push(error),
    );
  const controller = new AbortController();
  begin(TO_UNIQUE);
  begin({ ...TO_UNIQUE, signal: controller.signal });
  begin(TO_UNIQUE);
  controller.abort();
  assert.deepEqual(frames[1], Uint8Array.of(0, 0, 0));
  assert.deepEqual(frames[2], Uint8Array.of(1, 2, 3));
  caller.failAll(new Error('over'));
  assert.deepEqual(frames[2], Uint8Array.of(0, 0, 0));
  assert.equal(errors.length, 3);
  // The end of the first does not let the held one out.
  assert.deepEqual(pushed, [frames[0]]);
});

test('calls: one that cannot begin leaves nothing behind that its owner could still end', async () => {
  const bus = await open();
  const sent = bus.next();
  const before = bus.connection.call(TO_NAME);
  bus.ownerChanged('org.example.Name', ':1.7');
  bus.reply(await sent, ':1.7');
  await before;
  for (const signal of [{}, 0, '', false]) {
    const options: object = { signal };
    const call = bus.connection.call({ ...TO_NAME, ...options });
    await assert.rejects(call, /^TypeError: signal: expected/);
  }
  bus.ownerChanged('org.example.Name', ':1.8');
  await settle();
  assert.equal(bus.connection.endReason, undefined);
  assert.equal(bus.connection.pendingCalls, 0);
});

test('calls: through a watch, the wait for the owner counts, and can be given up', async () => {
  const bus = await open();
  bus.answers = false;
  const watch = bus.connection.watchName('org.example.Silent');
  const controller = new AbortController();
  const call = { path: '/x', interface: 'a.b', member: 'M' };
  const late = watch.call({ ...call, timeoutMs: 100 });
  const given = watch.call({ ...call, signal: controller.signal });
  controller.abort();
  await rejectsCode(given, 'aborted');
  await rejectsCode(watch.call({ ...call, signal: controller.signal }), 'aborted');
  await assert.rejects(watch.call({ ...call, timeoutMs: -1 }), RangeError);
  bus.clock.advance(60);
  const sent = bus.next();
  const answered = watch.call({ ...call, timeoutMs: 100 });
  bus.clock.advance(50);
  await rejectsCode(late, 'deadline');
  const ask = bus.received.find(({ member }) => member === 'GetNameOwner');
  assert.ok(ask);
  bus.reply(ask, BUS, 's', [':1.7']);
  assert.equal((await sent).destination, ':1.7');
  // Half of its time has passed with waiting.
  bus.clock.advance(50);
  await rejectsCode(answered, 'deadline');
  assert.equal(bus.connection.pendingCalls, 1, 'AddMatch alone');
});
