/**
 * The command line, parsed by the table of commands: first the command, of one word or two, then
 * its options and operands.
 */

import { invocationOf, rightForm } from '../arguments/operands.ts';
import { type Arguments, quotable, splitArguments } from '../arguments/split.ts';
import { suggest } from '../arguments/suggest.ts';
import { CliError, usageError } from '../output/cli-error.ts';
import type { CommandSpec, Invocation } from '../types/command.ts';
import { COMMAND_TABLE } from './commands.ts';

export type ParsedCommandLine =
  /** Help on the program (no command), on one command, or on those that share a first word. */
  | { readonly kind: 'help'; readonly commands: readonly CommandSpec[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly command: CommandSpec; readonly invocation: Invocation };

const { commands: COMMANDS, globalOptions: GLOBAL_OPTIONS } = COMMAND_TABLE;

const HELP_ADVICE = '"keywire --help" lists them';
const HELP_WORDS: ReadonlySet<string> = new Set(['--help', '-h']);

/**
 * @param argv - the arguments behind the program's name
 * @throws {@link CliError} with code `usage`
 */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  refuseNonUtf8(argv);
  const [first] = argv;
  if (first === undefined) throw usageError(`no command given; ${HELP_ADVICE}`);
  if (first.startsWith('-')) return parseGlobal(argv);
  if (first === 'help') return parseHelp(argv.slice(1));
  const command = findCommand(argv);
  if (command === undefined) return parseFamily(argv);
  const taken = wordsOf(command, first);
  const given = splitArguments(argv.slice(taken), {
    options: command.options,
    firstPosition: taken + 1,
    endsAtOperand: command.operands === 'command',
  });
  if (given.flags.has('help')) return { kind: 'help', commands: [command] };
  return { kind: 'command', command, invocation: invocationOf(command, given) };
}

/** The command that these words name; `undefined` where none does. */
export function findCommand(argv: readonly string[]): CommandSpec | undefined {
  const [first = '', second = ''] = argv;
  return COMMANDS.find(
    ({ name, synonyms }) =>
      name === first || name === `${first} ${second}` || synonyms?.includes(first) === true,
  );
}

/** How many words of the command line are the command's name. */
function wordsOf({ name }: CommandSpec, first: string): number {
  return name.startsWith(`${first} `) ? 2 : 1;
}

function refuseNonUtf8(argv: readonly string[]): void {
  for (const [index, argument] of argv.entries()) {
    // @rule cli/argument-utf8 keywire#attributes
    // Node decodes argv with replacement characters: two different byte strings would become
    // the same attribute, and a lookup could answer with another item's secret.
    if (argument.includes('\ufffd')) {
      throw usageError(`argument ${index + 1} is not UTF-8, or holds the character U+FFFD`);
    }
  }
}

function parseGlobal(argv: readonly string[]): ParsedCommandLine {
  const { flags, operands } = splitGlobal(argv);
  if (flags.has('version')) return { kind: 'version' };
  if (flags.has('help')) return parseHelp(operands);
  throw usageError(`no command given; ${HELP_ADVICE}`);
}

function splitGlobal(argv: readonly string[]): Arguments {
  try {
    return splitArguments(argv, { options: GLOBAL_OPTIONS, firstPosition: 1 });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw usageError(
      'only --help and --version stand before a command; its options stand behind it: keywire COMMAND [OPTION …]',
    );
  }
}

function parseHelp(operands: readonly string[]): ParsedCommandLine {
  const names = operands.filter((operand) => !operand.startsWith('-'));
  if (names.length === 0) return { kind: 'help', commands: [] };
  const command = findCommand(names);
  if (command !== undefined) return { kind: 'help', commands: [command] };
  return parseFamily([names[0] ?? '', '--help']);
}

/** Words that name no command: the first word of several, or a mistake. */
function parseFamily(argv: readonly string[]): ParsedCommandLine {
  const [first = '', second] = argv;
  const commands = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (commands.length === 0) throw unknownCommand(first);
  if (second !== undefined && HELP_WORDS.has(second)) return { kind: 'help', commands };
  const seconds = commands.map(({ name }) => name.slice(first.length + 1));
  throw usageError(
    `${first}: expected ${seconds.join(', ')}; "keywire ${first} --help" tells more`,
  );
}

function unknownCommand(name: string): Error {
  const subject = `unknown command ${quotable(name)}`;
  const meant = COMMANDS.find(({ mistakenNames }) => mistakenNames?.includes(name) === true);
  if (meant !== undefined) return usageError(`${subject}; ${rightForm(meant)}`);
  const names = COMMANDS.map((candidate) => candidate.name.replace(/ .*$/u, ''));
  const near = suggest(name, [...names, '--help', '--version']);
  if (near === undefined) return usageError(`${subject}; ${HELP_ADVICE}`);
  return usageError(`${subject}; did you mean "keywire ${near}"?`);
}
