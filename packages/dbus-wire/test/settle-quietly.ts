import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { quietly, settleable } from '../src/settle-quietly.ts';

test('quiet promises: settle as told, once', async () => {
  const [opened, open] = settleable();
  open();
  open(new Error('late'));
  assert.equal(await opened, undefined);
  const [failed, fail] = settleable();
  fail(new Error('no'));
  fail();
  await assert.rejects(failed, /no/);
});

test('quiet promises: nobody has to look at a rejection', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', listener);
  try {
    settleable()[1](new Error('told'));
    void quietly(Promise.reject(new Error('rejected')));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off('unhandledRejection', listener);
  }
});
