import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  advancePrompt,
  INITIAL_PROMPT,
  INSTANT_MS,
  needsDismissal,
  type PromptEvent,
  type PromptState,
} from '../../src/prompts/prompt.ts';

const SEEN = { hasDisplay: true };
const BLIND = { hasDisplay: false };
const shown: PromptEvent = { type: 'shown', atMs: 100 };

function completed(isDismissed: boolean, atMs: number, result: unknown = '/made'): PromptEvent {
  return { type: 'completed', isDismissed, result, atMs };
}

function outcome(events: readonly PromptEvent[], circumstances = SEEN): unknown {
  let state: PromptState = INITIAL_PROMPT;
  for (const event of events) state = advancePrompt(state, event, circumstances);
  return state.state === 'settled' ? state.outcome : state;
}

test('accepted: the result is handed on', () => {
  const accepted = { kind: 'accepted', result: '/made' };
  assert.deepEqual(outcome([shown, completed(false, 150)]), accepted);
  assert.deepEqual(outcome([completed(false, 50)]), accepted);
});

// @rule secret/dismissed-result-ignored
// @rule secret/no-prompter
test('dismissed: what came with it is not looked at, and in no time with no display is no one', () => {
  const cases: [PromptEvent[], typeof SEEN, string][] = [
    [[shown, completed(true, 150)], SEEN, 'dismissed'],
    [[shown, completed(true, 150)], BLIND, 'no-prompter'],
    [[completed(true, 150)], BLIND, 'no-prompter'],
    [[shown, completed(true, 100 + INSTANT_MS)], BLIND, 'dismissed'],
    [[shown, completed(true, 99 + INSTANT_MS)], BLIND, 'no-prompter'],
  ];
  for (const [events, circumstances, code] of cases) {
    assert.deepEqual(outcome(events, circumstances), { kind: 'refused', by: 'daemon', code });
  }
});

test('deadline, abort and failure end it', () => {
  assert.deepEqual(outcome([shown, { type: 'deadline' }]), {
    kind: 'refused',
    by: 'us',
    code: 'prompt-deadline',
  });
  assert.deepEqual(outcome([shown, { type: 'deadline' }], BLIND), {
    kind: 'refused',
    by: 'us',
    code: 'no-prompter',
  });
  const aborted = { kind: 'refused', by: 'us', code: 'aborted', cause: 'why' };
  assert.deepEqual(outcome([{ type: 'aborted', reason: 'why' }]), aborted);
  const error = new Error('x');
  assert.deepEqual(outcome([shown, { type: 'failed', error }]), { kind: 'failed', error });
});

test('what comes after the end changes nothing', () => {
  const first = outcome([shown, completed(false, 150)]);
  for (const late of [completed(true, 200), shown, { type: 'deadline' } as const]) {
    assert.deepEqual(outcome([shown, completed(false, 150), late]), first);
  }
});

test('the daemon is told when the end came from our side only', () => {
  assert.equal(needsDismissal({ kind: 'refused', by: 'us', code: 'aborted' }), true);
  assert.equal(needsDismissal({ kind: 'refused', by: 'us', code: 'prompt-deadline' }), true);
  assert.equal(needsDismissal({ kind: 'refused', by: 'daemon', code: 'no-prompter' }), false);
  assert.equal(needsDismissal({ kind: 'accepted', result: '/' }), false);
  assert.equal(needsDismissal({ kind: 'failed', error: 0 }), false);
});
