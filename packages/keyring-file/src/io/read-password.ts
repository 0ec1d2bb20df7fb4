/**
 * Passwords from where an operating system keeps them for a program: a file, an inherited
 * descriptor, or a systemd credential. Never from argv; from the environment only when a variable
 * is named by the caller. See docs/KEYRING-FILE.md, "Passwords".
 */
import { read } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { joinBytes, type OwnBytes } from '../bytes.ts';
import { isKeyringFileError, KeyringFileError } from '../errors.ts';
import { passwordBytes, withoutFinalNewline } from '../keys/password.ts';
import { errnoOf, readWholeFile } from './read-file.ts';

/** Exactly one place to read a password from. */
export type PasswordPlace =
  | { readonly file: string }
  /** Read to its end; the caller closes it. */
  | { readonly descriptor: number }
  /** A name below `$CREDENTIALS_DIRECTORY`. */
  | { readonly credential: string }
  /** A variable; other processes of the user can read it, so only on request. */
  | { readonly environmentVariable: string };

export const MAX_PASSWORD_BYTES = 65_536;

const readDescriptor = promisify(read);

/**
 * Reads a password. One final newline of a file, descriptor or credential is dropped.
 * @param env default: the environment of the process
 * @returns bytes that the caller wipes
 * @throws {@link KeyringFileError} with code `no-password-source` when there is nothing or an empty
 * password, `read-failed` or `too-large`
 */
export async function readPassword(
  place: PasswordPlace,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OwnBytes> {
  if ('environmentVariable' in place) return await passwordBytes(env[place.environmentVariable]);
  const bytes = await readPlace(place, env);
  try {
    return await passwordBytes(withoutFinalNewline(bytes));
  } finally {
    bytes.fill(0);
  }
}

async function readPlace(
  place: Exclude<PasswordPlace, { environmentVariable: string }>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<OwnBytes> {
  if ('descriptor' in place) return await readToEnd(place.descriptor);
  const path = 'file' in place ? place.file : credentialPath(place.credential, env);
  const bytes = await readPasswordFile(path);
  if (bytes !== undefined) return bytes;
  throw new KeyringFileError('no-password-source', 'password: expected a file to read, got none');
}

/** What is wrong with this file says nothing of the keyring's. */
async function readPasswordFile(path: string): Promise<OwnBytes | undefined> {
  try {
    return await readWholeFile(path, MAX_PASSWORD_BYTES);
  } catch (error) {
    if (!isKeyringFileError(error)) throw error;
    const { code, cause } = error;
    if (code === 'too-large') throw tooLarge();
    const got = code === 'read-failed' ? errnoOf(cause) : 'something else';
    throw new KeyringFileError(
      'read-failed',
      `password: expected a regular file that can be read, got ${got}`,
      { cause },
    );
  }
}

function credentialPath(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const folder = env['CREDENTIALS_DIRECTORY'];
  // A name is no path: nothing outside the folder that the service manager made is read.
  // @rule file/credential-name keywire#passwords
  if (name === '' || name === '..' || name === '.' || basename(name) !== name) {
    throw new KeyringFileError(
      'no-password-source',
      'password: expected the plain name of a credential, got a path',
    );
  }
  if (folder !== undefined && folder !== '') return join(folder, name);
  throw new KeyringFileError(
    'no-password-source',
    'password: expected CREDENTIALS_DIRECTORY to be set, got nothing',
  );
}

async function readToEnd(descriptor: number): Promise<OwnBytes> {
  const chunks: Uint8Array[] = [];
  try {
    await collect(descriptor, chunks);
    return joinBytes(chunks);
  } finally {
    for (const chunk of chunks) chunk.fill(0);
  }
}

async function collect(descriptor: number, chunks: Uint8Array[]): Promise<void> {
  for (let total = 0; total <= MAX_PASSWORD_BYTES; ) {
    const chunk = await readChunk(descriptor);
    if (chunk.length === 0) return;
    chunks.push(chunk);
    total += chunk.length;
  }
  throw tooLarge();
}

function tooLarge(): KeyringFileError {
  return new KeyringFileError(
    'too-large',
    `password: expected at most ${MAX_PASSWORD_BYTES} bytes, got more`,
  );
}

async function readChunk(descriptor: number): Promise<Uint8Array> {
  const chunk = new Uint8Array(4096);
  try {
    const { bytesRead } = await readDescriptor(descriptor, chunk, 0, chunk.length, null);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    throw new KeyringFileError(
      'read-failed',
      `password: expected a readable descriptor, got ${errnoOf(error)}`,
      { cause: error },
    );
  }
}
