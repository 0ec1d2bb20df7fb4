import assert from 'node:assert/strict';
import path from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { runOrThrow } from '../../../../test-fixtures/src/index.ts';
import { programCommand } from '../support/program.ts';

const RUNTIME_IS_NODE = !('Bun' in globalThis) && !('Deno' in globalThis);

// In a process of its own: a test runner's hooks may need the thread that waits. What a keyring
// answers is seen in test-integration.
test('SyncBackend: the error of the worker is thrown by the call, with its code and advice', async () => {
  const [command, ...args] = programCommand('sync-backend');
  const thrown: unknown = JSON.parse(await runOrThrow(command, args));
  const unavailable = { name: 'KeyringError', code: 'unavailable', hasAdvice: true };
  assert.deepEqual(thrown, [unavailable, unavailable, unavailable, unavailable]);
});

// @rule keyring/sync-bounded
test('SyncBackend: each method gives what the worker found, however long, and not later than it may', async () => {
  const [command, ...args] = programCommand('sync-memory');
  const printed: unknown[] = JSON.parse(await runOrThrow(command, args));
  const kinds = String(printed.pop()).split(',');
  assert.deepEqual(printed, [
    null,
    'hunter2',
    [['service', 'ada', 'hunter2']],
    true,
    ...[1, 0],
    [],
    // What is late may have been made, unless it was only read; and what is late is given up.
    ['deadline', false, true],
    ['deadline', true, true],
    ['deadline', true, true],
    null,
  ]);
  assert.equal(kinds.filter((kind) => kind === 'rest').length, 1);
  assert.equal(kinds.filter((kind) => kind === 'abort').length, 3);
});

// @rule keyring/dead-worker-is-told
test('SyncBackend: a worker that ends is an error of the call that waits, and the next has another', async () => {
  await inFolder(async (folder) => {
    const [command, ...args] = programCommand('dying-workers');
    const said = await runOrThrow(command, [...args, path.join(folder, 'told')]);
    const [printed = '', ending] = said.split('\n');
    assert.deepEqual(JSON.parse(printed), [
      ['backend-failed', false],
      ['backend-failed', true],
      ['unavailable', false],
      ['unavailable', false],
    ]);
    assert.equal(ending, 'ended by itself: 0');
  });
});

const SILENT =
  'SyncBackend: a worker that ends without a word is an error long before the deadline';
// @rule keyring/dead-worker-is-told
if (!RUNTIME_IS_NODE)
  test.skip(SILENT, 'only Node ends the worker alone: elsewhere the program ends');
else {
  test(SILENT, async () => {
    const [command, ...args] = programCommand('silent-worker');
    const printed = await runOrThrow(command, args);
    assert.deepEqual(JSON.parse(printed), [
      ['backend-failed', true],
      ['unavailable', false],
    ]);
  });
}
