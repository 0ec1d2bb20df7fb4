import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { quietly, settleQuietly } from '../src/settle-quietly.ts';

test('quiet promises: settle as told', async () => {
  assert.equal(await settleQuietly<number>(({ answered }) => answered(1)), 1);
  await assert.rejects(
    settleQuietly(({ failed }) => failed(new Error('no'))),
    /no/,
  );
});

test('quiet promises: nobody has to look at a rejection, thrown or told', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', listener);
  try {
    void settleQuietly(({ failed }) => failed(new Error('told')));
    void settleQuietly(() => {
      throw new Error('thrown');
    });
    void quietly(Promise.reject(new Error('rejected')));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off('unhandledRejection', listener);
  }
});
