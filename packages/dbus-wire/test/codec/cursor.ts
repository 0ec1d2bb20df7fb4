import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Block, Cursor } from '../../src/codec/cursor.ts';

test('the forms of a block are of the same bytes, from where it was told to', () => {
  const { bytes, plain, view } = new Block(new ArrayBuffer(16), 4, 8);
  view.setUint8(0, 7);
  plain[7] = 9;
  assert.equal(plain[0], 7);
  assert.deepEqual([...bytes], [...plain]);
  assert.deepEqual(
    [bytes, plain, view].map(({ byteOffset }) => byteOffset),
    [4, 4, 4],
  );
  assert.deepEqual(
    [bytes, plain, view].map(({ byteLength }) => byteLength),
    [8, 8, 8],
  );
});

test('a cursor goes over to other bytes and stays where it is', () => {
  class Moving extends Cursor<ArrayBuffer> {
    move(block: Block<ArrayBuffer>): void {
      this.use(block);
    }
  }
  const cursor = new Moving(new Block(new ArrayBuffer(8)));
  const next = new Block(new ArrayBuffer(32));
  cursor.pos = 4;
  cursor.move(next);
  assert.deepEqual([cursor.pos, cursor.little, cursor.depth], [4, true, 0]);
  assert.equal(cursor.bytes, next.bytes);
  assert.equal(cursor.plain, next.plain);
  assert.equal(cursor.view, next.view);
});
