/**
 * How a keyring file is opened and made: the options, and the steps between the file's bytes and an
 * opened keyring.
 */
import type { OwnBytes } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';
import { createHardened } from '../formats/hardened/keyring.ts';
import { openKeyring } from '../formats/open-keyring.ts';
import { createV1 } from '../formats/v1/keyring.ts';
import type { KdfCost } from '../keys/kdf.ts';
import { type PasswordSource, passwordBytes } from '../keys/password.ts';
import type { KeyringFileIo, LockOptions } from '../types/keyring-file-io.ts';
import type { KeyringFormat, OpenedKeyring, WritableKeyring } from '../types/opened-keyring.ts';

/** What `openKeyringFile` takes. */
export interface OpenKeyringFileOptions {
  /** Not needed for text and JSON, which have none. */
  readonly password?: PasswordSource;
  /**
   * Whether a password that is a function is asked again once the file has another key. Default: true;
   * else the file is `changed-underneath` then, as with a plain password.
   */
  readonly asksAgain?: boolean;
  /** Refuses a file of any other form. Default: whatever it is. */
  readonly format?: KeyringFormat;
  /** Hardened: the text the file was bound to. Default: empty. */
  readonly context?: string;
  /** Hardened: an older file is refused as `rolled-back`. Default: 0. */
  readonly minimumRevision?: number;
  /** How long a write waits for the lock. Default: the lock's own. */
  readonly lockTimeoutMs?: number;
  /** Ends the waiting for the lock while the file is made; what is done with it later goes on. */
  readonly signal?: AbortSignal;
}

/** What `createKeyringFile` takes. */
export interface CreateKeyringFileOptions extends OpenKeyringFileOptions {
  /** Default: `hardened`. */
  readonly format?: 'hardened' | 'v1';
  /** Hardened: the keyring's own name. Default: empty. */
  readonly label?: string;
  /** Hardened: default scrypt with N = 2^17. */
  readonly cost?: KdfCost;
  /** v1: default 100,000. */
  readonly iterations?: number;
}

/**
 * Reads a file that must be there.
 * @throws {@link KeyringFileError} with code `file-not-found`
 */
export async function readExisting(io: KeyringFileIo, path: string): Promise<OwnBytes> {
  const bytes = await io.readFile(path);
  if (bytes !== undefined) return bytes;
  throw new KeyringFileError('file-not-found', 'keyring file: expected one at the path, got none');
}

/** Opens the bytes of a file; the password is asked for only if they need one. */
export async function openBytes(
  io: KeyringFileIo,
  bytes: Uint8Array,
  options: OpenKeyringFileOptions,
  password: PasswordSource | undefined,
): Promise<OpenedKeyring> {
  const { context, minimumRevision, format } = options;
  return await openKeyring(bytes, {
    password: () => passwordBytes(password),
    kdf: io.kdf,
    nowSeconds: io.nowSeconds(),
    format,
    ...(context === undefined ? {} : { context }),
    ...(minimumRevision === undefined ? {} : { minimumRevision }),
  });
}

/** Makes an empty keyring in memory. */
export async function createEmpty(
  io: KeyringFileIo,
  options: CreateKeyringFileOptions,
): Promise<WritableKeyring> {
  const { format = 'hardened', context, label, cost, iterations } = options;
  if (format !== 'hardened' && format !== 'v1') {
    throw new TypeError('format: expected hardened or v1, got another');
  }
  const password = await passwordBytes(options.password, { isNew: true });
  const common = {
    password,
    kdf: io.kdf,
    nowSeconds: io.nowSeconds(),
    randomBytes: (count: number): OwnBytes => io.randomBytes(count),
  };
  try {
    if (format === 'v1') {
      return await createV1({ ...common, ...(iterations === undefined ? {} : { iterations }) });
    }
    return await createHardened({
      ...common,
      ...(context === undefined ? {} : { context }),
      ...(label === undefined ? {} : { label }),
      ...(cost === undefined ? {} : { cost }),
    });
  } finally {
    password.fill(0);
  }
}

/** What the lock is told of the options. */
export function lockOptions({ lockTimeoutMs, signal }: OpenKeyringFileOptions): LockOptions {
  return { timeoutMs: lockTimeoutMs, signal };
}
