import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { runOrThrow } from '../../../../test-fixtures/src/index.ts';
import { programCommand } from '../support/program.ts';

test('sync-worker: says that it runs, and replies, to a block that is too short in two steps', async () => {
  const [command, ...args] = programCommand('sync-worker');
  assert.deepEqual(JSON.parse(await runOrThrow(command, args)), [
    ...[true],
    ...[true, false, 'unavailable'],
    ...[true, true],
    ...[true, false, 'unavailable'],
  ]);
});
