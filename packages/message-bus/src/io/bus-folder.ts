/**
 * The private folder that a bus's socket lies in. On the embedded bus access is this folder: Node
 * cannot ask who is on the other side of a socket.
 */
import { chmod, lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { MessageBusError } from '../errors.ts';
import { FOLDER_PREFIX, removeStaleFolders } from './stale-folders.ts';

/** What fits into a socket address beside its closing NUL; Node truncates longer paths silently. */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Makes a fresh 0700 folder, in $XDG_RUNTIME_DIR or the temporary folder, whichever can be used. */
export async function makeBusFolder(): Promise<string> {
  const refusals: string[] = [];
  for (const parent of candidateParents()) {
    try {
      const folder = await mkdtemp(path.join(parent, FOLDER_PREFIX));
      await chmod(folder, 0o700);
      await removeStaleFolders(parent);
      return folder;
    } catch (error) {
      refusals.push(`${parent} (${reasonOf(error)})`);
    }
  }
  throw new MessageBusError(
    'folder-not-private',
    `bus folder: expected to make one, tried ${refusals.join(', ')}`,
  );
}

export async function removeBusFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Checks a folder that the caller chose.
 *
 * @throws {@link MessageBusError} with code `folder-not-private`
 */
export async function checkBusFolder(folder: string): Promise<void> {
  const stats = await lstat(folder).catch((cause: unknown) => {
    throw new MessageBusError(
      'folder-not-private',
      `${folder}: expected a folder (${reasonOf(cause)})`,
      { cause },
    );
  });
  if (!stats.isDirectory()) {
    const what = stats.isSymbolicLink() ? 'a symbolic link' : 'something else';
    throw new MessageBusError('folder-not-private', `${folder}: expected a folder, got ${what}`);
  }
  // @rule bus/private-folder keywire#embedded-bus-access
  if ((stats.mode & 0o077) !== 0) {
    throw new MessageBusError(
      'folder-not-private',
      `${folder}: expected a folder that only its owner can open (chmod 700)`,
    );
  }
  if (stats.uid !== process.getuid?.()) {
    throw new MessageBusError('folder-not-private', `${folder}: expected a folder of this user`);
  }
}

function candidateParents(): string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const parents = runtime?.startsWith('/') ? [runtime, tmpdir(), '/tmp'] : [tmpdir(), '/tmp'];
  return [...new Set(parents)];
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'not usable';
}
