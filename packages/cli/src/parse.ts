/**
 * The command line, parsed by the table of commands: options anywhere, `--name=value` or
 * `--name value`, one-letter forms (`-l L`, `-lL`, never several in one argument), `--` before
 * operands that start with a dash.
 * An argument is quoted in a complaint only if it is a plain word that no one would choose as a
 * secret: an option's or a command's name misspelt.
 */
import { parseAttributes } from './attributes.ts';
import { usageError } from './cli-error.ts';
import { COMMANDS, GLOBAL_OPTIONS } from './commands.ts';
import { suggest } from './suggest.ts';
import type { CommandSpec, Invocation, OptionSpec } from './types/command.ts';

export type ParsedCommandLine =
  | { readonly kind: 'help'; readonly command: CommandSpec | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly command: CommandSpec; readonly invocation: Invocation };

interface Arguments {
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

const HELP_ADVICE = '"keywire --help" lists them';

/**
 * @param argv - the arguments behind the program's name
 * @throws {@link CliError} with code `usage`
 */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  refuseNonUtf8(argv);
  const [first, ...rest] = argv;
  if (first === undefined) throw usageError(`no command given; ${HELP_ADVICE}`);
  if (first.startsWith('-')) return parseGlobal(argv);
  if (first === 'help') return parseHelp(rest);
  const command = findCommand(first);
  const given = splitArguments(rest, command.options, 2, command.operands === 'command');
  if (given.flags.has('help')) return { kind: 'help', command };
  for (const option of command.options) {
    if (option.isRequired === true && !given.values.has(option.name)) {
      throw usageError(`${command.name}: --${option.name}=${option.value ?? ''} is missing`);
    }
  }
  return { kind: 'command', command, invocation: invocationOf(command, given) };
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
  const { flags, operands } = splitArguments(argv, GLOBAL_OPTIONS, 1);
  const [name] = operands;
  if (flags.has('version')) return { kind: 'version' };
  if (flags.has('help')) return parseHelp(name === undefined ? [] : [name]);
  throw usageError(`no command given; ${HELP_ADVICE}`);
}

function parseHelp(operands: readonly string[]): ParsedCommandLine {
  const name = operands.find((operand) => !operand.startsWith('-'));
  return { kind: 'help', command: name === undefined ? undefined : findCommand(name) };
}

function findCommand(name: string): CommandSpec {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const near = suggest(name, names);
  if (near !== undefined) {
    throw usageError(`unknown command ${quotable(name)}; did you mean "keywire ${near}"?`);
  }
  throw usageError(`unknown command ${quotable(name)}; ${HELP_ADVICE}`);
}

function splitArguments(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  firstPosition: number,
  endsAtOperand = false,
): Arguments {
  const operands: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    // What stands behind another program's name are that program's own options.
    if (endsAtOperand && !argument.startsWith('-')) {
      operands.push(...argv.slice(index));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      operands.push(argument);
      continue;
    }
    const { option, inlineValue } = readOption(argument, specs, index + firstPosition);
    if (option.value === undefined) {
      if (inlineValue !== undefined) throw usageError(`--${option.name} takes no value`);
      flags.add(option.name);
      continue;
    }
    let value = inlineValue;
    if (value === undefined) {
      index += 1;
      value = argv[index];
    }
    // An option where a value was expected is a forgotten value, not a value.
    if (value === undefined || (inlineValue === undefined && value.startsWith('--'))) {
      throw usageError(`--${option.name} needs a value: --${option.name}=${option.value}`);
    }
    if (values.has(option.name)) throw usageError(`--${option.name} is given twice`);
    values.set(option.name, value);
  }
  return { operands, flags, values };
}

function readOption(
  argument: string,
  specs: readonly OptionSpec[],
  position: number,
): { option: OptionSpec; inlineValue: string | undefined } {
  if (argument.startsWith('--')) {
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
    const option = specs.find((candidate) => candidate.name === name);
    if (option === undefined) throw unknownOption(name, specs, position);
    return { option, inlineValue: equals < 0 ? undefined : argument.slice(equals + 1) };
  }
  const option = specs.find((candidate) => candidate.short === argument[1]);
  const attached = argument.slice(2);
  // Letters are not run together: "-hunter2" is a stray operand and no request for help.
  if (option === undefined || (option.value === undefined && attached !== '')) {
    throw usageError(
      `argument ${position} is no option of this command; put "--" before operands that start with a dash`,
    );
  }
  return { option, inlineValue: attached === '' ? undefined : attached };
}

function unknownOption(name: string, specs: readonly OptionSpec[], position: number): Error {
  const near = suggest(
    name,
    specs.map((spec) => spec.name),
  );
  const subject = isPlainWord(name) ? `unknown option --${name}` : `unknown option`;
  const place = isPlainWord(name) ? '' : ` (argument ${position})`;
  const advice = near === undefined ? '' : `; did you mean --${near}?`;
  return usageError(`${subject}${place}${advice}`);
}

function invocationOf(command: CommandSpec, given: Arguments): Invocation {
  const { flags, values, operands } = given;
  if (command.operands === 'none') {
    if (operands.length > 0) {
      throw usageError(`${command.name} takes no operands, got ${operands.length}`);
    }
    return { attributes: new Map(), command: [], words: [], flags, values };
  }
  if (command.operands === 'words') {
    requireWords(command, operands);
    return { attributes: new Map(), command: [], words: operands, flags, values };
  }
  if (command.operands === 'command') {
    if (operands.length === 0) throw usageError(`${command.name}: no command given`);
    return { attributes: new Map(), command: operands, words: [], flags, values };
  }
  const attributes = parseAttributes(operands, command.name === 'store');
  return { attributes, command: [], words: [], flags, values };
}

function requireWords({ name, words = [] }: CommandSpec, operands: readonly string[]): void {
  const isFitting =
    operands.length === words.length &&
    words.every((word, index) => word !== word.toLowerCase() || operands[index] === word);
  if (!isFitting) throw usageError(`${name}: expected "keywire ${name} ${words.join(' ')}"`);
}

/** Lower-case letters and hyphens: what a mistyped name looks like and a secret does not. */
function isPlainWord(word: string): boolean {
  return /^[a-z][a-z-]{0,19}$/u.test(word);
}

/** The word in quotes, or a note in its place where it may be a secret. */
export function quotable(word: string): string {
  // @rule cli/no-argument-echo keywire#secrets-and-arguments
  return isPlainWord(word) ? `"${word}"` : '(not quoted here, it may be a secret)';
}
