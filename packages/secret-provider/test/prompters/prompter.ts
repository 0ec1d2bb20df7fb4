import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { acceptingPrompter, noPrompter } from '../../src/prompters/prompter.ts';
import { promptRequest } from '../support/prompt-request.ts';

test('nobody dismisses; who accepts, accepts only what needs no password', async () => {
  const { signal } = new AbortController();
  assert.equal((await noPrompter.ask(promptRequest(), signal)).answer, 'dismiss');
  assert.equal((await acceptingPrompter.ask(promptRequest(), signal)).answer, 'accept');
  const withPassword = promptRequest({ needsPassword: true });
  assert.equal((await acceptingPrompter.ask(withPassword, signal)).answer, 'dismiss');
});
