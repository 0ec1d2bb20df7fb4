import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { CallOptions } from '../../src/connection/connection-options.ts';
import { type OwnerChange, TrackedName } from '../../src/connection/name-owners.ts';
import { NameWatch } from '../../src/connection/name-watch.ts';
import { rejectsCode } from '../support/expect-error.ts';

const REPLY = decodeMessage(encodeMessage({ type: 'method_return', serial: 1, replySerial: 2 }));
const CALL = { path: '/', interface: 'a.b', member: 'M' };

function start() {
  const tracked = new TrackedName('a.b');
  const calls: CallOptions[] = [];
  let forgotten = 0;
  const watch = new NameWatch(tracked, {
    prepare: async (needed) => {
      await needed;
      return 700;
    },
    callOwner: async (options) => {
      calls.push(options);
      return REPLY;
    },
    forget: () => forgotten++,
  });
  return { tracked, calls, watch, forgotten: () => forgotten };
}

test('watches: calls wait for the owner and go to its unique name', async () => {
  const { tracked, calls, watch } = start();
  const reply = watch.call(CALL);
  assert.deepEqual(calls, []);
  tracked.setOwner(':1.5');
  assert.equal(await reply, REPLY);
  await watch.ready;
  // What is left of its time.
  assert.deepEqual(calls, [{ ...CALL, timeoutMs: 700, destination: ':1.5' }]);
  assert.equal(watch.owner, ':1.5');
  assert.equal(watch.name, 'a.b');
});

test('watches: without an owner, or with another than expected, nothing is sent', async () => {
  const { tracked, calls, watch } = start();
  tracked.setOwner(undefined);
  await rejectsCode(watch.call(CALL), 'no-owner');
  tracked.setOwner(':1.6');
  await rejectsCode(watch.call({ ...CALL, owner: ':1.5' }), 'owner-changed');
  assert.deepEqual(calls, []);
  await watch.call({ ...CALL, owner: ':1.6' });
  assert.equal(calls.length, 1);
});

test('watches: changes to every reader, the state they began with is none', async () => {
  const { tracked, watch } = start();
  const seen: OwnerChange[] = [];
  const reading = (async () => {
    for await (const change of watch) seen.push(change);
  })();
  tracked.setOwner(undefined);
  tracked.setOwner(':1.5');
  tracked.setOwner(undefined);
  watch.close();
  await reading;
  assert.deepEqual(seen, [
    { oldOwner: undefined, newOwner: ':1.5' },
    { oldOwner: ':1.5', newOwner: undefined },
  ]);
  for await (const _ of watch) assert.fail('a closed watch has no changes');
});

test('watches: a reader that leaves does not end the watch', async () => {
  const { tracked, watch, forgotten } = start();
  const reader = watch[Symbol.asyncIterator]();
  tracked.setOwner(':1.5');
  await reader.return?.();
  assert.equal(forgotten(), 0);
  await watch[Symbol.asyncDispose]();
  assert.equal(forgotten(), 1);
  watch.close();
  assert.equal(forgotten(), 1);
  assert.equal(tracked.listeners.size, 0);
  await rejectsCode(watch.call(CALL), 'closed');
});

test('watches: ready at once when the owner is known, never when it cannot be', async () => {
  const tracked = new TrackedName('a.b');
  tracked.setOwner(':1.5');
  const host = { prepare: async () => 0, callOwner: async () => REPLY, forget: () => {} };
  await new NameWatch(tracked, host).ready;
  const { watch, tracked: unknown } = start();
  const waiting = watch.call(CALL);
  for (const listener of [...unknown.listeners]) listener.fail(new Error('refused'));
  await assert.rejects(watch.ready, /refused/);
  await assert.rejects(waiting, /refused/);
});
