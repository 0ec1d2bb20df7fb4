/**
 * Called as `secret-tool`: that program's forms, answers and exit codes. Where it misleads, this
 * does not: a secret is stored whole, `lock` ends well, and what is locked is said to be so, with
 * the exit codes 3 and 4, where that program is as silent as about what is not there.
 * The whole list of differences, each with its reason, is in docs/PROGRAMS.md and in the transcripts.
 */

import { closeAfter } from '../close-after.ts';
import { MAX_SECRET_BYTES } from '../commands/store.ts';
import { ExitCode } from '../exit-code.ts';
import { CliError, isInterrupted, usageError } from '../output/cli-error.ts';
import { describeFailure } from '../output/describe-failure.ts';
import { printItem, textFormFor } from '../output/found-items.ts';
import { Output } from '../output/output.ts';
import { oneLine } from '../output/printable.ts';
import type { Personality } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { Attributes } from '../types/items.ts';
import type { Keyring } from '../types/keyring.ts';
import type { Outcome } from '../types/outcome.ts';
import { type GroupArguments, type GroupOption, parseOptionGroup } from './option-groups.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

const COLLECTION: GroupOption = {
  name: 'collection',
  short: 'c',
  takesValue: true,
  summary: 'the collection, by alias, name or object path',
};

interface Form {
  readonly usage: string;
  readonly options: readonly GroupOption[];
  readonly run: (given: GroupArguments, keyring: Keyring, host: Host) => Promise<Outcome>;
  /** Checks what the form requires, before a keyring is looked for. */
  readonly check: (given: GroupArguments) => void;
}

/** The forms in the order in which the usage lists them. */
const FORMS: Readonly<Record<string, Form>> = {
  store: {
    usage: "store --label='label' attribute value ...",
    options: [
      { name: 'label', short: 'l', takesValue: true, summary: 'what keyring managers show' },
      COLLECTION,
    ],
    check(given) {
      if (!given.values.has('label')) throw usageError('must specify a label for the new item');
      attributesOf(given);
    },
    run: store,
  },
  lookup: { usage: 'lookup attribute value ...', options: [], check: attributesOf, run: lookup },
  clear: { usage: 'clear attribute value ...', options: [], check: attributesOf, run: clear },
  search: {
    usage: 'search [--all] [--unlock] attribute value ...',
    options: [
      { name: 'all', short: 'a', takesValue: false, summary: 'every match, not only the first' },
      { name: 'unlock', takesValue: false, summary: 'unlock what is locked' },
    ],
    check: attributesOf,
    run: search,
  },
  lock: {
    usage: "lock --collection='collection'",
    options: [COLLECTION],
    check: () => {},
    run: lock,
  },
};

export const secretTool: Personality = async (argv, host) => {
  const [name = '', ...rest] = argv;
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined) return misused();
  let given: GroupArguments;
  try {
    refuseNonUtf8(argv);
    given = parseOptionGroup(rest, form.options);
    if (given.isHelp) return new Output().out(helpOf(name, form)).finish();
  } catch (error) {
    return misused(messageOf(error));
  }
  try {
    form.check(given);
  } catch (error) {
    return misused(`secret-tool: ${messageOf(error)}`);
  }
  return await onKeyring(host, (keyring) => form.run(given, keyring, host));
};

async function onKeyring(
  host: Host,
  use: (keyring: Keyring) => Promise<Outcome>,
): Promise<Outcome> {
  const options = { noPrompt: false, plain: false, timeoutMs: undefined };
  let keyring: Keyring | undefined;
  const answered = async (): Promise<Outcome> => {
    try {
      keyring = await host.openKeyring(options);
      return await use(keyring);
    } catch (error) {
      if (isInterrupted(error, host.signal)) return new Output().finish(ExitCode.INTERRUPTED);
      const { code, message } = await describeFailure(error);
      // @rule cli/secret-tool-locked keywire#as-secret-tool
      // "Not there" is exit 1 and silent: what is locked or was dismissed must not look like it.
      const isWithheld = code === ExitCode.LOCKED || code === ExitCode.DISMISSED;
      const line = `secret-tool: ${oneLine(message)}\n`;
      return new Output().err(line).finish(isWithheld ? code : FAILED);
    }
  };
  return await closeAfter(answered, () => keyring);
}

