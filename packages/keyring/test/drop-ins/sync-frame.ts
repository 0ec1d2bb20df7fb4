import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../src/drop-ins/sync-frame.ts';

test('a frame comes out as it went in', () => {
  const frames: readonly Frame<unknown>[] = [
    { head: { name: 'schlüssel 🗝' }, secrets: [] },
    { head: null, secrets: [new Uint8Array(0), new Uint8Array([1, 2, 3]), new Uint8Array([255])] },
    { head: [1, 2], secrets: [new Uint8Array(100_000).fill(7)] },
  ];
  for (const frame of frames) assert.deepEqual(decodeFrame(encodeFrame(frame)), frame);
});

test('a frame may lie anywhere in a buffer, and what is taken out is a copy', () => {
  const bytes = encodeFrame({ head: 'x', secrets: [new Uint8Array([5, 6])] });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const { secrets } = decodeFrame(shifted.subarray(3));
  shifted.fill(0);
  assert.deepEqual(secrets, [new Uint8Array([5, 6])]);
});

test('a secret is nowhere in the text of a frame', () => {
  const bytes = encodeFrame({ head: 'x', secrets: [new TextEncoder().encode('hunter2')] });
  const textBytes = new DataView(bytes.buffer).getUint32(0, true);
  assert.doesNotMatch(new TextDecoder().decode(bytes.subarray(4, 4 + textBytes)), /hunter2/u);
});
