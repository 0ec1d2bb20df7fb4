import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { HiddenLine, MAX_HIDDEN_LINE_BYTES } from '../../src/terminal/hidden-line.ts';

function type(keys: string): { state: string; line: string } {
  const line = new HiddenLine();
  const state = line.feed(new TextEncoder().encode(keys));
  return { state, line: new TextDecoder().decode(line.finish()) };
}

test('HiddenLine: what is typed, as a cooked terminal would take it', () => {
  const cases = [
    ['s3cret\r', 'entered', 's3cret'],
    ['s3cret\n', 'entered', 's3cret'],
    ['a\tb\r', 'entered', 'a\tb'],
    ['\r', 'entered', ''],
    ['half', 'typing', 'half'],
    ['abc\u007f\u0008d\r', 'entered', 'ad'],
    ['pä\u007fß\r', 'entered', 'pß'],
    ['🗝\u007f\u007f\u007fx\r', 'entered', 'x'],
    ['wrong\u0015right\r', 'entered', 'right'],
    ['abc\u0003', 'interrupted', 'abc'],
    ['abc\u001c', 'interrupted', 'abc'],
    ['\u0004', 'ended', ''],
    ['abc\u0004', 'entered', 'abc'],
    ['a\u0001b\r', 'entered', 'ab'],
    ['abc\u001a', 'suspended', 'abc'],
    ['a\u001b[Ab\u001b[1;5Cc\u001bOPd\u001bxe\r', 'entered', 'abcde'],
    ['\u001b[200~pasted\u001b[201~\r', 'entered', 'pasted'],
    ['one\rtwo\r', 'entered', 'one'],
  ] as const;
  for (const [keys, state, line] of cases) {
    assert.deepEqual(type(keys), { state, line }, JSON.stringify(keys));
  }
});

test('HiddenLine: the same byte by byte', () => {
  const line = new HiddenLine();
  for (const byte of new TextEncoder().encode('a\u001b[Aü\u007fb\r'))
    line.feed(Uint8Array.of(byte));
  assert.equal(line.state, 'entered');
  assert.equal(new TextDecoder().decode(line.finish()), 'ab');
});

test('HiddenLine: what was typed before Ctrl-Z is forgotten', () => {
  const line = new HiddenLine();
  assert.equal(line.feed(new TextEncoder().encode('half\u001b\u001b[\u001a\u001a')), 'suspended');
  line.restart();
  assert.equal(line.feed(new TextEncoder().encode('whole\r')), 'entered');
  assert.equal(new TextDecoder().decode(line.finish()), 'whole');
});

test('HiddenLine: the longest line passes, one byte more is refused, never cut', () => {
  assert.equal(type(`${'x'.repeat(MAX_HIDDEN_LINE_BYTES)}\r`).state, 'entered');
  assert.equal(type(`${'x'.repeat(MAX_HIDDEN_LINE_BYTES + 1)}\r`).state, 'too-long');
});

test('HiddenLine: blanks and tabs are typed; a sequence ends with its final byte, whichever it is', () => {
  for (const [typed, kept] of [
    ['a b\tc', 'a b\tc'],
    ['a\u001b[200~b\u001b[201~c', 'abc'],
    ['a\u001b[5@b', 'ab'],
    ['a\u001bOHb', 'ab'],
    ['a\u001bxb', 'ab'],
  ] as const) {
    const line = new HiddenLine();
    assert.equal(line.feed(new TextEncoder().encode(`${typed}\r`)), 'entered', typed);
    assert.equal(new TextDecoder().decode(line.finish()), kept);
  }
});

test('HiddenLine: begun anew, nothing is left of the line or of a key that was under way', () => {
  const line = new HiddenLine();
  line.feed(new TextEncoder().encode('half\u001b['));
  line.restart();
  assert.equal(line.feed(new TextEncoder().encode('5\r')), 'entered');
  assert.equal(new TextDecoder().decode(line.finish()), '5');
  assert.equal(line.finish().length, 0);
});
