/**
 * Command lines as GLib's GOption takes them, which is how secret-tool takes its own: `--name VALUE`,
 * `--name=VALUE`, `-n VALUE`, letters run together where none of them takes a value, the last of a
 * repeated option counts, a flag's `=VALUE` is dropped, and the first `--` is only a separator.
 */
import { type CliError, usageError } from '../output/cli-error.ts';

export interface GroupOption {
  readonly name: string;
  readonly short?: string;
  readonly takesValue: boolean;
  readonly summary: string;
}

export interface GroupArguments {
  readonly isHelp: boolean;
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

const HELP_NAMES: ReadonlySet<string> = new Set(['--help', '--help-all', '-?']);

/** @throws {@link CliError} with code `usage` and the line that is to be printed */
export function parseOptionGroup(
  argv: readonly string[],
  options: readonly GroupOption[],
): GroupArguments {
  const operands: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const answer = (isHelp: boolean): GroupArguments => ({ isHelp, operands, flags, values });
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      operands.push(argument);
      continue;
    }
    if (HELP_NAMES.has(argument)) return answer(true);
    const { shown, option, inline, isHelp } = readArgument(argument, options, flags);
    if (isHelp) return answer(true);
    if (option === undefined) continue;
    if (inline !== undefined) {
      values.set(option.name, inline);
      continue;
    }
    index += 1;
    const value = argv[index];
    if (value === undefined) throw usageError(`Missing argument for ${shown}`);
    values.set(option.name, value);
  }
  return answer(false);
}

interface ReadArgument {
  /** The option as it was written. */
  readonly shown: string;
  /** The option whose value is still to be taken. */
  readonly option?: GroupOption;
  readonly inline?: string;
  readonly isHelp: boolean;
}

function readArgument(
  argument: string,
  options: readonly GroupOption[],
  flags: Set<string>,
): ReadArgument {
  if (argument.startsWith('--')) {
    const [shown = '', inline] = splitAtEquals(argument);
    const option = options.find(({ name }) => `--${name}` === shown);
    if (option === undefined) throw unknown(argument);
    if (!option.takesValue) flags.add(option.name);
    if (!option.takesValue) return { shown, isHelp: false };
    return { shown, option, isHelp: false, ...(inline === undefined ? {} : { inline }) };
  }
  const letters = [...argument.slice(1)];
  const found = letters.map((letter) => options.find(({ short }) => short === letter));
  for (const [index, option] of found.entries()) {
    if (letters[index] === 'h') return { shown: argument, isHelp: true };
    const isLast = index === letters.length - 1;
    // A value is an argument of its own: "-lL" is no option.
    if (option === undefined || (option.takesValue && !isLast)) throw unknown(argument);
    if (option.takesValue) return { shown: argument, option, isHelp: false };
    flags.add(option.name);
  }
  return { shown: argument, isHelp: false };
}

function splitAtEquals(argument: string): [string, string?] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

/** An option misspelt is repeated as that tool does; what could be a secret in its place is not. */
function unknown(argument: string): CliError {
  const isName = /^--?[a-z][a-z-]{0,19}$/iu.test(argument);
  return usageError(isName ? `Unknown option ${argument}` : 'Unknown option');
}
