/** Reads a whole regular file, bounded; never waits on a pipe or a device put in its place. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { OwnBytes } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';
import { MAX_FILE_BYTES } from '../limits.ts';

/**
 * @returns `undefined` when there is no such file
 * @throws {@link KeyringFileError} with code `read-failed`, `too-large` or `not-a-keyring-file`
 */
export async function readWholeFile(
  path: string,
  maxBytes: number = MAX_FILE_BYTES,
): Promise<OwnBytes | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readHandle(file, maxBytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof KeyringFileError) throw error;
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new KeyringFileError(
      'read-failed',
      `keyring file: expected to be allowed to read it, got ${errnoOf(error)}`,
      { cause: error },
    );
  }
}

/** The `code` of an error of the operating system; `unknown` for another error. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'unknown';
}

/** The part of a `FileHandle` that is used. */
export interface ReadableHandle {
  stat(): Promise<{ readonly size: number; isFile(): boolean }>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** Reads an open file, which other programs may be changing meanwhile. */
export async function readHandle(file: ReadableHandle, maxBytes: number): Promise<OwnBytes> {
  const status = await file.stat();
  // @rule file/regular-file keywire#files
  if (!status.isFile()) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      'keyring file: expected a regular file, got something else at the path',
    );
  }
  // @rule file/size-limit keywire#files
  if (status.size > maxBytes) {
    throw new KeyringFileError(
      'too-large',
      `keyring file: expected at most ${maxBytes} bytes, got ${status.size}`,
    );
  }
  // A file that shrinks while it is read gives fewer bytes, which its parser refuses; one that
  // grows is cut at the size it had.
  const bytes = new Uint8Array(status.size);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled);
}
