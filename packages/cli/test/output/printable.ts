import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { failureLine, isPlainText, oneLine, printable } from '../../src/output/printable.ts';

// @rule cli/terminal-escapes
test('printable: nothing that steers a terminal passes', () => {
  const cases = [
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['a\u009b31mb', 'a\\x9b31mb'],
    ['x\r\ny\tz\u007f', 'x\\x0d\\x0ay\\x09z\\x7f'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u061cb', 'a\\u061cb'],
    ['ünï 日本 🗝', 'ünï 日本 🗝'],
  ] as const;
  for (const [text, expected] of cases) assert.equal(printable(text), expected);
});

test('oneLine: white space is joined, an overlong text is cut', () => {
  assert.equal(oneLine(' a\n  b\tc '), 'a b c');
  assert.equal(oneLine('x'.repeat(400)).length, 400);
  assert.equal(oneLine('x'.repeat(1_000_000)).length, 401);
  assert.equal(oneLine('a\u001b[2Jb'), 'a\\x1b[2Jb');
});

test('failureLine: the advice is whole, however long the message is', () => {
  assert.equal(failureLine('a\nb', ''), 'a b');
  assert.equal(failureLine('a', 'do\tthis'), 'a; do this');
  assert.equal(failureLine('x'.repeat(1000), 'do this'), `${'x'.repeat(400)}…; do this`);
});

test('isPlainText: ends of lines and tabs are, what steers a terminal and no text are not', () => {
  for (const text of ['', 'a', 'a\n\tb\r\n', 'ü 🗝']) assert.equal(isPlainText(text), true);
  for (const text of [undefined, 'a\rb', '\u001b[2J', '\0', '\u202e']) {
    assert.equal(isPlainText(text), false);
  }
});
