/**
 * `@keywire/keyring/bun`: `secrets` as `bun` exports it, over the user's keyring, with its attributes:
 * what one has stored, the other reads. A lock is a rejection, unless `configure` says otherwise.
 */
import { asBunErrors, BunArgumentError } from './drop-ins/bun-secrets-error.ts';
import { DropIn, type DropInOptions } from './drop-ins/drop-in.ts';
import { openBunBackend } from './drop-ins/drop-in-backends.ts';
import { bytesToPassword, passwordToBytes } from './entries/secret-bytes.ts';
import { currentPlace } from './io/place.ts';
import type { EntryKey } from './types/backend.ts';

export {
  BunArgumentError,
  BunSecretsError,
  type BunSecretsErrorCode,
} from './drop-ins/bun-secrets-error.ts';
export type { DropInOptions } from './drop-ins/drop-in.ts';

/** Which secret. */
export interface SecretName {
  readonly service: string;
  readonly name: string;
}

/** Which secret, and what it shall be; an empty one deletes it. */
export interface NamedSecret extends SecretName {
  readonly value: string;
}

/**
 * `Bun.secrets`. Arguments that are refused are thrown at once, as {@link BunArgumentError} with code
 * `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE`; all else rejects with {@link BunSecretsError}.
 */
export interface Secrets {
  /**
   * Null when there is none.
   *
   * @throws {@link BunSecretsError} with code `ERR_SECRETS_NOT_AVAILABLE`,
   * `ERR_SECRETS_INTERACTION_REQUIRED`, `ERR_SECRETS_USER_CANCELED`, `ERR_SECRETS_ACCESS_DENIED` or
   * `ERR_SECRETS_PLATFORM_ERROR`; the error of this package is its cause
   */
  get(options: SecretName): Promise<string | null>;
  get(service: string, name: string): Promise<string | null>;
  /**
   * Stores it, in place of the one that is there; an empty one deletes it.
   *
   * @throws {@link BunSecretsError} as `get` does
   */
  set(options: NamedSecret): Promise<void>;
  set(service: string, name: string, value: string): Promise<void>;
  /**
   * Whether there was one.
   *
   * @throws {@link BunSecretsError} as `get` does
   */
  delete(options: SecretName): Promise<boolean>;
}

const dropIn = new DropIn({ openAt: openBunBackend, currentPlace });

/**
 * Sets what Bun has no options for; replaces what was set before.
 *
 * @throws {@link KeyringError} with code `invalid-argument` for another word than `locked` or
 * `interactive` takes
 */
export function configure(options: DropInOptions): void {
  dropIn.configure(options);
}

/** `Bun.secrets`. Its calls reject with {@link BunSecretsError}, and arguments are refused as by Bun. */
export const secrets: Secrets = {
  get(...args: readonly unknown[]): Promise<string | null> {
    const key = keyOf(areStrings(args, 2) ? named(args) : args[0]);
    return asBunErrors(() =>
      dropIn.read(null, async (backend, how) => {
        const secret = await backend.get(key, how);
        return secret === undefined ? null : textOf(secret);
      }),
    );
  },

  set(...args: readonly unknown[]): Promise<void> {
    const options = areStrings(args, 3) ? named(args) : args[0];
    const key = keyOf(options);
    const value = secretValueOf(options);
    return asBunErrors(() => store(key, value));
  },

  delete(options: SecretName): Promise<boolean> {
    const key = keyOf(options);
    return asBunErrors(() =>
      dropIn.read(false, async (backend, how) => (await backend.delete(key, how)) > 0),
    );
  },
};

function store(key: EntryKey, value: string): Promise<void> {
  return dropIn.use(async (backend, how) => {
    if (value === '') {
      await backend.delete(key, how);
      return;
    }
    const secret = passwordToBytes(value);
    try {
      await backend.set(key, secret, how);
    } finally {
      secret.fill(0);
    }
  });
}

function textOf(secret: Uint8Array): string {
  try {
    return bytesToPassword(secret);
  } finally {
    secret.fill(0);
  }
}

/** The positional form counts only when all that it needs are strings. */
function areStrings(args: readonly unknown[], count: number): boolean {
  return args.length >= count && args.slice(0, count).every((each) => typeof each === 'string');
}

function named([service, name, value]: readonly unknown[]): unknown {
  return { service, name, value };
}

function keyOf(options: unknown): EntryKey {
  if (typeof options !== 'object' || options === null) {
    throw wrongType(`options: expected an object, got ${typeof options}`);
  }
  return {
    service: textPart(options, 'service'),
    username: textPart(options, 'name'),
  };
}

function textPart(options: object, part: 'service' | 'name'): string {
  const text: unknown = Reflect.get(options, part);
  if (typeof text !== 'string') throw wrongType(`${part}: expected a string, got ${typeof text}`);
  if (text === '') throw wrongType(`${part}: expected at least one character, got none`);
  return withoutNul(text, part);
}

function secretValueOf(options: unknown): string {
  const value: unknown = Reflect.get(Object(options), 'value');
  if (typeof value !== 'string') {
    throw wrongType(`value: expected a string, got ${typeof value}; secrets.delete() deletes`);
  }
  return withoutNul(value, 'value');
}

function withoutNul(text: string, part: string): string {
  if (!text.includes('\0')) return text;
  throw new BunArgumentError('ERR_INVALID_ARG_VALUE', `${part}: expected text without NUL`);
}

function wrongType(message: string): BunArgumentError {
  return new BunArgumentError('ERR_INVALID_ARG_TYPE', message);
}

const bun: { readonly secrets: Secrets; readonly configure: typeof configure } = {
  secrets,
  configure,
};

// biome-ignore lint/style/noDefaultExport: "bun" is imported by default as well as by name.
export default bun;
