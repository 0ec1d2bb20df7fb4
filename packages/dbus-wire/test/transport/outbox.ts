import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Outbox } from '../../src/transport/outbox.ts';
import { settle } from '../support/scripted-bus.ts';
import { ScriptedTransport } from '../support/scripted-transport.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('outbox: what waits leaves behind the opening, in one write', () => {
  const outbox = new Outbox();
  const transport = new ScriptedTransport();
  outbox.push(bytes(2));
  outbox.push(bytes(3, 4));
  assert.equal(outbox.queuedBytes, 3);
  outbox.attach(transport, bytes(1));
  assert.deepEqual(transport.writes, [bytes(1, 2, 3, 4)]);
});

test('outbox: the messages of one tick leave in one write', async () => {
  const outbox = new Outbox();
  const transport = new ScriptedTransport();
  outbox.attach(transport, new Uint8Array(0));
  outbox.commit();
  transport.writes.length = 0;
  outbox.push(bytes(1));
  outbox.push(bytes(2));
  assert.deepEqual(transport.writes, []);
  await settle();
  outbox.push(bytes(3));
  await settle();
  assert.deepEqual(transport.writes, [bytes(1, 2), bytes(3)]);
});

test('outbox: until committed everything is kept for another transport', async () => {
  const outbox = new Outbox();
  const first = new ScriptedTransport();
  const second = new ScriptedTransport();
  outbox.push(bytes(1));
  outbox.attach(first, bytes(9));
  outbox.push(bytes(2));
  await settle();
  assert.deepEqual(first.writes, [bytes(9, 1), bytes(2)]);
  outbox.detach();
  outbox.push(bytes(3));
  await settle();
  outbox.attach(second, bytes(8));
  outbox.commit();
  outbox.push(bytes(4));
  await settle();
  assert.deepEqual(second.writes, [bytes(8, 1, 2, 3), bytes(4)]);
  assert.equal(first.writes.length, 2);
});

test('outbox: large messages are not copied together', () => {
  const { outbox, lastWrite } = committed();
  const large = new Uint8Array(100_000);
  outbox.push(bytes(1));
  outbox.push(large);
  outbox.flush();
  assert.equal(lastWrite().length, 2);
  assert.equal(lastWrite()[1], large);
});

test('outbox: what was sent is wiped, once it is not needed any more', () => {
  const { outbox, lastWrite, release } = committed();
  const single = bytes(1, 2);
  outbox.push(single);
  outbox.flush();
  assert.deepEqual(single, bytes(1, 2), 'the system still reads it');
  release();
  assert.deepEqual(single, bytes(0, 0));

  const joined = [bytes(3), bytes(4)];
  for (const frame of joined) outbox.push(frame);
  outbox.flush();
  assert.deepEqual(joined, [bytes(0), bytes(0)], 'the copy is what is sent');
  assert.deepEqual(lastWrite(), [bytes(3, 4)]);
  release();
  assert.deepEqual(lastWrite(), [bytes(0, 0)]);
});

test('outbox: what may be sent again is wiped when it will not be', () => {
  for (const frame of [bytes(1, 2), new Uint8Array(100_000).fill(7)]) {
    const before = frame.slice();
    const outbox = new Outbox();
    outbox.push(frame);
    outbox.attach(new ScriptedTransport(), bytes(9));
    assert.deepEqual(frame, before);
    outbox.detach();
    outbox.attach(new ScriptedTransport(), bytes(9));
    assert.deepEqual(frame, before);
    outbox.commit();
    assert.deepEqual(frame, new Uint8Array(frame.length));
  }
});

test('outbox: what never leaves is wiped when the connection is over', () => {
  const outbox = new Outbox();
  const frame = bytes(1, 2);
  outbox.push(frame);
  outbox.close();
  assert.deepEqual(frame, bytes(0, 0));
  assert.equal(outbox.queuedBytes, 0);
});

/** An outbox whose transport keeps the chunks of the last write until told to release them. */
function committed() {
  const outbox = new Outbox();
  const transport = new ScriptedTransport();
  let chunks: readonly Uint8Array[] = [];
  let released: (chunk: Uint8Array) => void = () => {};
  transport.write = (written, whenTaken) => {
    chunks = written;
    released = whenTaken ?? released;
    return true;
  };
  outbox.attach(transport, bytes(9));
  outbox.commit();
  return { outbox, lastWrite: () => chunks, release: () => chunks.forEach(released) };
}

test('outbox: back-pressure can be seen and waited for', async () => {
  const outbox = new Outbox();
  const transport = new ScriptedTransport();
  await outbox.whenDrained();
  transport.takesMore = false;
  transport.queuedBytes = 7;
  outbox.attach(transport, bytes(1));
  outbox.push(bytes(2, 3));
  assert.equal(outbox.queuedBytes, 9);
  let isDrained = false;
  const drained = outbox.whenDrained().then(() => {
    isDrained = true;
  });
  await settle();
  assert.equal(isDrained, false);
  outbox.drained();
  await drained;
  await outbox.whenDrained();
});

test('outbox: back-pressure can come again, and ends with the transport', async () => {
  for (const end of ['drained', 'detach', 'close'] as const) {
    const outbox = new Outbox();
    const transport = new ScriptedTransport();
    outbox.attach(transport, bytes(1));
    transport.takesMore = false;
    for (const frame of [bytes(2), bytes(3)]) {
      outbox.push(frame);
      let isDrained = false;
      // What was pushed just now counts.
      const drained = outbox.whenDrained().then(() => {
        isDrained = true;
      });
      await settle();
      assert.equal(isDrained, false, end);
      if (frame[0] === 2) outbox.drained();
      else outbox[end]();
      await drained;
    }
  }
});

test('outbox: what waits for a transport waits under back-pressure too', async () => {
  for (const end of ['attach', 'drained', 'close'] as const) {
    const outbox = new Outbox();
    await outbox.whenDrained();
    outbox.push(bytes(1, 2));
    let isDrained = false;
    const drained = outbox.whenDrained().then(() => {
      isDrained = true;
    });
    await settle();
    assert.equal(isDrained, false, end);
    const transport = new ScriptedTransport();
    transport.takesMore = end === 'attach';
    if (end === 'close') outbox.close();
    else outbox.attach(transport, bytes(9));
    await settle();
    assert.equal(isDrained, end !== 'drained', end);
    if (end === 'drained') outbox.drained();
    await drained;
  }
});

test('outbox: what is let go of waits again', () => {
  const outbox = new Outbox();
  outbox.push(bytes(1, 2));
  outbox.attach(new ScriptedTransport(), bytes(9));
  assert.equal(outbox.queuedBytes, 0);
  outbox.detach();
  assert.equal(outbox.queuedBytes, 2);
});
