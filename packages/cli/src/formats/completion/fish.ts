/** A completion script for fish 3 or newer: a line for each thing that can be completed. */
import {
  type Choices,
  type CompletedCommand,
  type CompletedOption,
  type CompletionWords,
  firstWords,
  secondWords,
} from './words.ts';

/** Whether the words behind the program begin with these: "list" is a command, and a word of others. */
const IS_COMMAND = `function __keywire_is
    set -l words (commandline -opc)
    set -l last (math 1 + (count $argv))
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end`;

export function fishCompletion(words: CompletionWords): string {
  const families = [...secondWords(words)];
  const noCommand = '__fish_use_subcommand';
  return [
    '# fish completion for keywire, made by "keywire completion fish"',
    IS_COMMAND,
    'complete -c keywire -f',
    ...words.options.map((option) => optionLine(noCommand, option)),
    ...firstWords(words).map(([word, summary]) => wordLine(noCommand, word, summary)),
    wordLine(noCommand, 'help', 'print help'),
    ...families.flatMap(([first, commands]) => {
      const undecided = `__keywire_is ${first}; and test (count (commandline -opc)) -eq 2`;
      return commands.map(({ name, summary }) =>
        wordLine(undecided, name.slice(first.length + 1), summary),
      );
    }),
    ...words.commands.flatMap(commandLines),
    '',
  ].join('\n');
}

function commandLines({ name, options, operands }: CompletedCommand): readonly string[] {
  const condition = `__keywire_is ${name}`;
  const operandLines = operands.flatMap((choices) => {
    if (choices === 'free') return [];
    if (choices === 'program') {
      return [`complete -c keywire -n ${quoted(condition)} -xa '(__fish_complete_command)'`];
    }
    if (choices === 'file') return [`complete -c keywire -n ${quoted(condition)} -F`];
    return [`complete -c keywire -n ${quoted(condition)} -xa ${quoted(action(choices))}`];
  });
  return [...options.map((option) => optionLine(condition, option)), ...operandLines];
}

function optionLine(condition: string, option: CompletedOption): string {
  const { name, short, summary, value } = option;
  const parts = ['complete -c keywire', `-n ${quoted(condition)}`, `-l ${name}`];
  if (short !== undefined) parts.push(`-s ${short}`);
  if (value === 'file') parts.push('-rF');
  else if (value === 'free') parts.push('-x');
  else if (value !== undefined) parts.push(`-xa ${quoted(action(value))}`);
  return [...parts, `-d ${quoted(summary)}`].join(' ');
}

function wordLine(condition: string, word: string, summary: string): string {
  return `complete -c keywire -n ${quoted(condition)} -a ${word} -d ${quoted(summary)}`;
}

function action(choices: Exclude<Choices, 'file' | 'free' | 'program'> | 'program'): string {
  if (choices === 'folder') return '(__fish_complete_directories)';
  return choices === 'program' ? '(__fish_complete_command)' : choices.join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
