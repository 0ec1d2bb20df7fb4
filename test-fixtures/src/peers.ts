/** Other people's clients, driven from a test: what they wrote we must read, and the other way round. */
import { Buffer } from 'node:buffer';
import { PYTHON } from './requires.ts';
import { type RunOptions, type RunResult, run, runOrThrow } from './run.ts';
import { pythonScript } from './workspace.ts';

type Environment = Readonly<Record<string, string>>;
type Attributes = Readonly<Record<string, string>>;

/** Runs secret-tool as it is: `secretTool(env, ['lookup', 'app', 'demo'])`. */
export function secretTool(
  env: Environment,
  args: readonly string[],
  options: Omit<RunOptions, 'env'> = {},
): Promise<RunResult> {
  return run('/usr/bin/secret-tool', args, { ...options, env });
}

/** Stores with secret-tool; text of 8,191 bytes at most, since it cuts the rest off silently. */
export async function secretToolStore(
  env: Environment,
  { label, attributes, secret }: { label: string; attributes: Attributes; secret: string },
): Promise<void> {
  const pairs = Object.entries(attributes).flat();
  await runOrThrow('/usr/bin/secret-tool', ['store', `--label=${label}`, ...pairs], {
    env,
    input: secret,
  });
}

/** Looks up with secret-tool: the bytes it printed, or undefined when it found nothing. */
export async function secretToolLookup(
  env: Environment,
  attributes: Attributes,
): Promise<Uint8Array | undefined> {
  const { code, stdout } = await secretTool(env, ['lookup', ...Object.entries(attributes).flat()]);
  return code === 0 ? stdout : undefined;
}

/** What SecretStorage says of one item. */
export interface SecretStorageItem {
  readonly path: string;
  readonly label: string;
  readonly attributes: Attributes;
  readonly locked: boolean;
  /** Absent when the item is locked. */
  readonly secret?: Uint8Array;
  readonly contentType?: string;
}

/** Python's SecretStorage, which knows neither libsecret nor our code. */
export const secretStorage = {
  /** Every item with these attributes, secrets included where they can be read. */
  async search(env: Environment, attributes: Attributes): Promise<SecretStorageItem[]> {
    const answer = await drive(env, { command: 'search', attributes });
    return JSON.parse(answer).map(({ secret, ...item }: { secret?: string }) =>
      secret === undefined ? item : { ...item, secret: fromBase64(secret) },
    );
  },

  /** Stores in the default collection; resolves to the item's path. */
  async store(
    env: Environment,
    item: {
      readonly label: string;
      readonly attributes: Attributes;
      readonly secret: Uint8Array;
      readonly contentType?: string;
      readonly replace?: boolean;
    },
  ): Promise<string> {
    const secret = Buffer.from(item.secret).toString('base64');
    return JSON.parse(await drive(env, { command: 'store', ...item, secret }));
  },

  /** Unlocks the default collection, prompt included; resolves to whether it was dismissed. */
  async unlock(env: Environment): Promise<boolean> {
    return JSON.parse(await drive(env, { command: 'unlock' }));
  },
};

function drive(env: Environment, command: object): Promise<string> {
  return runOrThrow(PYTHON, ['-I', pythonScript('secretstorage_peer')], {
    env,
    input: JSON.stringify(command),
  });
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
