import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SharedBlock, USUAL_BLOCK_BYTES } from '../../src/drop-ins/shared-block.ts';

const REQUEST = new Uint8Array([1, 2, 3]);

test('a request is taken out once, and wiped', () => {
  const block = SharedBlock.holding(REQUEST);
  const other = new SharedBlock(block.memory);
  assert.deepEqual(other.take(), REQUEST);
  assert.ok(new Uint8Array(block.memory, 8).every((byte) => byte === 0));
});

test('a reply that fits is taken out and wiped', () => {
  const block = SharedBlock.holding(REQUEST);
  assert.ok(!block.wait(0));
  assert.ok(new SharedBlock(block.memory).give(new Uint8Array(USUAL_BLOCK_BYTES).fill(9)));
  assert.ok(block.wait(0));
  assert.ok(!block.isTooShort);
  assert.deepEqual(block.take(), new Uint8Array(USUAL_BLOCK_BYTES).fill(9));
  assert.ok(new Uint8Array(block.memory, 8).every((byte) => byte === 0));
});

test('one byte more than there is room for is not cut off: its length is told', () => {
  const block = SharedBlock.holding(REQUEST);
  assert.ok(!new SharedBlock(block.memory).give(new Uint8Array(USUAL_BLOCK_BYTES + 1)));
  assert.ok(block.wait(0));
  assert.ok(block.isTooShort);
  assert.equal(block.length, USUAL_BLOCK_BYTES + 1);
});

test('a long request has a block of its length', () => {
  const request = new Uint8Array(USUAL_BLOCK_BYTES + 5).fill(3);
  assert.deepEqual(SharedBlock.holding(request).take(), request);
});

test('an end wakes the thread that waits, and is no reply', () => {
  const block = SharedBlock.holding(REQUEST);
  assert.ok(!block.hasEnded);
  new SharedBlock(block.memory).end();
  assert.ok(block.wait(0));
  assert.deepEqual([block.hasEnded, block.isTooShort], [true, false]);
});
