import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { runOrThrow } from '../../../../test-fixtures/src/index.ts';
import { programCommand } from '../support/program.ts';

// In a process of its own: a test runner's hooks may need the thread that waits. What a keyring
// answers is seen in test-integration.
test('SyncBackend: the error of the worker is thrown by the call, with its code and advice', async () => {
  const [command, ...args] = programCommand('sync-backend');
  const thrown: unknown = JSON.parse(await runOrThrow(command, args));
  const unavailable = { name: 'KeyringError', code: 'unavailable', hasAdvice: true };
  assert.deepEqual(thrown, [unavailable, unavailable, unavailable, unavailable]);
});
