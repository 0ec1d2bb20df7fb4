/**
 * Arguments split into options and operands by a command's list of options: options anywhere,
 * `--name=value` or `--name value`, one-letter forms (`-l L`, `-lL`, never several in one
 * argument), `--` before operands that start with a dash.
 * An argument is quoted in a complaint only if it is a plain word that no one would choose as a
 * secret: an option's or a command's name misspelt.
 */
import { usageError } from '../output/cli-error.ts';
import type { OptionSpec } from '../types/command.ts';
import { suggest } from './suggest.ts';

export interface Arguments {
  readonly operands: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export interface SplitRules {
  readonly options: readonly OptionSpec[];
  /** The place of the first argument on the command line, counted from 1. */
  readonly firstPosition: number;
  /** What stands behind the first operand are another program's own options. */
  readonly endsAtOperand?: boolean;
}

/** @throws {@link CliError} with code `usage` */
export function splitArguments(argv: readonly string[], rules: SplitRules): Arguments {
  const operands: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      if (rules.endsAtOperand === true) {
        operands.push(...argv.slice(index));
        break;
      }
      operands.push(argument);
      continue;
    }
    const position = index + rules.firstPosition;
    const { option, inlineValue } = readOption(argument, rules.options, position);
    if (option.value === undefined) {
      if (inlineValue !== undefined) throw usageError(`--${option.name} takes no value`);
      flags.add(option.name);
      continue;
    }
    if (inlineValue === undefined) index += 1;
    const value = checkedValue(option, inlineValue, argv[index]);
    if (option.isRepeatable === true) {
      lists.set(option.name, [...(lists.get(option.name) ?? []), value]);
      continue;
    }
    if (values.has(option.name)) throw usageError(`--${option.name} is given twice`);
    values.set(option.name, value);
  }
  return { operands, flags, values, lists };
}

/** An option where a value was expected is a forgotten value, not a value. */
function checkedValue(
  { name, value: placeholder = '' }: OptionSpec,
  inline: string | undefined,
  next: string | undefined,
): string {
  if (inline !== undefined) return inline;
  if (next !== undefined && !next.startsWith('--')) return next;
  throw usageError(`--${name} needs a value: --${name}=${placeholder}`);
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
  const names = specs.map((spec) => spec.name);
  // Of several that begin so, as --password does, all are told.
  const begun = names.filter((each) => each.startsWith(`${name}-`));
  const near = suggest(name, names) ?? (begun.length > 0 ? begun.join(', --') : undefined);
  const subject = isPlainWord(name) ? `unknown option --${name}` : `unknown option`;
  const place = isPlainWord(name) ? '' : ` (argument ${position})`;
  const advice = near === undefined ? '' : `; did you mean --${near}?`;
  return usageError(`${subject}${place}${advice}`);
}

/** Lower-case letters and hyphens: what a mistyped name looks like and a secret does not. */
export function isPlainWord(word: string): boolean {
  return /^[a-z][a-z-]{0,19}$/u.test(word);
}

/** What stands in the place of a word that may be a secret. */
export const NOT_QUOTED = '(not quoted here, it may be a secret)';

/** The word in quotes, or a note in its place where it may be a secret. */
export function quotable(word: string): string {
  // @rule cli/no-argument-echo keywire#secrets-and-arguments
  return isPlainWord(word) ? `"${word}"` : NOT_QUOTED;
}
