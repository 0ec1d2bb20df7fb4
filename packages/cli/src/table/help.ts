/** Help texts, made from the table of commands: the program's own, and one for each command. */

import { commandForm } from '../arguments/operands.ts';
import { EXIT_CODE_MEANINGS } from '../exit-code.ts';
import type { CommandSpec, CommandTable, OptionSpec } from '../types/command.ts';

/** What is easy to read, and fits where nobody says how wide it is. */
const WIDEST = 80;
/** Below this, words would stand alone. */
const NARROWEST = 40;
const INDENT = '  ';
/** Of the left of two columns. */
const WIDEST_LEFT = 30;

/** Makes a heading stand out; the identity where colours are off. */
export type Emphasis = (text: string) => string;

/** What it is shown on. */
export interface Page {
  readonly bold: Emphasis;
  /** How many columns there are; `undefined` where nobody knows. */
  readonly columns?: number | undefined;
}

/** Help on the program where no command is given, on one command, or on several with one first word. */
export function helpFor(
  table: CommandTable,
  commands: readonly CommandSpec[],
  version: string,
  page: Page,
): string {
  const [first, ...others] = commands;
  if (first === undefined) return programHelp(table, version, page);
  return others.length === 0 ? commandHelp(first, page) : familyHelp(commands, page);
}

export function programHelp(
  { commands, globalOptions }: CommandTable,
  version: string,
  page: Page,
): string {
  const { bold } = page;
  const width = widthOf(page);
  return lines(
    ...wrap(`keywire ${version}: keep secrets in the user's keyring, from a shell`, width),
    '',
    bold('Usage:'),
    `${INDENT}keywire COMMAND [OPTION …] …`,
    '',
    ...commandList(commands, page),
    bold('Options:'),
    ...columns(globalOptions.map(optionRow), width),
    '',
    ...wrap('"keywire COMMAND --help" explains a command and its options.', width),
    '',
    bold('Exit codes:'),
    ...columns(exitCodes(), width),
  );
}

function familyHelp(commands: readonly CommandSpec[], page: Page): string {
  const width = widthOf(page) - INDENT.length;
  return lines(
    page.bold('Usage:'),
    ...commands.flatMap((command) => formLines(command, width).map((line) => `${INDENT}${line}`)),
    '',
    ...commandList(commands, page),
    '"--help" behind any of them explains it.',
  );
}

function commandList(commands: readonly CommandSpec[], page: Page): string[] {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [page.bold('Commands:'), ...columns(rows, widthOf(page)), ''];
}

export function commandHelp(command: CommandSpec, page: Page): string {
  const { bold } = page;
  const width = widthOf(page);
  return lines(
    ...formLines(command, width),
    '',
    ...command.description.flatMap((paragraph) => [...wrap(paragraph, width), '']),
    bold('Options:'),
    ...columns(command.options.map(optionRow), width),
    '',
    bold('Examples:'),
    ...command.examples.map((example) => `${INDENT}${example}`),
    '',
    bold('Exit codes:'),
    ...columns(command.exitCodes ?? exitCodes(), width),
  );
}

/** The form of a command; where it is too long for one line, the others stand further in. */
function formLines(command: CommandSpec, width: number): string[] {
  const further = INDENT.repeat(2);
  const [first = '', ...rest] = wrap(commandForm(command), width - further.length);
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

function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const widest = Math.min(WIDEST_LEFT, Math.floor((width * 3) / 8));
  const leftWidth = Math.min(widest, Math.max(...rows.map(([left]) => left.length)));
  const gap = ' '.repeat(INDENT.length + leftWidth + 2);
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, width - gap.length).map((line) => `${gap}${line}`);
    // What is wider stands alone, its text below it.
    if (left.length > leftWidth) return [`${INDENT}${left}`, first, ...rest];
    return [`${INDENT}${left.padEnd(leftWidth)}  ${first.trimStart()}`, ...rest];
  });
}

function widthOf({ columns = WIDEST }: Page): number {
  return Math.max(NARROWEST, Math.min(WIDEST, columns));
}

function wrap(paragraph: string, width: number): string[] {
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
