/**
 * Random and mutated bytes: the parser takes them or refuses them with a WireError, it never
 * crashes, never hangs and never holds more than was fed. 10^5 buffers here, 10^6 with SLOW=1.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MessageMaker } from '../../../../test-fixtures/src/libdbus/message-maker.ts';
import { Random } from '../../../../test-fixtures/src/libdbus/random.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

const BUFFERS = process.env['SLOW'] === '1' ? 1_000_000 : 100_000;

test('random and mutated buffers are taken or refused, in bounded memory', () => {
  const random = new Random(4711);
  const maker = new MessageMaker(random);
  const counts = { taken: 0, refused: 0, unfinished: 0 };
  for (let i = 0; i < BUFFERS; i += 1) {
    const bytes = bufferOf(random, maker);
    const parser = new MessageParser();
    try {
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + random.below(random.oneIn(4) ? 8 : 400);
        counts.taken += parser.feed(bytes.subarray(at, at + size)).length;
        at += size;
      }
      counts.unfinished += 1;
    } catch (error) {
      assert.ok(isWireError(error), `buffer ${i}: ${error}`);
      assert.ok(error.offset >= 0 && error.offset <= bytes.length + 16, `buffer ${i}`);
      counts.refused += 1;
    }
    const { bytesFed, bytesCopied, bytesAllocated } = parser.counters;
    assert.ok(bytesFed <= bytes.length);
    assert.ok(bytesCopied <= 4 * bytesFed && bytesAllocated <= 4 * bytesFed + 1024, `buffer ${i}`);
  }
  console.log(`# ${BUFFERS} buffers: ${JSON.stringify(counts)}`);
  assert.ok(counts.taken > BUFFERS / 20 && counts.refused > BUFFERS / 20);
});

function bufferOf(random: Random, maker: MessageMaker): Uint8Array {
  if (random.oneIn(4)) return random.bytes(1 + random.below(200));
  const bytes = maker.make();
  for (let i = random.below(4); i > 0; i -= 1)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}
