import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { workerSource } from '../../src/io/worker-source.ts';

test('workerSource: run from source it is the file of the worker', () => {
  assert.ok(workerSource instanceof URL);
  assert.ok(existsSync(workerSource));
});
