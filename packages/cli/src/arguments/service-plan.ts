/** The options that `run` and `serve` share, read into what is to be started. */
import type { ProfileName } from '@keywire/secret-provider';
import { CliError, usageError } from '../output/cli-error.ts';
import type { Invocation, OptionSpec } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { PrompterName, ServicePlan } from '../types/service-host.ts';
import { passwordOptions, passwordSource, readPassword } from './password-options.ts';

/** More than any test or demonstration needs; it is all held in memory several times over. */
const MAX_SEED_BYTES = 64 * 1024 * 1024;
const MAX_POLICY_BYTES = 1024 * 1024;

export const PROFILE_NAMES: readonly ProfileName[] = [
  'gnome-keyring',
  'kwallet',
  'keepassxc',
  'oo7',
];

export const PROMPTERS: readonly PrompterName[] = [
  'accept',
  'terminal',
  'dismiss',
  'never',
  'none',
];

const PASSWORD = 'password';
const MEMORY = 'memory';

export const SERVICE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'store',
    value: 'memory|FILE',
    summary: 'where secrets are kept: in memory, or in a keyring file or folder',
  },
  ...passwordOptions(PASSWORD, "the file's password"),
  { name: 'seed', value: 'F.json', summary: 'the first content, from a JSON file' },
  { name: 'bus', summary: 'serve on the session bus that is there, not on a private one' },
  { name: 'audit-log', value: 'F', summary: 'record who asked for what, in a chained log' },
  { name: 'audit-attributes', summary: 'record the attributes of items, too' },
];

/** What the options say without a file being read. */
export type ServiceChoices = Omit<ServicePlan, 'seed' | 'file' | 'policy'>;

/**
 * Everything but what lies in files, which are not read.
 *
 * @throws {@link CliError} with code `usage`
 */
export function parseServiceOptions(invocation: Invocation): ServiceChoices {
  const { flags, values } = invocation;
  const profile = values.get('profile');
  const auditLog = values.get('audit-log');
  const includesAttributes = flags.has('audit-attributes');
  if (auditLog === undefined && includesAttributes) {
    throw usageError('--audit-attributes belongs to --audit-log=F');
  }
  refuseMixedContent(invocation);
  return {
    bus: flags.has('bus') ? 'existing' : 'private',
    isPrompterChosen: values.has('prompter'),
    prompter: oneOf('prompter', values.get('prompter') ?? 'accept', PROMPTERS),
    profile: profile === undefined ? undefined : oneOf('profile', profile, PROFILE_NAMES),
    ...(auditLog === undefined ? {} : { audit: { path: auditLog, includesAttributes } }),
  };
}

/**
 * The first content of a store in memory, or the file of a lasting one with its password.
 *
 * @throws {@link CliError} with code `seed-invalid` or of the reading
 */
export async function readContent(
  invocation: Invocation,
  host: Host,
): Promise<Pick<ServicePlan, 'seed' | 'file'>> {
  const path = storePath(invocation);
  if (path === undefined) return { seed: await readSeed(invocation, host) };
  // A new store is sealed with what is typed: a slip of the hand would lock its owner out.
  const isNew = await host.services.isNewStore(path);
  const question = isNew ? 'Password of the new store: ' : 'Password of the store: ';
  const read = (): Promise<Uint8Array> =>
    readPassword(invocation, host, { prefix: PASSWORD, question, isNew });
  const password = await read();
  // A descriptor is at its end, and a prompt of a client is no reason to ask on this terminal.
  const source = passwordSource(invocation, PASSWORD)?.source;
  const isLasting = source !== undefined && source !== 'fd';
  return { seed: undefined, file: { path, password, ...(isLasting ? { readAgain: read } : {}) } };
}

/**
 * The parsed JSON of --policy, `undefined` without one.
 *
 * @throws {@link CliError} with code `policy-invalid` or of the reading
 */
export async function readPolicy({ values }: Invocation, host: Host): Promise<unknown> {
  const file = values.get('policy');
  if (file === undefined) return undefined;
  const bytes = await host.readFile(file, MAX_POLICY_BYTES, '--policy');
  return await parseJson(bytes, '--policy', 'policy-invalid');
}

/** The path in --store, `undefined` for a store in memory. */
function storePath({ values }: Invocation): string | undefined {
  const store = values.get('store') ?? MEMORY;
  if (store === '') throw usageError('--store needs a value: --store=memory|FILE');
  return store === MEMORY ? undefined : store;
}

function refuseMixedContent(invocation: Invocation): void {
  const isFile = storePath(invocation) !== undefined;
  if (!isFile && passwordSource(invocation, PASSWORD) !== undefined) {
    throw usageError('--password-… belongs to --store=FILE');
  }
  if (isFile && invocation.values.has('seed')) {
    throw usageError('--seed is for a store in memory; "keywire import" fills a lasting one');
  }
}

/**
 * The parsed JSON of --seed, `undefined` without one.
 *
 * @throws {@link CliError} with code `seed-invalid` or of the reading
 */
export async function readSeed({ values }: Invocation, host: Host): Promise<unknown> {
  const seedFile = values.get('seed');
  if (seedFile === undefined) return undefined;
  const bytes = await host.readFile(seedFile, MAX_SEED_BYTES, '--seed');
  try {
    // @rule cli/no-seed-echo keywire#secrets-and-arguments
    return await parseJson(bytes, '--seed', 'seed-invalid');
  } finally {
    bytes.fill(0);
  }
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw usageError(`--${option} takes ${known.join(', ')}`);
}

async function parseJson(
  bytes: Uint8Array,
  subject: string,
  code: 'policy-invalid' | 'seed-invalid',
): Promise<unknown> {
  let json: string;
  let value: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(json);
  } catch {
    // The parser's own message quotes what it stumbled over, which may be a secret.
    throw new CliError(code, `${subject}: expected a JSON document in UTF-8`);
  }
  // @rule cli/json-key-once keywire#serve
  const { repeatedKey } = await import('./repeated-key.ts');
  const twice = repeatedKey(json);
  if (twice === undefined) return value;
  throw new CliError(code, `${subject}: ${twice}: expected once, got it twice`);
}
