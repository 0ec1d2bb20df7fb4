/**
 * Called as `keyring`: the command of Python's keyring, its output and its exit codes, so that pip,
 * uv and whatever else calls it are served. Its variables and its keyringrc.cfg are honoured, its
 * items are read and written.
 * Unlike it: a failure is one line and no traceback; what keeps a password locked away is told, and
 * is no other exit code than 1; a keyring that was disabled is said to be, where it says nothing.
 */

import { withoutFinalNewline } from '../arguments/newline.ts';
import { closeAfter } from '../close-after.ts';
import { MAX_SECRET_BYTES } from '../commands/store.ts';
import { isInterrupted, usageError } from '../output/cli-error.ts';
import { decodeText } from '../output/content.ts';
import { describeFailure } from '../output/describe-failure.ts';
import { Output } from '../output/output.ts';
import { failureLine, oneLine } from '../output/printable.ts';
import type { Personality } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { Outcome } from '../types/outcome.ts';
import type { FoundPassword, Passwords } from '../types/passwords.ts';
import {
  KEYRING_USAGE,
  type KeyringArguments,
  parseKeyringArguments,
} from './keyring-arguments.ts';
import { keyringCompletion } from './keyring-completion.ts';

const FAILED = 1;
const USAGE = 2;
const NULL_BACKEND = 'keyring.backends.null.Keyring';
const NOT_TEXT = 'the password is not text in UTF-8';

export const keyring: Personality = async (argv, host) => {
  // @rule cli/argument-utf8 keywire#attributes
  const broken = argv.findIndex((argument) => argument.includes('\ufffd'));
  if (broken >= 0) return failure(`argument ${broken + 1} is not UTF-8, or holds U+FFFD`);
  const parsed = parseKeyringArguments(argv);
  if (parsed.kind === 'error') return wrongUsage(parsed.message);
  try {
    return await answer(parsed.given, host);
  } catch (error) {
    if (isInterrupted(error, host.signal)) throw error;
    const { message, advice } = await describeFailure(error);
    return failure(message, advice);
  }
};

async function answer(given: KeyringArguments, host: Host): Promise<Outcome> {
  const { operation, service, username, flags, mode, completion } = given;
  if (flags.has('help')) return new Output().out(`${KEYRING_USAGE}\n${HELP}`).finish();
  if (completion !== undefined) return new Output().out(keyringCompletion(completion)).finish();
  if (flags.has('list-backends')) return await listBackends(host);
  if (flags.has('disable')) return await disable(host);
  if (operation === 'diagnose') return await diagnose(host);
  if (operation === undefined) {
    return wrongUsage('Specify operation (get, set, del, diagnose).');
  }
  const needsUsername = operation !== 'get' || mode !== 'creds';
  if (service === undefined || (needsUsername && username === undefined)) {
    return wrongUsage(`${operation} requires service${needsUsername ? ' and username' : ''}`);
  }
  const passwords = await open(given.backend, host);
  if (passwords === undefined) return wrongUsage('Unable to load specified keyring');
  const answered = async (): Promise<Outcome> => {
    switch (operation) {
      case 'get':
        return await get(passwords, service, given);
      case 'set':
        return await set(passwords, service, username ?? '', host);
      case 'del': {
        const isDone = await passwords.delete(service, username ?? '');
        // The null backend takes everything, and deletes everything.
        const isNull = given.backend === NULL_BACKEND;
        return isDone || isNull ? new Output().finish() : failure('No such password!');
      }
    }
  };
  return await closeAfter(answered, () => passwords);
}

/** `undefined` for a backend that nothing here stands for. */
async function open(backend: string | undefined, host: Host): Promise<Passwords | undefined> {
  const common = { noPrompt: false, plain: false, config: 'python-keyring' } as const;
  if (backend === undefined) return await host.openPasswords(common);
  const found = (await host.passwordStores()).pythonBackend(backend);
  if (found === undefined) return undefined;
  return await host.openPasswords({ ...common, backend: found.backend, schemes: [found.scheme] });
}

