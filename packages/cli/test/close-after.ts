import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { closeAfter } from '../src/close-after.ts';
import { ExitCode } from '../src/exit-code.ts';
import { Output } from '../src/output/output.ts';

test('closeAfter: what did not succeed is closed, and only that', async () => {
  for (const [code, closes] of [
    [ExitCode.DONE, 0],
    [ExitCode.NOT_FOUND, 1],
    [ExitCode.INTERRUPTED, 1],
  ] as const) {
    let closed = 0;
    const opened = {
      async close() {
        await new Promise(setImmediate);
        closed += 1;
      },
    };
    const outcome = await closeAfter(
      async () => new Output().finish(code),
      () => opened,
    );
    assert.deepEqual([outcome.code, closed], [code, closes]);
  }
});

test('closeAfter: a failure passes through when all is closed', async () => {
  let isClosed = false;
  const opened = {
    async close() {
      await Promise.resolve();
      isClosed = true;
    },
  };
  const failure = new Error('no');
  const failing = closeAfter(
    () => Promise.reject(failure),
    () => opened,
  );
  await assert.rejects(failing, failure);
  assert.ok(isClosed);
  await assert.rejects(
    closeAfter(
      () => Promise.reject(failure),
      () => undefined,
    ),
    failure,
  );
});
