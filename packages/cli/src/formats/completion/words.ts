/** The table of commands as completion sees it: which words can stand where. */
import type { CommandSpec, CommandTable, OptionSpec } from '../../types/command.ts';

/** What a word may be: one of these, a file, a folder, a program with its own arguments, or free. */
export type Choices = readonly string[] | 'file' | 'folder' | 'program' | 'free';

export interface CompletedOption {
  readonly name: string;
  readonly short: string | undefined;
  readonly summary: string;
  /** Absent for an option without a value. */
  readonly value: Choices | undefined;
  readonly isRepeatable: boolean;
}

export interface CompletedCommand {
  /** One word or two. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What its operands are, in order; what comes behind the last one is as the last. */
  readonly operands: readonly Choices[];
}

export interface CompletionWords {
  readonly commands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
}

export function completionWords({ commands, globalOptions }: CommandTable): CompletionWords {
  return { commands: commands.map(completedCommand), options: globalOptions.map(completedOption) };
}

/** First words of commands, each once, with a summary. */
export function firstWords({ commands }: CompletionWords): readonly (readonly [string, string])[] {
  const seen = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ');
    if (!seen.has(first)) seen.set(first, second === undefined ? summary : `${first} commands`);
  }
  return [...seen];
}

/** Second words by first word, of commands that have two. */
export function secondWords({
  commands,
}: CompletionWords): ReadonlyMap<string, readonly CompletedCommand[]> {
  const families = new Map<string, CompletedCommand[]>();
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (second !== undefined) families.set(first, [...(families.get(first) ?? []), command]);
  }
  return families;
}

/** Every form of an option that takes a value: the word behind it is no operand. */
export function valuedForms({ commands }: CompletionWords): readonly string[] {
  const forms = commands.flatMap(({ options }) =>
    options.flatMap(({ name, short, value }) => {
      if (value === undefined) return [];
      return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
    }),
  );
  return [...new Set(forms)];
}

function completedCommand({
  name,
  summary,
  options,
  operands,
  words = [],
}: CommandSpec): CompletedCommand {
  return {
    name,
    summary,
    options: options.map(completedOption),
    operands: operands === 'command' ? ['program'] : words.map(choicesOf),
  };
}

function completedOption({ name, short, summary, ...rest }: OptionSpec): CompletedOption {
  const value = rest.value === undefined ? undefined : choicesOf(rest.value);
  return { name, short, summary, value, isRepeatable: rest.isRepeatable === true };
}

/** Lower-case words with bars between them are what can be chosen, `…` aside; files and folders have names. */
function choicesOf(form: string): Choices {
  const word = form.replace(/^\[|\]$|\|\u2026$/gu, '');
  if (/(?:^|\|)(?:F|FILE)(?:\.json)?$/u.test(word)) return 'file';
  if (word === 'DIR') return 'folder';
  if (/^[a-z0-9-]+(?:\|[a-z0-9-]+)+$/u.test(word)) return word.split('|');
  return 'free';
}
