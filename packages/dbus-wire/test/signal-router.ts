import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { rejectsReply, throwsCode } from './support/expect-error.ts';
import { BUS, ScriptedBus, settle } from './support/scripted-bus.ts';

test("routing: a name's owner is asked for before the rule is added", async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const stream = bus.connection.signals({ sender: 'org.example.Name' });
  await stream.ready;
  assert.deepEqual(bus.members(), ['Hello', 'AddMatch', 'GetNameOwner', 'AddMatch']);
  assert.deepEqual(bus.received[3]?.body, ["type='signal',sender='org.example.Name'"]);
});

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
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => bus.connection.signals(rule), /^TypeError: rule: expected a match rule$/);
  }
  await settle();
  assert.deepEqual(bus.members(), ['Hello']);
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