async function store(given: GroupArguments, keyring: Keyring, host: Host): Promise<Outcome> {
  const secret = await readSecret(keyring, host);
  try {
    await keyring.store({
      label: given.values.get('label') ?? '',
      attributes: attributesOf(given),
      secret,
      contentType: 'text/plain',
      collection: given.values.get('collection'),
    });
    return new Output().finish();
  } finally {
    secret.fill(0);
  }
}

async function readSecret(keyring: Keyring, host: Host): Promise<Uint8Array> {
  if (host.stdinKind() !== 'terminal') return await host.readStdin(MAX_SECRET_BYTES);
  await keyring.ready();
  return await host.readHidden('Password: ');
}

async function lookup(given: GroupArguments, keyring: Keyring, host: Host): Promise<Outcome> {
  const secret = await keyring.lookup(attributesOf(given), {});
  if (secret === undefined) return new Output().finish(FAILED);
  const output = new Output().out(secret.bytes);
  if (host.isTerminal('stdout')) output.out('\n');
  return output.finish();
}

async function clear(given: GroupArguments, keyring: Keyring): Promise<Outcome> {
  const cleared = await keyring.clear(attributesOf(given), {});
  return new Output().finish(cleared === 0 ? FAILED : ExitCode.DONE);
}

async function search(given: GroupArguments, keyring: Keyring, host: Host): Promise<Outcome> {
  const items = await keyring.search({
    attributes: attributesOf(given),
    limit: given.flags.has('all') ? undefined : 1,
    unlock: given.flags.has('unlock'),
  });
  const output = new Output();
  const form = textFormFor(host, false);
  for (const item of items) {
    if (typeof item.secret === 'string') output.err(`secret-tool: ${withheld(item.secret)}\n`);
    printItem(output, item, form);
  }
  return output.finish();
}

function withheld(reason: string): string {
  return `an item is shown without its secret: ${reason}`;
}

async function lock(given: GroupArguments, keyring: Keyring): Promise<Outcome> {
  await keyring.lock({ collection: given.values.get('collection') });
  return new Output().finish();
}

/** Pairs of attributes; of a name that comes twice the last value counts, as in the program. */
function attributesOf({ operands }: GroupArguments): Attributes {
  if (operands.length === 0) throw usageError('must specify attribute and value pairs');
  if (operands.length % 2 !== 0) throw usageError('must specify attributes and values in pairs');
  const attributes = new Map<string, string>();
  for (let index = 0; index < operands.length; index += 2) {
    const name = operands[index] ?? '';
    if (name === '') throw usageError(`the name of attribute ${index / 2 + 1} is empty`);
    attributes.set(name, operands[index + 1] ?? '');
  }
  return attributes;
}

function refuseNonUtf8(argv: readonly string[]): void {
  // @rule cli/argument-utf8 keywire#attributes
  if (argv.some((argument) => argument.includes('\ufffd'))) {
    throw usageError('Invalid byte sequence in conversion input');
  }
}

/** The usage on stderr, behind a line on what is wrong where there is one. */
function misused(line?: string): Outcome {
  const output = new Output();
  if (line !== undefined) output.err(`${line}\n`);
  for (const [index, { usage }] of Object.values(FORMS).entries()) {
    output.err(`${index === 0 ? 'usage:' : '      '} secret-tool ${usage}\n`);
  }
  return output.finish(WRONG_USAGE);
}

function helpOf(name: string, { usage, options }: Form): string {
  const rows = [
    ...options.map(({ short, name: long, summary }) => {
      const letter = short === undefined ? '    ' : `-${short}, `;
      return [`${letter}--${long}`, summary] as const;
    }),
    ['-h, --help', `print this help on ${name}`] as const,
  ];
  const lines = rows.map(([left, right]) => `  ${left.padEnd(18)}${right}\n`);
  return `Usage:\n  secret-tool ${usage}\n\nOptions:\n${lines.join('')}`;
}

function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  throw error;
}
