// The world as this package sees it: environment, home, terminal, clock, randomness, small files.
// Opening a keyring needs few of Node's modules; the others are loaded where they are used.

import { readFile, stat } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { KeyringError } from '../errors.ts';
import type { KeyringHost } from '../types/host.ts';
import { hasTerminal } from './terminal.ts';

/** The host of the running program. */
export function nodeHost(): KeyringHost {
  return {
    env: process.env,
    home: homeFolder(),
    get hasTerminal() {
      return hasTerminal();
    },
    now: () => Date.now(),
    randomName,
    absolutePath: (file) => path.resolve(file),
    readFile: readText,
    writeFile: replaceText,
    removeFile,
    listFolder,
    requireOwnFolder: async (file) => (await import('./own-folder.ts')).requireOwnFolder(file),
    sharedFile: async (file) => (await import('./shared-file.ts')).sharedFile(file),
  };
}

function randomName(): string {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  return randomBytes(16).toString('hex');
}

/** HOME where it is set, also where the user has no entry in the system's list. */
function homeFolder(): string | undefined {
  const { HOME: named = '' } = process.env;
  if (named !== '') return named;
  try {
    return process.getBuiltinModule('node:os').homedir();
  } catch {
    // No HOME and no entry: whoever needs a folder says so.
    return undefined;
  }
}

/** By callback: every opening reads a file or two, and `node:fs/promises` takes 1 ms to load. */
function readText(file: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') resolve(undefined);
      else reject(refused('read-failed', file, error));
    };
    stat(file, (absent, stats) => {
      if (absent !== null) fail(absent);
      // Where nobody writes to it, it would be waited for, even by the end of the process.
      else if (stats.isFIFO()) reject(new KeyringError('read-failed', `${file}: it is a pipe`));
      else readFile(file, 'utf8', (error, text) => (error === null ? resolve(text) : fail(error)));
    });
  });
}

async function replaceText(file: string, text: string): Promise<void> {
  const { isFolderError, isReplaceFileError, makeFolder, replaceFile } = await import(
    '@keywire/file-lock'
  );
  try {
    await makeFolder(path.dirname(file));
    await replaceFile(file, new TextEncoder().encode(text));
  } catch (error) {
    const isOfTheSystem = isFolderError(error) || isReplaceFileError(error);
    throw refused('write-failed', file, (isOfTheSystem ? error.cause : undefined) ?? error);
  }
}

async function removeFile(file: string): Promise<boolean> {
  const { rm } = process.getBuiltinModule('node:fs/promises');
  try {
    await rm(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw refused('write-failed', file, error);
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const { readdir } = process.getBuiltinModule('node:fs/promises');
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw refused('read-failed', folder, error);
  }
}

function refused(code: 'read-failed' | 'write-failed', file: string, cause: unknown): KeyringError {
  const verb = code === 'read-failed' ? 'readable' : 'writable';
  const advice = 'check the owner and the permissions of the path';
  const message = `${file}: expected it to be ${verb}, got ${codeOf(cause)}`;
  return new KeyringError(code, message, { cause, advice });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
}
