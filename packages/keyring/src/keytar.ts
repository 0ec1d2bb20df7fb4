/**
 * `@keywire/keyring/keytar`: keytar's functions over the user's keyring, with keytar's attributes:
 * what one has stored, the other reads. A lock is a rejection, unless `configure` says otherwise.
 */
import { DropIn, type DropInOptions } from './drop-ins/drop-in.ts';
import { openKeytarBackend } from './drop-ins/drop-in-backends.ts';
import { bytesToPassword, passwordToBytes, textIn } from './entries/secret-bytes.ts';
import { currentPlace } from './io/place.ts';
import type { FoundEntry } from './types/backend.ts';

export type { DropInOptions } from './drop-ins/drop-in.ts';

/** A username and its password, in keytar's words. */
export interface KeytarCredential {
  readonly account: string;
  readonly password: string;
}

const dropIn = new DropIn({ openAt: openKeytarBackend, currentPlace });

/**
 * Sets what keytar has no options for; replaces what was set before.
 *
 * @throws {@link KeyringError} with code `invalid-argument` for another word than `locked` or
 * `interactive` takes
 */
export function configure(options: DropInOptions): void {
  dropIn.configure(options);
}

/**
 * Reads a password; null when there is none.
 *
 * @throws at once: `Error` for what is missing, `TypeError` for what is not a string; rejects with
 * {@link KeyringError} of code `locked`, `dismissed`, `denied`, `unavailable` and others, `not-text` for
 * bytes that are none
 */
export function getPassword(service: string, account: string): Promise<string | null> {
  check([service, 'Service'], [account, 'Account']);
  return dropIn.read(null, async (backend, how) => {
    const secret = await backend.get({ service, username: account }, how);
    return secret === undefined ? null : textOf(secret);
  });
}

/**
 * Stores a password, in place of the one that is there.
 *
 * @throws as {@link getPassword} does; `invalid-argument` for lone surrogates, `too-large`
 */
export function setPassword(service: string, account: string, password: string): Promise<void> {
  check([service, 'Service'], [account, 'Account'], [password, 'Password']);
  return dropIn.use(async (backend, how) => {
    const secret = passwordToBytes(password);
    try {
      await backend.set({ service, username: account }, secret, how);
    } finally {
      secret.fill(0);
    }
  });
}

/**
 * Deletes a password; whether there was one.
 *
 * @throws as {@link getPassword} does, but for `not-text`
 */
export function deletePassword(service: string, account: string): Promise<boolean> {
  check([service, 'Service'], [account, 'Account']);
  return dropIn.read(
    false,
    async (backend, how) => (await backend.delete({ service, username: account }, how)) > 0,
  );
}

/**
 * Reads a password of the service, the newest that is text; null when there is none.
 *
 * @throws as {@link deletePassword} does
 */
export function findPassword(service: string): Promise<string | null> {
  check([service, 'Service']);
  return dropIn.read(null, async (backend, how) => {
    const [newest] = credentialsOf(await backend.search({ service }, how));
    return newest?.password ?? null;
  });
}

/**
 * Reads all accounts and passwords of the service; secrets that are no text are left out.
 *
 * @throws as {@link deletePassword} does
 */
export function findCredentials(service: string): Promise<KeytarCredential[]> {
  check([service, 'Service']);
  return dropIn.read([], async (backend, how) =>
    credentialsOf(await backend.search({ service }, how)),
  );
}

/** Entries that hold no text are not credentials: no function of keytar's can give them. */
function credentialsOf(entries: readonly FoundEntry[]): KeytarCredential[] {
  return entries.flatMap(({ username, secret }) => {
    const password = textIn(secret);
    secret.fill(0);
    return password === undefined ? [] : [{ account: username, password }];
  });
}

function textOf(secret: Uint8Array): string {
  try {
    return bytesToPassword(secret);
  } finally {
    secret.fill(0);
  }
}

/** keytar's own order: all that is missing comes before anything of the wrong type. */
function check(...parts: readonly (readonly [value: unknown, name: string])[]): void {
  for (const [value, name] of parts) if (isMissing(value)) throw new Error(`${name} is required.`);
  for (const [value, name] of parts) {
    if (typeof value !== 'string') {
      throw new TypeError(`${name.toLowerCase()}: expected a string, got ${typeof value}`);
    }
  }
}

function isMissing(value: unknown): boolean {
  return !value || Reflect.get(Object(value), 'length') === 0;
}

const keytar: {
  readonly getPassword: typeof getPassword;
  readonly setPassword: typeof setPassword;
  readonly deletePassword: typeof deletePassword;
  readonly findPassword: typeof findPassword;
  readonly findCredentials: typeof findCredentials;
  readonly configure: typeof configure;
} = { getPassword, setPassword, deletePassword, findPassword, findCredentials, configure };

// biome-ignore lint/style/noDefaultExport: keytar is imported by default as well as by name.
export default keytar;
