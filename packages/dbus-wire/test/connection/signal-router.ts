import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { NameOwners } from '../../src/connection/name-owners.ts';
import { SignalRouter } from '../../src/connection/signal-router.ts';
import { rejectsReply, throwsCode } from '../support/expect-error.ts';
import { BUS, ScriptedBus, settle } from '../support/scripted-bus.ts';

test("routing: a name's owner is asked for before the rule is added", async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const stream = bus.connection.signals({ sender: 'org.example.Name' });
  await stream.ready;
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'GetNameOwner', 'AddMatch']);
  assert.deepEqual(bus.received[3]?.body, ["type='signal',sender='org.example.Name'"]);
});

// @rule connection/match-rule-once
test('routing: two streams share a rule, and the last one gives it back', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const streams = [bus.connection.signals({ member: 'S' }), bus.connection.signals("member='S'")];
  await Promise.all(streams.map(({ ready }) => ready));
  for (const stream of streams) {
    stream.close();
    stream.close();
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'RemoveMatch']);
});

test('routing: an invalid rule leaves nothing behind', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  throwsCode(() => bus.connection.signals("member='no such'"), 'match-rule-invalid');
  throwsCode(() => bus.connection.signals({ path: 'x' }), 'match-rule-invalid');
  throwsCode(() => bus.connection.signals({ type: 'error' }), 'match-rule-invalid');
  throwsCode(() => bus.connection.signals("type='method_call'"), 'match-rule-invalid');
  for (const rule of [undefined, null, 5]) {
    const expected = /^TypeError: match rule: expected an object, got /;
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.signals(rule), expected);
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
});

test("routing: an abort gives a stream's rule back; a signal that is none asks for nothing", async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const controller = new AbortController();
  const stream = bus.connection.signals({ member: 'S' }, { signal: controller.signal });
  await stream.ready;
  controller.abort();
  for await (const _ of stream) assert.fail('nothing was sent');
  await settle();
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'RemoveMatch']);
  assert.throws(
    // @ts-expect-error what a caller without a compiler may pass
    () => bus.connection.signals({ member: 'S' }, { signal: {} }),
    /^TypeError: signal: expected an AbortSignal, got an object$/,
  );
  await settle();
  assert.equal(bus.members().length, 3);
});

test('routing: a stream ends when the bus does not tell whose signals count', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.answers = false;
  const stream = bus.connection.signals({ sender: 'org.example.Name' });
  await settle();
  const [, ownerRule, getOwner, rule] = bus.received;
  assert.ok(ownerRule && getOwner && rule);
  bus.replyError(ownerRule, BUS, `${BUS}.Error.LimitsExceeded`);
  bus.reply(rule, BUS);
  await rejectsReply(stream[Symbol.asyncIterator]().next(), `${BUS}.Error.LimitsExceeded`);
  await settle();
  assert.deepEqual(bus.members().slice(4), ['RemoveMatch']);
});

test('routing: a connection that ends is not told about rules any more', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const stream = bus.connection.signals({ member: 'S' });
  await stream.ready;
  bus.transport.hangUp();
  await bus.connection.closed;
  stream.close();
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch']);
});

// @rule connection/match-rule-once
test('routing: equal rules are added once, whenever they come and however they are written', () => {
  const { router, log, answers } = start();
  const first = router.open({ member: 'M', path: '/' }, {});
  const second = router.open("path='/',member='M'", {});
  answers[0]?.();
  const third = router.open({ path: '/', member: 'M', type: 'signal' }, {});
  first.close();
  second.close();
  assert.equal(router.size, 1);
  third.close();
  assert.deepEqual(log, [
    "+type='signal',member='M',path='/'",
    "-type='signal',member='M',path='/'",
  ]);
  assert.equal(router.size, 0);
});

test('routing: a thousand streams leave nothing behind', () => {
  const { router, log } = start();
  for (let count = 0; count < 1_000; count++) router.open({ member: 'M' }, {}).close();
  assert.equal(log.filter((line) => line.startsWith('+')).length, 1_000);
  assert.equal(log.filter((line) => line.startsWith('-')).length, 1_000);
  assert.equal(router.size, 0);
});

test('routing: a refusal reaches every stream of the rule, and it is asked for anew', async () => {
  const { router, log, answers } = start();
  const refused = [router.open({ member: 'M' }, {}), router.open({ member: 'M' }, {})];
  answers[0]?.(new Error('LimitsExceeded'));
  for (const stream of refused) await assert.rejects(stream.ready, /LimitsExceeded/);
  assert.deepEqual([log.length, router.size], [1, 0]);
  const again = router.open({ member: 'M' }, {});
  // Those that were refused take nothing from the one that came after them.
  for (const stream of refused) stream.close();
  answers[1]?.();
  await again.ready;
  assert.equal(log.length, 2);
});

test('routing: what was given back and asked for again does not hear of the first answer', async () => {
  const { router, answers } = start();
  router.open({ member: 'M' }, {}).close();
  const again = router.open({ member: 'M' }, {});
  answers[0]?.(new Error('LimitsExceeded'));
  answers[1]?.();
  await again.ready;
  assert.equal(router.size, 1);
});

test('routing: a limit that is none is refused before anything is written', () => {
  const { router, log } = start();
  assert.throws(() => router.open({ sender: 'a.b' }, { queueLimit: 0 }), RangeError);
  assert.deepEqual([log.length, router.size], [0, 0]);
});

/** A router over a bus that notes what it is told and leaves the answers to the test. */
function start() {
  const log: string[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const bus = {
    addMatch: (text: string, done: (error?: Error) => void): void => {
      log.push(`+${text}`);
      answers.push(done);
    },
    removeMatch: (text: string): void => {
      log.push(`-${text}`);
    },
    getNameOwner: (): void => {},
  };
  const router = new SignalRouter({ bus, owners: new NameOwners(bus), isUsable: () => true });
  return { router, log, answers };
}
