import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { KEYRING_ERRORS, outcomeOf } from '../src/error-table.ts';

test('codes lead to the outcomes that are told apart', () => {
  assert.equal(outcomeOf('not-found'), 'absent');
  for (const code of ['locked', 'prompt-required', 'no-prompter', 'prompt-deadline'] as const) {
    assert.equal(outcomeOf(code), 'locked');
  }
  assert.equal(outcomeOf('dismissed'), 'dismissed');
  for (const code of ['unavailable', 'disconnected', 'owner-changed', 'deadline'] as const) {
    assert.equal(outcomeOf(code), 'unavailable');
  }
  for (const code of ['denied', 'ambiguous', 'not-text', 'wrong-password'] as const) {
    assert.equal(outcomeOf(code), 'failed');
  }
});

test('every row says what it means, in kebab case', () => {
  for (const [code, row] of Object.entries(KEYRING_ERRORS)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(row.meaning.length > 8);
  }
});
