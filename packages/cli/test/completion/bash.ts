import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { bashCompletion } from '../../src/completion/bash.ts';
import { completionWords } from '../../src/completion/words.ts';

const WORDS = completionWords();

test('bashCompletion: every command and every option stands in it', () => {
  const script = bashCompletion(WORDS);
  for (const { name, options } of WORDS.commands) {
    for (const word of name.split(' ')) assert.ok(script.includes(word), word);
    for (const option of options) {
      assert.ok(script.includes(option.name), `${name} ${option.name}`);
    }
  }
  assert.ok(script.endsWith('\n'));
});

test('bashCompletion: an apostrophe in a summary does not end its quotes', () => {
  const option = {
    name: 'odd',
    short: 'o',
    summary: "it's [odd]: \\",
    value: undefined,
    isRepeatable: false,
  };
  const commands = [
    { name: 'a b', summary: "isn't", options: [option], operands: ['free' as const] },
  ];
  const script = bashCompletion({ commands, options: [option] });
  const unquoted = script
    .replaceAll("'\\''", '')
    .replaceAll("\\'", '')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  for (const line of unquoted) assert.equal((line.match(/'/gu)?.length ?? 0) % 2, 0, line);
});
