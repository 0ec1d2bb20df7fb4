import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { scriptedPrompter } from '../../src/prompters/scripted.ts';
import { promptRequest } from '../support/prompt-request.ts';

test('each answer counts once, the last one from then on', async () => {
  const delays: number[] = [];
  const prompter = scriptedPrompter(
    ['dismiss', { answer: 'accept', delayMs: 7, password: 'pw' }],
    async (delayMs) => void delays.push(delayMs),
  );
  const { signal } = new AbortController();
  assert.deepEqual(await prompter.ask(promptRequest(), signal), { answer: 'dismiss' });
  assert.deepEqual(await prompter.ask(promptRequest(), signal), { answer: 'accept' });
  for (let count = 0; count < 2; count += 1) {
    const reply = await prompter.ask(promptRequest({ needsPassword: true }), signal);
    assert.deepEqual(reply, { answer: 'accept', password: new TextEncoder().encode('pw') });
  }
  assert.deepEqual(delays, [0, 7, 7, 7]);
});

test('answers that there are not make no script', () => {
  for (const script of [['acept'], [{ answer: true }], ['accept', { answr: 'accept' }]]) {
    assert.throws(() => Reflect.apply(scriptedPrompter, undefined, [script]), {
      name: 'TypeError',
      message: 'script: expected accept, dismiss, never',
    });
  }
});

test('"never" answers when the question is taken back', async () => {
  const controller = new AbortController();
  const prompter = scriptedPrompter(['never']);
  const reply = prompter.ask(promptRequest(), controller.signal);
  controller.abort();
  assert.deepEqual(await reply, { answer: 'dismiss' });
  assert.deepEqual(await prompter.ask(promptRequest(), controller.signal), { answer: 'dismiss' });
});

test('a script says something', () => {
  assert.throws(() => scriptedPrompter([]), RangeError);
});
