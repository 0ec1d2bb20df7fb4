import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { beginningsWipedWhile, SECRET } from '../../../../test-fixtures/src/wiped.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { isWireError, type WireError } from '../../src/codec/wire-error.ts';
import { typedValues } from '../support/arbitrary-values.ts';
import { chunksOf, feedAll } from '../support/wire-vectors.ts';

const signal = (serial: number, body: Uint8Array = new Uint8Array(0)): Uint8Array =>
  encodeMessage({
    type: 'signal',
    serial,
    path: '/a',
    interface: 'a.b',
    member: 'C',
    signature: 'ay',
    body: [body],
  });

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test('however a stream is cut, the same messages come out', () => {
  const message = typedValues.map(({ signature, values }) =>
    encodeMessage({ type: 'method_return', serial: 1, replySerial: 2, signature, body: values }),
  );
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
      (messages, sizes) => {
        const stream = concat(...messages);
        const whole = feedAll([stream]);
        const cut = feedAll(chunksOf(stream, ...sizes));
        assert.equal(whole.messages.length, messages.length);
        assert.deepEqual(
          cut.messages.map((item) => ({ ...item })),
          whole.messages.map((item) => ({ ...item })),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('a message comes out with the chunk that completes it', () => {
  const parser = new MessageParser();
  const bytes = signal(1, new Uint8Array(300));
  assert.deepEqual(parser.feed(bytes.subarray(0, 10)), []);
  assert.equal(parser.waitingBytes, 10);
  assert.deepEqual(parser.feed(new Uint8Array(0)), []);
  assert.deepEqual(parser.feed(bytes.subarray(10, 300)), []);
  const rest = concat(bytes.subarray(300), signal(2), signal(3).subarray(0, 20));
  assert.deepEqual(
    parser.feed(rest).map(({ serial }) => serial),
    [1, 2],
  );
  assert.equal(parser.waitingBytes, 20);
  assert.equal(parser.counters.messages, 2);
  assert.deepEqual(
    parser.feed(signal(3).subarray(20)).map(({ serial }) => serial),
    [3],
  );
  assert.equal(parser.waitingBytes, 0);
});

test('a chunk may be written over as soon as it was fed', () => {
  const parser = new MessageParser();
  const chunk = signal(1, Uint8Array.of(1, 2, 3));
  const [message] = parser.feed(chunk);
  chunk.fill(0xff);
  assert.deepEqual(message?.body, [Uint8Array.of(1, 2, 3)]);
});

test('a fault carries the messages before it, once, and is final', () => {
  const parser = new MessageParser();
  const broken = signal(3);
  broken[3] = 9;
  const fault = thrown(() => parser.feed(concat(signal(1), signal(2), broken, signal(4))));
  assert.equal(fault.code, 'version-unsupported');
  assert.deepEqual(
    fault.messages.map(({ serial }) => serial),
    [1, 2],
  );
  assert.ok(parser.hasFailed);
  const again = thrown(() => parser.feed(signal(5)));
  assert.equal(again.code, 'version-unsupported');
  assert.equal(again.offset, fault.offset);
  assert.deepEqual(again.messages, []);
  assert.equal(parser.counters.messages, 2);
});

test('a fault in a message that came in pieces is final too', () => {
  const parser = new MessageParser();
  const broken = signal(1);
  broken[broken.length - 1] = 9;
  parser.feed(signal(1).subarray(0, 40));
  assert.ok(!parser.hasFailed);
  const fault = thrown(() => parser.feed(concat(broken.subarray(40), signal(2))));
  assert.deepEqual(fault.messages, []);
  assert.ok(parser.hasFailed);
  assert.equal(parser.waitingBytes, 0);
});

test('what a stream leaves unfinished is wiped when it is discarded', async () => {
  const parser = new MessageParser();
  const bytes = signal(1, new TextEncoder().encode(`${SECRET}!`));
  parser.feed(bytes.subarray(0, -1));
  assert.equal(await beginningsWipedWhile(() => parser.discard()), 1);
  assert.equal(parser.waitingBytes, 0);
  assert.equal(parser.feed(bytes).length, 1);
});

test('N bytes cost O(N), however they are cut', () => {
  const bytes = signal(1, new Uint8Array(100_000));
  for (const size of [1, 7, 1000, 65_536]) {
    const parser = new MessageParser();
    let messages = 0;
    for (const chunk of chunksOf(bytes, size)) messages += parser.feed(chunk).length;
    assert.equal(messages, 1);
    assert.equal(parser.counters.bytesFed, bytes.length);
    assert.ok(parser.counters.bytesCopied <= 3 * bytes.length, `${parser.counters.bytesCopied}`);
    assert.ok(parser.counters.bytesAllocated <= 4 * bytes.length + 1024);
  }
});

test('a size that is only announced is not allocated', () => {
  const parser = new MessageParser();
  const header = signal(1, new Uint8Array(0)).slice(0, 60);
  new DataView(header.buffer).setUint32(4, 100 * 1024 * 1024, true);
  parser.feed(header);
  for (let i = 0; i < 100; i += 1) parser.feed(new Uint8Array(100));
  assert.equal(parser.waitingBytes, 10_060);
  assert.ok(parser.counters.bytesAllocated < 70_000, `${parser.counters.bytesAllocated}`);
});

test('whole messages in a chunk are not copied into the waiting buffer', () => {
  const parser = new MessageParser();
  parser.feed(concat(signal(1), signal(2)));
  assert.equal(parser.counters.bytesCopied, 0);
  assert.equal(parser.counters.bytesAllocated, 0);
});

test('the limit on a message counts its header', () => {
  const bytes = signal(1, new Uint8Array(100));
  assert.equal(new MessageParser({ maxMessageBytes: bytes.length }).feed(bytes).length, 1);
  const small = new MessageParser({ maxMessageBytes: bytes.length - 1 });
  assert.equal(thrown(() => small.feed(bytes.subarray(0, 16))).code, 'message-too-long');
  assert.deepEqual(new MessageParser({ maxMessageBytes: 16 }).feed(bytes.subarray(0, 15)), []);
  for (const maxMessageBytes of [15, 0, -1, Number.NaN]) {
    assert.throws(() => new MessageParser({ maxMessageBytes }), RangeError);
  }
  // More than the specification allows is the specification's limit.
  for (const maxMessageBytes of [2 ** 40, Number.POSITIVE_INFINITY]) {
    const large = new MessageParser({ maxMessageBytes });
    assert.equal(large.feed(bytes).length, 1);
    const longer = new Uint8Array(16);
    longer.set(bytes.subarray(0, 16));
    new DataView(longer.buffer).setUint32(4, 2 ** 27, true);
    assert.equal(thrown(() => large.feed(longer)).code, 'message-too-long');
  }
});

test('typed arrays when asked for', () => {
  const bytes = encodeMessage({
    type: 'method_return',
    serial: 1,
    replySerial: 1,
    signature: 'ad',
    body: [[0.5]],
  });
  const [message] = new MessageParser({ bulk: 'typed' }).feed(bytes);
  assert.deepEqual(message?.body, [Float64Array.of(0.5)]);
});

test('what is no fault of the peer is passed on as it is', () => {
  const parser = new MessageParser();
  const proxy = new Proxy(concat(signal(1), signal(2)), {
    get: (target, key) => {
      if (key === 'subarray') throw new RangeError('out of memory');
      const value: unknown = Reflect.get(target, key, target);
      return value;
    },
  });
  assert.throws(() => parser.feed(proxy), RangeError);
});

function thrown(body: () => unknown): WireError {
  try {
    body();
  } catch (error) {
    if (isWireError(error)) return error;
    throw error;
  }
  return assert.fail('expected a wire error, got none');
}
