/** Help texts, made from the table of commands: the program's own, and one for each command. */

import { commandForm } from '../arguments/operands.ts';
import { EXIT_CODE_MEANINGS } from '../exit-code.ts';
import type { CommandSpec, CommandTable, OptionSpec } from '../types/command.ts';

/** Of a terminal that nobody has made wider. */
const WIDTH = 80;
const INDENT = '  ';
/** Of the left of two columns. */
const WIDEST_LEFT = 30;

/** Makes a heading stand out; the identity where colours are off. */
export type Emphasis = (text: string) => string;

/** Help on the program where no command is given, on one command, or on several with one first word. */
export function helpFor(
  table: CommandTable,
  commands: readonly CommandSpec[],
  version: string,
  bold: Emphasis,
): string {
  const [first, ...others] = commands;
  if (first === undefined) return programHelp(table, version, bold);
  return others.length === 0 ? commandHelp(first, bold) : familyHelp(commands, bold);
}

export function programHelp(
  { commands, globalOptions }: CommandTable,
  version: string,
  bold: Emphasis,
): string {
  return lines(
    `keywire ${version}: keep secrets in the user's keyring, from a shell`,
    '',
    bold('Usage:'),
    `${INDENT}keywire COMMAND [OPTION …] …`,
    '',
    ...commandList(commands, bold),
    bold('Options:'),
    ...columns(globalOptions.map(optionRow)),
    '',
    '"keywire COMMAND --help" explains a command and its options.',
    '',
    bold('Exit codes:'),
    ...columns(exitCodes()),
  );
}

function familyHelp(commands: readonly CommandSpec[], bold: Emphasis): string {
  return lines(
    bold('Usage:'),
    ...commands.flatMap((command) => formLines(command).map((line) => `${INDENT}${line}`)),
    '',
    ...commandList(commands, bold),
    '"--help" behind any of them explains it.',
  );
}

function commandList(commands: readonly CommandSpec[], bold: Emphasis): string[] {
  return [bold('Commands:'), ...columns(commands.map(({ name, summary }) => [name, summary])), ''];
}

export function commandHelp(command: CommandSpec, bold: Emphasis): string {
  return lines(
    ...formLines(command),
    '',
    ...command.description.flatMap((paragraph) => [...wrap(paragraph), '']),
    bold('Options:'),
    ...columns(command.options.map(optionRow)),
    '',
    bold('Examples:'),
    ...command.examples.map((example) => `${INDENT}${example}`),
    '',
    bold('Exit codes:'),
    ...columns(command.exitCodes ?? exitCodes()),
  );
}

/** The form of a command; where it is too long for one line, the others stand further in. */
function formLines(command: CommandSpec): string[] {
  const further = INDENT.repeat(2);
  const [first = '', ...rest] = wrap(commandForm(command), WIDTH - further.length);
  return [first, ...rest.map((line) => `${further}${line}`)];
}

function exitCodes(): readonly (readonly [string, string])[] {
  return EXIT_CODE_MEANINGS.map(([code, meaning]) => [String(code), meaning]);
}

function optionRow(option: OptionSpec): readonly [string, string] {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = option.value === undefined ? '' : `=${option.value}`;
  const required = option.isRequired === true ? ' (required)' : '';
  return [`${short}--${option.name}${value}`, `${option.summary}${required}`];
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(WIDEST_LEFT, Math.max(...rows.map(([left]) => left.length)));
  const gap = ' '.repeat(INDENT.length + width + 2);
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, WIDTH - gap.length).map((line) => `${gap}${line}`);
    // What is wider stands alone, its text below it.
    if (left.length > width) return [`${INDENT}${left}`, first, ...rest];
    return [`${INDENT}${left.padEnd(width)}  ${first.trimStart()}`, ...rest];
  });
}

function wrap(paragraph: string, width = WIDTH): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...wrapped, line];
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
