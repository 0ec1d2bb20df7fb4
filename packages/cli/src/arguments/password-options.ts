/**
 * Where the password of a keyring file comes from: a file, an inherited descriptor, a systemd
 * credential, a variable of the environment that is named for it, or a question on the terminal.
 * Never from the command line, where other users and the shell's history would see it.
 */
import { usageError } from '../output/cli-error.ts';
import type { Invocation, OptionSpec } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { ChildVariables } from '../types/service-host.ts';
import { withoutFinalNewline } from './newline.ts';

const MAX_PASSWORD_BYTES = 64 * 1024;
/** The largest descriptor that a Linux process can hold is far below. */
const MAX_DESCRIPTOR = 1_048_576;

const SOURCES = ['file', 'fd', 'credential', 'env'] as const;
type Source = (typeof SOURCES)[number];

/** The options for one password; `prefix` is `password`, or names whose it is. */
export function passwordOptions(prefix: string, whose: string): readonly OptionSpec[] {
  return [
    { name: `${prefix}-file`, value: 'F', summary: `take ${whose} from a file` },
    { name: `${prefix}-fd`, value: 'N', summary: `take ${whose} from a descriptor` },
    {
      name: `${prefix}-credential`,
      value: 'NAME',
      summary: `take ${whose} from a systemd credential`,
    },
    {
      name: `${prefix}-env`,
      value: 'NAME',
      summary: `take ${whose} from an environment variable`,
    },
  ];
}

export interface PasswordRequest {
  readonly prefix: string;
  /** Asked on the terminal where no option was given. */
  readonly question: string;
  /** Whether to ask twice, for a password that is new. */
  readonly isNew: boolean;
}

/** Which of the options was given, if any. */
export function passwordSource(
  { values }: Invocation,
  prefix: string,
): { readonly source: Source; readonly value: string } | undefined {
  const given = SOURCES.flatMap((source) => {
    const value = values.get(`${prefix}-${source}`);
    return value === undefined ? [] : { source, value };
  });
  if (given.length > 1) {
    throw usageError(`of --${prefix}-file, -fd, -credential and -env only one can be given`);
  }
  return given[0];
}

/**
 * The first of two passwords takes all that a descriptor gives.
 *
 * @throws {@link CliError} with code `usage`
 */
// @rule cli/descriptor-gives-one-password keywire#secrets-and-arguments
export function refuseSharedDescriptor({ values }: Invocation, one: string, other: string): void {
  const [first, second] = [values.get(`${one}-fd`), values.get(`${other}-fd`)];
  if (first === undefined || second === undefined || Number(first) !== Number(second)) return;
  throw usageError(`--${one}-fd and --${other}-fd: one descriptor cannot give two passwords`);
}

/** Of the variables that a command run by this program shall not have, with nothing in their place. */
// @rule cli/password-not-handed-on keywire#secrets-and-arguments
export function withoutPassword(invocation: Invocation, prefix: string): ChildVariables {
  const given = passwordSource(invocation, prefix);
  return given?.source === 'env' ? { [given.value]: undefined } : {};
}

/**
 * Reads a password; the caller wipes it.
 *
 * @throws {@link CliError} with code `usage` for an empty one, or of the reading or asking
 */
export async function readPassword(
  invocation: Invocation,
  host: Host,
  request: PasswordRequest,
): Promise<Uint8Array> {
  const named = passwordSource(invocation, request.prefix);
  // A terminal in the place of a pipe would show the password that is typed into it.
  // @rule cli/password-not-shown keywire#secrets-and-arguments
  const isTyped = named?.source === 'fd' && named.value === '0' && host.stdinKind() === 'terminal';
  const given = isTyped ? undefined : named;
  const read =
    given === undefined
      ? await askPassword(host, request)
      : await readSource(host, given.source, given.value, request.prefix);
  const password = given === undefined ? read : withoutFinalNewline(read);
  // @rule cli/no-empty-password keywire#secrets-and-arguments
  if (password.length === 0) throw usageError('the password is empty');
  if (password.length === read.length) return read;
  const copy = password.slice();
  read.fill(0);
  return copy;
}

/** Does something that may need passwords as it goes; what was read for it is wiped at its end. */
export async function withPasswords<Result>(
  invocation: Invocation,
  host: Host,
  work: (read: (request: PasswordRequest) => Promise<Uint8Array>) => Promise<Result>,
): Promise<Result> {
  const passwords: Uint8Array[] = [];
  try {
    return await work(async (request) => {
      const password = await readPassword(invocation, host, request);
      passwords.push(password);
      return password;
    });
  } finally {
    for (const password of passwords) password.fill(0);
  }
}

async function readSource(
  host: Host,
  source: Source,
  value: string,
  prefix: string,
): Promise<Uint8Array> {
  const subject = `--${prefix}-${source}`;
  switch (source) {
    case 'file':
      return await host.readFile(value, MAX_PASSWORD_BYTES, subject);
    case 'fd': {
      const number = /^\d{1,7}$/u.test(value) ? Number(value) : Number.NaN;
      if (number <= MAX_DESCRIPTOR) {
        return await host.readDescriptor(number, MAX_PASSWORD_BYTES, subject);
      }
      throw usageError(`${subject} takes the number of an open descriptor`);
    }
    case 'credential': {
      const folder = host.environment('CREDENTIALS_DIRECTORY') ?? '';
      if (folder === '') throw usageError(`${subject}: CREDENTIALS_DIRECTORY is not set`);
      // Nothing outside the folder that the service manager made is read.
      // @rule cli/credential-name keywire#secrets-and-arguments
      if (value.includes('/') || ['', '.', '..'].includes(value)) {
        throw usageError(`${subject} takes a name, not a path`);
      }
      return await host.readFile(`${folder}/${value}`, MAX_PASSWORD_BYTES, subject);
    }
    case 'env': {
      const text = host.environment(value);
      if (text === undefined) throw usageError(`${subject}: there is no such variable`);
      // Node decodes variables with replacement characters: many passwords would be this one.
      // @rule cli/password-env-utf8 keywire#secrets-and-arguments
      if (text.includes('\ufffd')) throw usageError(`${subject}: it is not UTF-8, or holds U+FFFD`);
      return new TextEncoder().encode(text);
    }
  }
}

async function askPassword(host: Host, { question, isNew }: PasswordRequest): Promise<Uint8Array> {
  const first = await host.readHidden(question);
  if (!isNew) return first;
  const second = await host.readHidden('Once more: ');
  const isSame = first.length === second.length && first.every((byte, at) => byte === second[at]);
  second.fill(0);
  if (isSame) return first;
  first.fill(0);
  throw usageError('the two passwords differ');
}
