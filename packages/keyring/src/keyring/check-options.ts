// The options of `openKeyring`, checked before anything is opened: whatever is wrong with one is told
// then, not at the first call.

import { checkNames, checkSwitch, checkWord, type OptionNames } from '../entries/caller-options.ts';
import { checkText } from '../entries/entry-key.ts';
import { keyringError } from '../errors.ts';
import type { FileOptions, OpenKeyringOptions, ServiceConnectOptions } from '../types/options.ts';

const OPTION_NAMES: OptionNames<OpenKeyringOptions> = {
  app: true,
  group: true,
  backend: true,
  scheme: true,
  policy: true,
  interactive: true,
  several: true,
  allowForeignWrites: true,
  collection: true,
  connect: true,
  file: true,
  config: true,
  probe: true,
  remember: true,
  signal: true,
};

const FILE_NAMES: OptionNames<FileOptions> = {
  path: true,
  password: true,
  format: true,
  context: true,
};

const CONNECT_NAMES: OptionNames<ServiceConnectOptions> = {
  address: true,
  bus: true,
  session: true,
  timeouts: true,
  trace: true,
};

/** The options that are one of a few words. */
const WORDS = {
  policy: ['keyring-only', 'encrypted-file', 'plaintext'],
  config: ['keywire', 'python-keyring', 'none'],
  several: ['newest', 'refuse'],
} as const satisfies Partial<Record<keyof OpenKeyringOptions, readonly string[]>>;

/** The options that are yes or no. */
const SWITCHES = ['interactive', 'allowForeignWrites', 'probe', 'remember'] as const;

/** @throws {@link KeyringError} with code `invalid-argument` or `too-large`, naming the option */
export function checkOpenOptions(options: OpenKeyringOptions): void {
  checkNames('options', options, OPTION_NAMES);
  for (const name of ['app', 'group', 'collection'] as const) {
    if (options[name] !== undefined) checkText(name, options[name], false);
  }
  for (const name of ['policy', 'config', 'several'] as const) {
    checkWord(name, options[name], WORDS[name]);
  }
  for (const name of SWITCHES) checkSwitch(name, options[name]);
  if (options.connect !== undefined) checkNames('connect', options.connect, CONNECT_NAMES);
  if (options.file !== undefined) checkFileOptions(options.file);
}

function checkFileOptions(file: FileOptions): void {
  checkNames('file', file, FILE_NAMES);
  const { path, password, format, context } = file;
  if (path !== undefined) checkText('file.path', path, false);
  if (context !== undefined) checkText('file.context', context, true);
  checkWord('file.format', format, ['hardened', 'v1']);
  const isPassword = typeof password === 'string' || password instanceof Uint8Array;
  if (password === undefined || isPassword || typeof password === 'function') return;
  throw keyringError('invalid-argument', 'file.password', {
    detail: `expected text, bytes or a function that gives them, got ${typeof password}`,
  });
}
