import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { OPERATIONS, SHELLS } from '../../src/personalities/keyring-arguments.ts';
import { keyringCompletion } from '../../src/personalities/keyring-completion.ts';

test('keyringCompletion: every shell is told every operation and option', () => {
  for (const shell of SHELLS) {
    const script = keyringCompletion(shell);
    for (const word of [...OPERATIONS, 'list-backends', 'mode', 'creds', 'json']) {
      assert.ok(script.includes(word), `${shell} ${word}`);
    }
  }
});
