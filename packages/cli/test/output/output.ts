import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Output } from '../../src/output/output.ts';

test('Output: keeps the order of streams, takes bytes as they are, drops empty parts', () => {
  const bytes = Uint8Array.of(0xff, 0);
  const { code, output } = new Output().out('a').err('b').out('').out(bytes).finish(3);
  assert.equal(code, 3);
  assert.deepEqual(
    output.map(({ stream }) => stream),
    ['stdout', 'stderr', 'stdout'],
  );
  assert.equal(output[2]?.bytes, bytes);
  assert.equal(new Output().finish().code, 0);
});
