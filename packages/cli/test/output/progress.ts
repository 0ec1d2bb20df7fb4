import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Progress } from '../../src/output/progress.ts';
import { FakeHost } from '../support/fake-host.ts';

test('Progress: one line that is written over, and gone at the end', async () => {
  const host = new FakeHost({ terminals: ['stderr'] });
  const progress = new Progress(host, 'copying');
  for (const done of [1, 2, 2, 3]) progress.step(done, 3);
  await progress.end();
  assert.deepEqual(host.services.told, [
    ['stderr', '\rcopying 1 of 3\u001b[K'],
    ['stderr', '\rcopying 2 of 3\u001b[K'],
    ['stderr', '\rcopying 3 of 3\u001b[K'],
    ['stderr', '\r\u001b[K'],
  ]);
});

test('Progress: nothing where stderr is no terminal, nor for one thing alone', async () => {
  for (const [host, total] of [
    [new FakeHost({ terminals: ['stdout'] }), 3],
    [new FakeHost({ terminals: ['stderr'] }), 1],
  ] as const) {
    const progress = new Progress(host, 'copying');
    progress.step(1, total);
    await progress.end();
    assert.deepEqual(host.services.told, []);
  }
});
