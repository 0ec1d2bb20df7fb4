/** The options that `run` and `serve` share, read into what is to be started. */
import type { ProfileName } from '@keywire/secret-provider';
import { CliError, usageError } from './cli-error.ts';
import type { Invocation, OptionSpec } from './types/command.ts';
import type { Host } from './types/host.ts';
import type { ServicePlan } from './types/service-host.ts';

/** More than any test or demonstration needs; it is all held in memory several times over. */
const MAX_SEED_BYTES = 64 * 1024 * 1024;

export const PROFILE_NAMES: readonly ProfileName[] = [
  'gnome-keyring',
  'kwallet',
  'keepassxc',
  'oo7',
];

const PROMPTERS: readonly ServicePlan['prompter'][] = ['accept', 'none'];

export const SERVICE_OPTIONS: readonly OptionSpec[] = [
  { name: 'store', value: 'memory', summary: 'where secrets are kept: in memory, until the end' },
  { name: 'seed', value: 'F.json', summary: 'the first content, from a JSON file' },
  { name: 'bus', summary: 'serve on the session bus that is there, not on a private one' },
];

/**
 * Everything but the seed, which is not read.
 *
 * @throws {@link CliError} with code `usage`
 */
export function parseServiceOptions({ flags, values }: Invocation): Omit<ServicePlan, 'seed'> {
  oneOf('store', values.get('store') ?? 'memory', ['memory']);
  const profile = values.get('profile');
  return {
    bus: flags.has('bus') ? 'existing' : 'private',
    prompter: oneOf('prompter', values.get('prompter') ?? 'accept', PROMPTERS),
    profile: profile === undefined ? undefined : oneOf('profile', profile, PROFILE_NAMES),
  };
}

/**
 * The parsed JSON of --seed, `undefined` without one.
 *
 * @throws {@link CliError} with code `seed-invalid` or of the reading
 */
export async function readSeed({ values }: Invocation, host: Host): Promise<unknown> {
  const seedFile = values.get('seed');
  if (seedFile === undefined) return undefined;
  const bytes = await host.readFile(seedFile, MAX_SEED_BYTES);
  try {
    return parseJson(bytes);
  } finally {
    bytes.fill(0);
  }
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw usageError(`--${option} takes ${known.join(', ')}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes what it stumbled over, which may be a secret.
    // @rule cli/no-seed-echo keywire#secrets-and-arguments
    throw new CliError('seed-invalid', '--seed: expected a JSON document in UTF-8');
  }
}
