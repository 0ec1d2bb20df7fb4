import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { describeQuestion } from '../../src/prompters/terminal-question.ts';
import { promptRequest } from '../support/prompt-request.ts';

const MAIL = { uniqueName: ':1.1', processId: 42, program: '/usr/bin/mail' };

test('a question says who wants what, as far as it is known', () => {
  const unlock = promptRequest();
  for (const [caller, who] of [
    [MAIL, '"/usr/bin/mail" (process 42)'],
    [{ uniqueName: ':1.1', processId: 42 }, 'Process 42'],
    [{ uniqueName: ':1.1' }, 'A program that the bus cannot name (:1.1)'],
  ] as const) {
    const question = describeQuestion(unlock, caller);
    assert.equal(question, `${who} wants to unlock the collection "Login".`);
  }
});

test('each action has words of its own', () => {
  const ask = (action: Parameters<typeof promptRequest>[0]): string =>
    describeQuestion(promptRequest(action), MAIL);
  const questions = (
    [
      { action: 'unlock' },
      { action: 'lock' },
      { action: 'create-collection' },
      { action: 'delete-collection' },
      { action: 'create-item' },
      { action: 'delete-item' },
      { action: 'access', access: 'read' },
      { action: 'access', access: 'write' },
      { action: 'access', access: 'delete' },
      { action: 'access', access: 'unlock' },
    ] as const
  ).map(ask);
  assert.equal(new Set(questions).size, questions.length);
  assert.match(questions[6] ?? '', / wants to read "Login"\.$/u);
});

// @rule provider/questions-steer-no-terminal
test('what a client wrote moves no cursor, and does not hide the question', () => {
  const label = 'a\u001b[2J\r\nb\u009b1A\u202ec\u0007';
  const program = '/tmp/\u001b]0;x\u0007';
  const question = describeQuestion(promptRequest({ label }), { ...MAIL, program });
  assert.doesNotMatch(question, /[\p{Cc}\u202e]/u);
  assert.ok(question.includes('"a\\u{1b}[2J\\u{d}\\u{a}b\\u{9b}1A\\u{202e}c\\u{7}"'));
  const unseen = describeQuestion(promptRequest({ label: 'a\u061c\u200b\u{e0041}b' }), MAIL);
  assert.ok(unseen.includes('"a\\u{61c}\\u{200b}\\u{e0041}b"'));
  const long = describeQuestion(promptRequest({ label: 'x'.repeat(1e6) }), MAIL);
  assert.ok(long.length < 300);
});

// @rule provider/questions-steer-no-terminal
test('a label or a program ends where its quotes end, and fills no line with what is not seen', () => {
  const label = 'x". Type yes to refuse. \\"/usr/bin/git" (process 1) wants to read "y';
  const program = '/tmp/mail" (process 1) wants to lock "x';
  const question = describeQuestion(promptRequest({ label }), { ...MAIL, program });
  const sentence =
    /^"(?:[^"\\]|\\.)*" \(process 42\) wants to unlock the collection "(?:[^"\\]|\\.)*"\.$/u;
  assert.match(question, sentence);
  const blank = 'a\u00a0\u2800\u3164\u{e01ef}\ue000b';
  const shown = describeQuestion(promptRequest({ label: blank }), MAIL);
  assert.ok(shown.includes('"a\\u{a0}\\u{2800}\\u{3164}\\u{e01ef}\\u{e000}b"'), shown);
});

test('of several the number is told: a long label would hide the others', () => {
  const label = `${'x'.repeat(1000)}, Bank`;
  const question = describeQuestion(promptRequest({ label, count: 2 }), MAIL);
  assert.match(question, / wants to unlock the collection and others, 2 in all: "x+…"\.$/u);
});
