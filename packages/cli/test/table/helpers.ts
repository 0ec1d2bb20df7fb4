import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { HELPER_COMMANDS } from '../../src/table/helpers.ts';

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
