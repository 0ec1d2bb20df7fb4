/**
 * The files of a store on disk, as far as no password is needed: which there are, what form they
 * have, and which aliases their folder remembers. What is in a keyring is `@keywire/keyring-file`'s.
 */
import { constants } from 'node:fs';
import { open, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  assertOwnFolder,
  CrossProcessLock,
  isFolderError,
  makeFolder,
  replaceFile,
} from '@keywire/file-lock';
import { detectFormat, KeyringFileError, type KeyringFormat } from '@keywire/keyring-file';
import { SecretProviderError } from '../errors.ts';

const SUFFIX = '.keyring';
const ALIASES_FILE = 'aliases.json';

/** As much of a file as tells its form. */
const FORM_BYTES = 4096;
/** Some ten thousand aliases. */
const MAX_ALIASES_BYTES = 1024 * 1024;

/** A keyring file from outside. */
export interface KeyringFileStatus {
  readonly format: KeyringFormat;
  /** Seconds since the epoch. */
  readonly modified: number;
}

/** What `null` says: the alias was pointed at nothing. */
export type AliasRecord = ReadonlyMap<string, string | null>;

/** Says whether the path is a folder; false also when there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  return (await orAbsent(stat(path)))?.isDirectory() ?? false;
}

/**
 * Makes the folder of a store, and refuses one where others could put files of theirs in place of
 * its own.
 *
 * @throws {@link SecretProviderError} with code `unsafe-folder` or `unusable-folder`
 */
// @rule provider/unsafe-folder-refused keywire#keyring-file-store
export async function prepareFolder(folder: string): Promise<void> {
  await asStoreError(makeFolder(folder));
  await asStoreError(assertOwnFolder(folder));
}

/** As {@link prepareFolder}, of the folder that a file lies in. */
export async function prepareFolderOf(file: string): Promise<void> {
  await prepareFolder(dirname(file));
}

async function asStoreError(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isFolderError(error)) throw error;
    const { message, advice } = error;
    const text = advice === '' ? message : `${message}; ${advice}`;
    const code = error.code === 'unsafe-folder' ? error.code : 'unusable-folder';
    throw new SecretProviderError(code, `store: ${text}`, { cause: error });
  }
}

/**
 * Looks at a file without opening it; `undefined` when there is none.
 *
 * @throws KeyringFileError with code `not-a-keyring-file`
 */
export async function inspectKeyringFile(path: string): Promise<KeyringFileStatus | undefined> {
  const start = await readStart(path, FORM_BYTES);
  if (start === undefined) return undefined;
  const format = detectFormat(start.bytes);
  if (format === undefined) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `store: expected "${basename(path)}" to be a keyring file, got something else`,
    );
  }
  return { format, modified: Math.floor(start.modifiedMs / 1000) };
}

/**
 * The keyring files of a folder by name without the suffix, sorted.
 *
 * @throws {@link SecretProviderError} with code `unsafe-folder`, or `unusable-folder` where it is gone
 */
// @rule provider/folder-made-once keywire#keyring-file-store
export async function listKeyringFiles(folder: string): Promise<readonly string[]> {
  await asStoreError(assertOwnFolder(folder));
  const names = await orAbsent(readdir(folder));
  if (names === undefined) {
    const text = `store: folder ${folder}: expected to be there still, got none`;
    throw new SecretProviderError('unusable-folder', text);
  }
  return names
    .filter(isKeyringFileName)
    .map((name) => name.slice(0, -SUFFIX.length))
    .sort();
}

/** Whether a store at a path has a keyring file already: the path itself, or one in its folder. */
export async function hasKeyringFiles(path: string): Promise<boolean> {
  const status = await orAbsent(stat(path));
  if (status === undefined || !status.isDirectory()) return status !== undefined;
  return (await readdir(path)).some(isKeyringFileName);
}

/** The path of the keyring file with a name in a folder. */
export function keyringPath(folder: string, name: string): string {
  return `${folder.replace(/\/+$/u, '')}/${name}${SUFFIX}`;
}

/** The name of a keyring file without folder and suffix. */
export function keyringName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

/** Deletes a keyring file when nobody is writing to it. */
export async function deleteKeyringFile(path: string): Promise<void> {
  await CrossProcessLock.run(`${path}.lock`, async (lock) => {
    await lock.assertHeld();
    await orAbsent(unlink(path));
  });
}

/** The aliases that a folder remembers; one that is damaged is refused, not forgotten. */
export async function readAliases(folder: string): Promise<AliasRecord> {
  const start = await readStart(aliasesPath(folder), MAX_ALIASES_BYTES);
  if (start === undefined) return new Map();
  if (!start.isWhole) throw damagedAliases();
  const value: unknown = parseJson(new TextDecoder().decode(start.bytes));
  if (typeof value !== 'object' || value === null) throw damagedAliases();
  const aliases = new Map<string, string | null>();
  for (const [alias, target] of Object.entries(value)) {
    if (typeof target !== 'string' && target !== null) throw damagedAliases();
    aliases.set(alias, target);
  }
  return aliases;
}

/**
 * Changes one alias, and keeps what other processes changed.
 *
 * @param target undefined takes it out
 * @throws KeyringFileError with code `too-large` for what could not be read again
 */
export async function writeAlias(
  folder: string,
  alias: string,
  target: string | null | undefined,
): Promise<AliasRecord> {
  const path = aliasesPath(folder);
  return await CrossProcessLock.run(`${path}.lock`, async (lock) => {
    const aliases = new Map(await readAliases(folder));
    if (target === undefined) aliases.delete(alias);
    else aliases.set(alias, target);
    const text = `${JSON.stringify(Object.fromEntries(aliases), null, 2)}\n`;
    const bytes = new TextEncoder().encode(text);
    // @rule provider/aliases-stay-readable keywire#keyring-file-store
    if (bytes.length > MAX_ALIASES_BYTES) {
      const expected = `expected at most ${MAX_ALIASES_BYTES} bytes of aliases`;
      throw new KeyringFileError('too-large', `${ALIASES_FILE}: ${expected}`);
    }
    await lock.assertHeld();
    await replaceFile(path, bytes);
    return aliases;
  });
}

/** What a file begins with: nothing, for what is no regular file. */
interface FileStart {
  readonly bytes: Uint8Array;
  /** Whether that is all there is. */
  readonly isWhole: boolean;
  readonly modifiedMs: number;
}

/** Reads no further than told, and never waits for the other end of a pipe. */
// @rule provider/foreign-files-bounded keywire#keyring-file-store
async function readStart(path: string, maxBytes: number): Promise<FileStart | undefined> {
  const file = await orAbsent(open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  if (file === undefined) return undefined;
  try {
    const status = await file.stat();
    const bytes = new Uint8Array(status.isFile() ? Math.min(status.size, maxBytes) : 0);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const isWhole = status.isFile() && bytesRead === status.size;
    return { bytes: bytes.subarray(0, bytesRead), isWhole, modifiedMs: status.mtimeMs };
  } finally {
    await file.close();
  }
}

function isKeyringFileName(name: string): boolean {
  return name.endsWith(SUFFIX) && !name.startsWith('.');
}

function aliasesPath(folder: string): string {
  return `${folder.replace(/\/+$/u, '')}/${ALIASES_FILE}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damagedAliases(cause);
  }
}

function damagedAliases(cause?: unknown): KeyringFileError {
  return new KeyringFileError(
    'malformed',
    `${ALIASES_FILE}: expected an object of alias to collection, got something else`,
    { cause },
  );
}

async function orAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
