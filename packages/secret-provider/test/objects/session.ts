import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { makeBench, refused, SECRET_ERROR } from '../support/bench.ts';

test('a session is closed by its owner, once', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  await assert.rejects(bench.as(':1.2')(session, 'Close'), refused(`${SECRET_ERROR}.NoSession`));
  assert.deepEqual(await bench.call(session, 'Close'), []);
  await assert.rejects(bench.call(session, 'Close'), refused(`${SECRET_ERROR}.NoSuchObject`));
});
