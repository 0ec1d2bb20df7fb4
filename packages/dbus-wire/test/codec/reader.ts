import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { align, Reader, SCRATCH_BYTES, take } from '../../src/codec/reader.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

const refusal = (code: string, offset: number) => (error: unknown) =>
  isWireError(error) && error.code === code && error.offset === offset;

function loaded(...bytes: number[]): Reader {
  const r = new Reader();
  r.load(Uint8Array.from(bytes), 0, bytes.length, true, false);
  return r;
}

test('each step takes its bytes at their alignment', () => {
  const r = loaded(...new Array<number>(32).fill(0));
  assert.deepEqual(
    [take(r, 1), take(r, 2), take(r, 1), take(r, 4), take(r, 1), take(r, 8)],
    [0, 2, 4, 8, 12, 16],
  );
  assert.equal(r.pos, 24);
  assert.equal(take(r, 8), 24);
});

// @rule wire/value-truncated
test('a value that does not end inside the data is refused where it starts', () => {
  assert.throws(() => take(loaded(), 1), refusal('value-truncated', 0));
  assert.throws(() => take(loaded(1), 2), refusal('value-truncated', 0));
  assert.throws(() => take(loaded(1, 2, 3), 4), refusal('value-truncated', 0));
  assert.throws(() => take(loaded(1, 2, 3, 4, 5, 6, 7), 8), refusal('value-truncated', 0));
  const r = loaded(0, 0);
  take(r, 1);
  assert.throws(() => align(r, 4), refusal('value-truncated', 1));
});

// @rule wire/padding-not-zero
test('a bit set anywhere in the padding is refused', () => {
  for (const alignment of [2, 4, 8] as const) {
    for (let from = 1; from < 16; from += 1) {
      const to = (from + alignment - 1) & -alignment;
      if (to === from) continue;
      for (let dirty = 0; dirty < 16; dirty += 1) {
        const bytes = new Array<number>(24).fill(0);
        bytes[dirty] = 0x80;
        const r = loaded(...bytes);
        r.pos = from;
        const step = (): number => align(r, alignment);
        if (dirty >= from && dirty < to) assert.throws(step, refusal('padding-not-zero', from));
        else assert.equal(step(), to);
      }
    }
  }
});

test('small data is copied and wiped when it can hold a secret', () => {
  const r = new Reader();
  const source = Uint8Array.of(9, 1, 2, 3, 9);
  r.load(source, 1, 4, true, false);
  source.fill(0);
  assert.deepEqual([...r.plain.subarray(0, 3)], [1, 2, 3]);
  r.unload(false);
  assert.deepEqual([...r.plain.subarray(0, 3)], [1, 2, 3]);
  r.unload(true);
  assert.deepEqual([...r.plain.subarray(0, 3)], [0, 0, 0]);
});

test('large data is looked at where it lies, and let go of', () => {
  const r = new Reader();
  const scratch = r.plain;
  const source = new Uint8Array(SCRATCH_BYTES + 10).fill(7);
  r.load(source, 5, source.length, true, false);
  assert.equal(r.plain.buffer, source.buffer);
  assert.equal(r.end, SCRATCH_BYTES + 5);
  assert.equal(r.view.byteOffset, 5);
  r.unload(true);
  assert.equal(r.plain, scratch);
  assert.ok(source.every((byte) => byte === 7));
});

test('an array of bytes at the end of a message has no more than its own buffer', () => {
  const r = loaded(1, 2, 3, 4, 5, 6, 7, 8);
  const taken = r.takeBytes(5, 8);
  assert.deepEqual([...taken], [6, 7, 8]);
  assert.equal(taken.buffer.byteLength, 3);
});

test('an array of bytes is copied once, whatever was copied with those before it', () => {
  const source = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251);
  const r = new Reader();
  r.load(source, 0, source.length, true, false);
  const taken = [r.takeBytes(0, 16), r.takeBytes(20, 20), r.takeBytes(24, 9000)];
  taken.push(r.takeBytes(9000, 9100), r.takeBytes(13_000, 13_200), r.takeBytes(19_999, 20_000));
  r.unload(true);
  source.fill(0);
  const expected = [
    [0, 16],
    [20, 20],
    [24, 9000],
    [9000, 9100],
    [13_000, 13_200],
    [19_999, 20_000],
  ].map(([from = 0, to = 0]) => Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 251));
  assert.deepEqual(taken, expected);
  for (const array of taken) array.fill(0);
  const [first, , long, beside] = taken;
  // What was copied behind the first array is not left there as a second copy of the long one.
  assert.deepEqual([...new Uint8Array(first?.buffer ?? source.buffer, 24)].filter(Boolean), []);
  assert.equal(long?.buffer.byteLength, 9000 - 24);
  const behind = new Uint8Array(beside?.buffer ?? source.buffer, 13_000 - 9000);
  assert.deepEqual([...behind].filter(Boolean), []);
  assert.notEqual(beside?.buffer, long?.buffer);
});
