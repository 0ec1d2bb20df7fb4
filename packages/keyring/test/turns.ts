import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Turns } from '../src/turns.ts';

test('work of one name does not overlap, also after a failure; other names go on', async () => {
  const turns = new Turns();
  const log: string[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = turns.take('a', async () => {
    log.push('a1 begins');
    await held;
    log.push('a1 ends');
    throw new Error('no');
  });
  const second = turns.take('a', async () => {
    log.push('a2');
    return 2;
  });
  await turns.take('b', async () => log.push('b'));
  release();
  await assert.rejects(first, /no/);
  assert.equal(await second, 2);
  assert.deepEqual(log, ['a1 begins', 'b', 'a1 ends', 'a2']);
});
