import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeptBackends } from '../../src/drop-ins/kept-backends.ts';
import { memoryBackend } from '../../src/index.ts';

const HERE = { busAddress: 'unix:path=/here', interactive: false };
const THERE = { busAddress: 'unix:path=/there', interactive: false };

test('KeptBackends: one for each place, opened once', async () => {
  const opened: (string | undefined)[] = [];
  const backends = new KeptBackends(async ({ busAddress }) => {
    opened.push(busAddress);
    return memoryBackend();
  });
  const [first, second] = await Promise.all([backends.open(HERE), backends.open(HERE)]);
  assert.equal(first, second);
  assert.notEqual(await backends.open(THERE), first);
  assert.equal(await backends.open({ ...HERE }), first);
  assert.deepEqual(opened, [HERE.busAddress, THERE.busAddress]);
});

test('KeptBackends: one that failed is tried anew', async () => {
  let attempts = 0;
  const backends = new KeptBackends(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('not yet');
    return memoryBackend();
  });
  await assert.rejects(backends.open(HERE), /not yet/u);
  await backends.open(HERE);
  assert.equal(attempts, 2);
});
