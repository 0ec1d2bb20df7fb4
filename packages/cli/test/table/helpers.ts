import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { HELPER_COMMANDS } from '../../src/table/helpers.ts';
import { parseCommandLine } from '../../src/table/parse.ts';

test('each helper command loads, and has an example', async () => {
  assert.deepEqual(
    HELPER_COMMANDS.map(({ name }) => name),
    ['git-credential', 'docker-credential'],
  );
  for (const command of HELPER_COMMANDS) {
    assert.equal(typeof (await command.load()), 'function');
    assert.ok(command.examples.length > 0);
  }
});

test("git-credential: without a word it tells git's own; any word at all is taken", () => {
  assert.throws(() => parseCommandLine(['git-credential']), {
    code: 'usage',
    message: /^git-credential: expected get\|store\|erase\|…, got 0 words; to be git's/u,
  });
  for (const word of ['get', 'erase', 'capability', 'approve', '…', 'GET']) {
    const parsed = parseCommandLine(['git-credential', word]);
    assert.deepEqual(parsed.kind === 'command' && parsed.invocation.words, [word]);
  }
});
