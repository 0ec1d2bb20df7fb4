/**
 * The command line of Python's keyring: that of argparse, where options stand anywhere, long ones
 * may be shortened, and a number below zero is no option.
 * https://docs.python.org/3/library/argparse.html
 * Unlike argparse, options may stand between the operands, and what is complained of is not repeated
 * where it may be a secret.
 */
import { NOT_QUOTED, quotable } from '../arguments/split.ts';

export const OPERATIONS = ['get', 'set', 'del', 'diagnose'] as const;
export const SHELLS = ['bash', 'zsh', 'tcsh'] as const;

export type Operation = (typeof OPERATIONS)[number];

export interface KeyringArguments {
  readonly operation: Operation | undefined;
  readonly service: string | undefined;
  readonly username: string | undefined;
  readonly flags: ReadonlySet<FlagName>;
  /** A backend by the name of its class. */
  readonly backend: string | undefined;
  readonly mode: 'password' | 'creds';
  readonly output: 'plain' | 'json';
  readonly completion: (typeof SHELLS)[number] | undefined;
}

export type FlagName = 'help' | 'list-backends' | 'disable';

export type ParsedArguments =
  | { readonly kind: 'arguments'; readonly given: KeyringArguments }
  | { readonly kind: 'error'; readonly message: string };

interface OptionRow {
  readonly name: string;
  readonly short?: string;
  readonly takesValue: boolean;
  readonly choices?: readonly string[];
}

const OPTIONS: readonly OptionRow[] = [
  { name: 'help', short: 'h', takesValue: false },
  { name: 'keyring-path', short: 'p', takesValue: true },
  { name: 'keyring-backend', short: 'b', takesValue: true },
  { name: 'list-backends', takesValue: false },
  { name: 'disable', takesValue: false },
  { name: 'mode', takesValue: true, choices: ['password', 'creds'] },
  { name: 'output', takesValue: true, choices: ['plain', 'json'] },
  { name: 'print-completion', takesValue: true, choices: SHELLS },
];

const MAX_OPERANDS = 3;

export const KEYRING_USAGE = `usage: keyring [-h] [-p KEYRING_PATH] [-b KEYRING_BACKEND] [--list-backends]
               [--disable] [--mode {password,creds}] [--output {plain,json}]
               [--print-completion {bash,zsh,tcsh}]
               [{get,set,del,diagnose}] [service] [username]
`;

export function parseKeyringArguments(argv: readonly string[]): ParsedArguments {
  const operands: string[] = [];
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const unknown: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (!isOption(argument)) {
      operands.push(argument);
      continue;
    }
    const found = findOption(argument);
    if (found === undefined) {
      unknown.push(argument);
      continue;
    }
    if ('message' in found) return failed(found.message);
    const { row, inline } = found;
    if (!row.takesValue) {
      if (inline !== undefined) return failed(`argument ${names(row)}: ignored explicit argument`);
      flags.add(row.name);
      // Help is given at once, whatever else is wrong.
      if (row.name === 'help') break;
      continue;
    }
    const next = argv[index + 1];
    if (inline === undefined) index += 1;
    const value = inline ?? (next !== undefined && !isOption(next) ? next : undefined);
    if (value === undefined) return failed(`argument ${names(row)}: expected one argument`);
    if (row.choices?.includes(value) === false)
      return invalidChoice(names(row), value, row.choices);
    values.set(row.name, value);
  }
  if (flags.has('help')) return given([], flags, values);
  return refusalOf(operands, unknown) ?? given(operands, flags, values);
}

function refusalOf(
  operands: readonly string[],
  unknown: readonly string[],
): ParsedArguments | undefined {
  const [operation] = operands;
  if (operation !== undefined && !isOneOf(operation, OPERATIONS)) {
    return invalidChoice('operation', operation, OPERATIONS);
  }
  // Behind the user name people type the password, however much it looks like a word.
  // @rule cli/no-argument-echo keywire#secrets-and-arguments
  const surplus = operands.slice(MAX_OPERANDS).map(() => NOT_QUOTED);
  const shown = [...unknown.map(optionShown), ...surplus];
  return shown.length === 0 ? undefined : failed(`unrecognized arguments: ${shown.join(' ')}`);
}

/** As it was written, where it reads like a name. */
function optionShown(argument: string): string {
  const shown = quotable(argument.replace(/^-*/u, ''));
  return shown === NOT_QUOTED ? shown : argument;
}

function given(
  [operation, service, username]: readonly string[],
  flags: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
): ParsedArguments {
  const completion = values.get('print-completion');
  return {
    kind: 'arguments',
    given: {
      operation: isOneOf(operation, OPERATIONS) ? operation : undefined,
      service,
      username,
      flags: new Set([...flags].filter(isFlagName)),
      backend: values.get('keyring-backend'),
      mode: values.get('mode') === 'creds' ? 'creds' : 'password',
      output: values.get('output') === 'json' ? 'json' : 'plain',
      completion: isOneOf(completion, SHELLS) ? completion : undefined,
    },
  };
}

/**
 * A dash alone is an operand; so is a negative number or what has spaces in it, unless it begins as an
 * option does.
 */
function isOption(argument: string): boolean {
  if (!argument.startsWith('-') || argument === '-') return false;
  if (findOption(argument) !== undefined) return true;
  return !/^-(?:\d+|\d*\.\d+)$/u.test(argument) && !argument.includes(' ');
}

type Found =
  | { readonly row: OptionRow; readonly inline: string | undefined }
  | { readonly message: string };

function findOption(argument: string): Found | undefined {
  if (!argument.startsWith('--')) {
    const row = OPTIONS.find(({ short }) => short === argument[1]);
    const rest = argument.slice(2).replace(/^=/u, '');
    return row && { row, inline: argument.length > 2 ? rest : undefined };
  }
  const equals = argument.indexOf('=');
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  const inline = equals < 0 ? undefined : argument.slice(equals + 1);
  const exact = OPTIONS.find((row) => row.name === name);
  const matches =
    exact === undefined ? OPTIONS.filter((row) => row.name.startsWith(name)) : [exact];
  const [row] = matches;
  if (row === undefined) return undefined;
  if (matches.length === 1) return { row, inline };
  const could = matches.map((each) => `--${each.name}`).join(', ');
  return { message: `ambiguous option: --${name} could match ${could}` };
}

function names({ name, short }: OptionRow): string {
  return short === undefined ? `--${name}` : `-${short}/--${name}`;
}

function invalidChoice(
  subject: string,
  value: string,
  choices: readonly string[],
): ParsedArguments {
  const list = choices.map((choice) => `'${choice}'`).join(', ');
  const shown = quotable(value).replaceAll('"', "'");
  return failed(`argument ${subject}: invalid choice: ${shown} (choose from ${list})`);
}

function failed(message: string): ParsedArguments {
  return { kind: 'error', message };
}

function isFlagName(name: string): name is FlagName {
  return isOneOf(name, ['help', 'list-backends', 'disable'] as const);
}

function isOneOf<T extends string>(value: string | undefined, all: readonly T[]): value is T {
  return all.some((each) => each === value);
}
