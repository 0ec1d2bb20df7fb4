import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

test('nothing found: exit 1, silent to scripts, one line for a person', async () => {
  for (const command of ['lookup', 'search', 'clear']) {
    const script = await runWords([command, 'app', 'demo'], new FakeHost());
    assert.deepEqual([script.code, script.stdout, script.stderr], [1, '', '']);
    const person = await runWords(
      [command, 'app', 'demo'],
      new FakeHost({ terminals: ['stderr'] }),
    );
    assert.deepEqual(
      [person.code, person.stdout, person.stderr],
      [1, '', 'keywire: no item has these attributes\n'],
    );
  }
});
