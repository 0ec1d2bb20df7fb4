// The backends that are known by name: in which order they are tried, what a policy must allow for
// that, and how each is opened. What one needs is loaded when it is opened.

import { keyringError } from '../errors.ts';
import type { Backend, BackendStatus } from '../types/backend.ts';
import type { FallbackPolicy } from '../types/choice.ts';
import type { KeyringHost } from '../types/host.ts';
import type { FileOptions, ServiceConnectOptions } from '../types/options.ts';
import type { Scheme } from '../types/scheme.ts';
import { defaultKeyringPath, plaintextPath } from './paths.ts';

/** What a backend is opened with: every option settled. */
export interface BackendSettings {
  readonly host: KeyringHost;
  readonly schemes: readonly Scheme[];
  /** Schemes whose items are left alone. */
  readonly excluding?: readonly Scheme[] | undefined;
  readonly several: 'newest' | 'refuse' | undefined;
  readonly allowForeignWrites: boolean | undefined;
  readonly interactive: boolean;
  readonly collection: string | undefined;
  readonly connect: ServiceConnectOptions;
  readonly file: FileOptions;
  readonly signal: AbortSignal | undefined;
}

export interface CatalogueRow {
  readonly name: string;
  readonly title: string;
  /** Higher is tried first; at most 0: never unless chosen. */
  readonly priority: number;
  /** The policies under which it is tried unasked. */
  readonly policies: readonly FallbackPolicy[];
  /**
   * Opens it without asking anyone.
   *
   * @throws {@link KeyringError} that says why it cannot serve
   */
  open(settings: BackendSettings): Promise<Backend>;
  /** How it is, where opening it would ask for something or make something. */
  describe?(settings: BackendSettings): BackendStatus;
}

/** By priority. */
export const BACKENDS: readonly CatalogueRow[] = [
  {
    name: 'secret-service',
    title: 'the keyring of this session: GNOME Keyring, KWallet, KeePassXC and others',
    priority: 5,
    policies: ['keyring-only', 'encrypted-file', 'plaintext'],
    open: async (settings) => {
      const { openSecretServiceBackend } = await import('../backends/secret-service.ts');
      const busAddress = settings.host.env['DBUS_SESSION_BUS_ADDRESS'];
      return openSecretServiceBackend({ ...settings, busAddress });
    },
  },
  {
    name: 'file',
    title: 'an encrypted file; needs a password',
    priority: 2,
    policies: ['encrypted-file', 'plaintext'],
    open: async (settings) => {
      const { file } = settings;
      // The key is never kept beside what it opens.
      // @rule keyring/file-needs-password keywire#nothing-weakened
      const password = requirePassword(file);
      const { openFileBackend } = await import('../backends/file.ts');
      const path = keyringPath(settings);
      return openFileBackend({ ...settings, file: { ...file, path, password } });
    },
    describe: (settings) => {
      requirePassword(settings.file);
      const description = `the file ${keyringPath(settings)}, not opened for this`;
      return { state: 'ready', isPersistent: true, isEncrypted: true, description };
    },
  },
  {
    name: 'plaintext',
    title: 'a file that is not encrypted: anyone who can read it has the secrets',
    priority: 1,
    policies: ['plaintext'],
    open: async (settings) => {
      const { openPlaintextBackend } = await import('../backends/plaintext.ts');
      const file = await settings.host.sharedFile(plaintextPath(settings.host));
      return openPlaintextBackend({ ...settings, file });
    },
  },
  {
    name: 'memory',
    title: 'the memory of this process: gone when it ends',
    priority: 0,
    policies: [],
    open: async (settings) => {
      const { makeMemoryBackend } = await import('../backends/memory.ts');
      return makeMemoryBackend(() => settings.host.now(), settings);
    },
  },
  {
    name: 'null',
    title: 'keeps nothing and finds nothing',
    priority: -1,
    policies: [],
    open: async () => (await import('../backends/null.ts')).nullBackend(),
  },
  {
    name: 'fail',
    title: 'refuses everything',
    priority: -1,
    policies: [],
    open: async () => (await import('../backends/fail.ts')).failBackend(),
  },
];

/**
 * Finds a backend by name.
 *
 * @throws {@link KeyringError} with code `unknown-backend`, naming where the name came from
 */
export function backendNamed(name: string, source: string): CatalogueRow {
  const row = BACKENDS.find((candidate) => candidate.name === name);
  if (row !== undefined) return row;
  const known = BACKENDS.map((candidate) => candidate.name).join(', ');
  throw keyringError('unknown-backend', source, {
    detail: `expected one of ${known}, got another name`,
  });
}

/** Absolute: a program that goes to another folder keeps its file. */
// @rule keyring/file-stays-where-it-is keywire#where-there-is-no-keyring
function keyringPath({ file, host }: BackendSettings): string {
  return file.path === undefined ? defaultKeyringPath(host) : host.absolutePath(file.path);
}

/** The file's password. An empty one is none, which the first write would otherwise find out. */
function requirePassword({ password }: FileOptions): NonNullable<FileOptions['password']> {
  const isEmpty = typeof password !== 'function' && password?.length === 0;
  if (password === undefined || isEmpty) throw keyringError('no-password-source', 'backend file');
  return password;
}
