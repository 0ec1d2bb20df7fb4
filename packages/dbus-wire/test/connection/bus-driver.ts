import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { rejectsCode, rejectsReply } from '../support/expect-error.ts';
import { BUS, ScriptedBus, settle } from '../support/scripted-bus.ts';

const NAME = 'org.example.Name';

// @rule connection/request-name
test('names: asked for, with flags, and the answers', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  for (const { options, flags, code, result } of [
    { options: {}, flags: 4, code: 1, result: 'primary-owner' },
    { options: { queue: true }, flags: 0, code: 2, result: 'in-queue' },
    { options: { allowReplacement: true }, flags: 5, code: 1, result: 'primary-owner' },
    { options: { replaceExisting: true }, flags: 6, code: 1, result: 'primary-owner' },
    {
      options: { allowReplacement: true, replaceExisting: true },
      flags: 7,
      code: 4,
      result: 'already-owner',
    },
  ]) {
    const sent = bus.next();
    const answer = bus.connection.requestName(NAME, options);
    const call = await sent;
    assert.deepEqual(call.body, [NAME, flags]);
    bus.reply(call, BUS, 'u', [code]);
    assert.equal(await answer, result);
  }
});

test('names: one that is taken is an error, unless waiting was wanted', async () => {
  const bus = new ScriptedBus();
  const sent = bus.next();
  const answer = bus.connection.requestName(NAME);
  bus.reply(await sent, BUS, 'u', [3]);
  await rejectsCode(answer, 'name-not-acquired');
});

test('names: an abort signal ends the waiting for the answer', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  const controller = new AbortController();
  const sent = bus.next();
  const answer = bus.connection.requestName(NAME, { signal: controller.signal });
  const call = await sent;
  controller.abort();
  await rejectsCode(answer, 'aborted');
  bus.reply(call, BUS, 'u', [1]);
  await settle();
  assert.equal(bus.connection.pendingCalls, 0);
});

test('rules: taken back without waiting for an answer', async () => {
  const bus = new ScriptedBus();
  const stream = bus.connection.signals({ member: 'S' });
  await stream.ready;
  stream.close();
  await settle();
  const { member, signature, body, flags } = bus.received.at(-1) ?? assert.fail();
  assert.deepEqual([member, signature, flags], ['RemoveMatch', 's', 1]);
  assert.deepEqual(body, ["type='signal',member='S'"]);
  assert.equal(bus.connection.pendingCalls, 0);
});

test('names: given back', async () => {
  const bus = new ScriptedBus();
  const sent = bus.next();
  const answer = bus.connection.releaseName(NAME);
  const call = await sent;
  assert.deepEqual([call.member, ...call.body], ['ReleaseName', NAME]);
  bus.reply(call, BUS, 'u', [1]);
  assert.equal(await answer, undefined);
});

test('owners: an answer that is no name is not believed', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.answers = false;
  const sent = [bus.next(), bus.next()];
  const watch = bus.connection.watchName(NAME);
  const [, ask] = await Promise.all(sent);
  assert.ok(ask);
  bus.reply(ask, BUS, 'u', [1]);
  await rejectsCode(watch.ready, 'protocol');
});

test('owners: only "no owner" means none; other errors are errors', async () => {
  const bus = new ScriptedBus();
  await bus.connection.ready;
  bus.answers = false;
  const sent = [bus.next(), bus.next()];
  const watch = bus.connection.watchName(NAME);
  const [, ask] = await Promise.all(sent);
  assert.ok(ask);
  bus.replyError(ask, BUS, 'org.freedesktop.DBus.Error.AccessDenied', 'no');
  await rejectsReply(watch.ready, 'org.freedesktop.DBus.Error.AccessDenied');
});

test('hello: an answer without a name, and an error, end the connection', async () => {
  for (const [signature, body] of [
    ['', []],
    ['s', ['']],
    ['s', ['no name']],
  ] as const) {
    const nameless = new ScriptedBus();
    nameless.answers = false;
    nameless.reply(await nameless.next(), BUS, signature, body);
    await rejectsCode(nameless.connection.ready, 'protocol');
  }
  const refusing = new ScriptedBus();
  refusing.answers = false;
  refusing.replyError(await refusing.next(), BUS, `${BUS}.Error.LimitsExceeded`, 'full');
  const error = await rejectsCode(refusing.connection.ready, 'hello-failed');
  assert.match(error.message, /LimitsExceeded: full/);
});