async function get(
  passwords: Passwords,
  service: string,
  { username, mode, output }: KeyringArguments,
): Promise<Outcome> {
  const found = await find(passwords, service, username);
  if (found === undefined) return new Output().finish(FAILED);
  const password = decodeText(found.secret);
  found.secret.fill(0);
  if (password === undefined) return failure(NOT_TEXT);
  const shown = mode === 'creds' ? { username: found.username, password } : { password };
  if (output === 'json') return new Output().out(`${pythonJson(shown)}\n`).finish();
  return new Output().out(`${Object.values(shown).join('\n')}\n`).finish();
}

async function find(
  passwords: Passwords,
  service: string,
  username: string | undefined,
): Promise<FoundPassword | undefined> {
  if (username === undefined) return await passwords.find(service);
  const secret = await passwords.get(service, username);
  return secret && { username, secret };
}

async function set(
  passwords: Passwords,
  service: string,
  username: string,
  host: Host,
): Promise<Outcome> {
  const read = await readPassword(
    `Password for '${oneLine(username)}' in '${oneLine(service)}': `,
    host,
  );
  try {
    // What get could not print is not stored.
    if (decodeText(read.secret) === undefined) return failure(NOT_TEXT);
    await passwords.set(service, username, read.secret);
    return new Output().finish();
  } finally {
    read.buffer.fill(0);
  }
}

/** From a pipe without one final newline; where nothing comes from it, it is asked for. */
async function readPassword(
  question: string,
  host: Host,
): Promise<{ readonly buffer: Uint8Array; readonly secret: Uint8Array }> {
  if (host.stdinKind() === 'data') {
    const buffer = await host.readStdin(MAX_SECRET_BYTES);
    const secret = withoutFinalNewline(buffer);
    if (secret.length > 0) return { buffer, secret };
  }
  const typed = await host.readHidden(question);
  return { buffer: typed, secret: typed };
}

async function listBackends(host: Host): Promise<Outcome> {
  const stores = await host.passwordStores();
  const output = new Output();
  for (const { name, priority } of await stores.pythonBackends()) {
    output.out(`${name} (priority: ${priority})\n`);
  }
  return output.finish();
}

async function disable(host: Host): Promise<Outcome> {
  const { path } = (await host.passwordStores()).pythonConfig();
  const isDone = await (await host.passwordStores()).disablePython();
  if (isDone) return new Output().finish();
  throw usageError(`Refusing to overwrite ${path}`);
}

async function diagnose(host: Host): Promise<Outcome> {
  const { path, isPresent, dataRoot } = (await host.passwordStores()).pythonConfig();
  const absent = isPresent ? '' : ' (absent)';
  return new Output().out(`config path: ${path}${absent}\ndata root: ${dataRoot}\n`).finish();
}

function failure(message: string, advice = ''): Outcome {
  return new Output().err(`keyring: ${failureLine(message, advice)}\n`).finish(FAILED);
}

function wrongUsage(message: string): Outcome {
  return new Output().err(`${KEYRING_USAGE}keyring: error: ${message}\n`).finish(USAGE);
}

/** As Python's json.dumps writes it: a space behind each mark, ASCII only. */
function pythonJson(value: Readonly<Record<string, string>>): string {
  const members = Object.entries(value).map(([name, text]) => `"${name}": ${asciiJson(text)}`);
  return `{${members.join(', ')}}`;
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const HELP = `positional arguments:
  {get,set,del,diagnose}
  service
  username

options:
  -h, --help            show this help message and exit
  -p KEYRING_PATH, --keyring-path KEYRING_PATH
                        passed over: no module of Python is loaded
  -b KEYRING_BACKEND, --keyring-backend KEYRING_BACKEND
                        name of the keyring backend
  --list-backends       list keyring backends and exit
  --disable             disable keyring and exit
  --mode {password,creds}
                        what get prints: the password (default), or user name and password,
                        for which no user name is needed
  --output {plain,json}
                        form of what get prints (default: plain)
  --print-completion {bash,zsh,tcsh}
                        print a completion script and exit
`;
