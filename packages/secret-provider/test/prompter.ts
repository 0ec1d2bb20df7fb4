import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { acceptingPrompter, noPrompter, type PromptRequest } from '../src/prompter.ts';

const REQUEST: PromptRequest = {
  action: 'unlock',
  label: 'Login',
  needsPassword: false,
  wasWrong: false,
  windowId: '',
  client: ':1.1',
};

test('nobody dismisses; who accepts, accepts only what needs no password', async () => {
  const { signal } = new AbortController();
  assert.equal((await noPrompter.ask(REQUEST, signal)).answer, 'dismiss');
  assert.equal((await acceptingPrompter.ask(REQUEST, signal)).answer, 'accept');
  const withPassword = { ...REQUEST, needsPassword: true };
  assert.equal((await acceptingPrompter.ask(withPassword, signal)).answer, 'dismiss');
});
