/** What the completion script of any shell keeps to. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type CompletionWords, completionWords } from '../../src/formats/completion/words.ts';
import { COMMAND_TABLE } from '../../src/table/commands.ts';

export function testCompletion(name: string, script: (words: CompletionWords) => string): void {
  const all = completionWords(COMMAND_TABLE);

  test(`${name}: every command and every option stands in it`, () => {
    const text = script(all);
    for (const { name: command, options } of all.commands) {
      for (const word of command.split(' ')) assert.ok(text.includes(word), word);
      for (const option of options) {
        assert.ok(text.includes(option.name), `${command} ${option.name}`);
      }
    }
    assert.ok(text.endsWith('\n'));
  });

  test(`${name}: an apostrophe in a summary does not end its quotes`, () => {
    const summary = "it's [odd]: a\\b";
    const option = { name: 'odd', short: 'o', summary, value: undefined, isRepeatable: false };
    const command = { name: 'a b', summary, options: [option], operands: ['free' as const] };
    const lines = script({ commands: [command], options: [option] })
      .replaceAll("'\\''", '')
      .replaceAll("\\'", '')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    for (const line of lines) assert.equal((line.match(/'/gu)?.length ?? 0) % 2, 0, line);
  });
}
