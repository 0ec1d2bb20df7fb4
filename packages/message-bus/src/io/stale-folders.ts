/**
 * Folders of buses whose process was killed and could not remove them. A socket gets its name in the
 * folder once somebody listens on it: one that refuses connections had an owner who is gone, in
 * whatever container that was.
 */
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';

/** What folders of buses are called, before their random part. */
export const FOLDER_PREFIX = 'keywire-bus-';
/** The socket, and what it is called before it listens. */
export const SOCKET_NAME = 'bus';
export const NEW_SOCKET_NAME = 'new';

/** No bus takes so long to start; a folder without a socket is left over from one that never did. */
const UNFINISHED_MS = 60 * 60 * 1000;

/**
 * Removes what dead buses of this user left in a folder. Never what is not known to be that: a folder
 * with anything else in it, another user's, one that others can open, one that answers.
 *
 * @returns how many were removed
 */
// @rule bus/removes-stale-folders keywire#embedded-bus-access
export async function removeStaleFolders(parent: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    // Another bus may be tidying up as well. What cannot be removed is no reason not to start.
    if (await removeIfStale(path.join(parent, name)).catch(() => false)) removed += 1;
  }
  return removed;
}

async function removeIfStale(folder: string): Promise<boolean> {
  const status = await lstat(folder);
  const isOurs = status.isDirectory() && status.uid === process.geteuid?.();
  if (!isOurs || (status.mode & 0o077) !== 0) return false;
  const [content, ...more] = await readdir(folder);
  if (more.length > 0) return false;
  const isOld = Date.now() - status.mtimeMs > UNFINISHED_MS;
  if (content === undefined) return isOld && (await remove(folder));
  const socket = path.join(folder, content);
  if (!(await lstat(socket)).isSocket()) return false;
  const isDead =
    (content === SOCKET_NAME && (await refusesConnections(socket))) ||
    (content === NEW_SOCKET_NAME && isOld);
  return isDead && (await remove(folder, socket));
}

/** Not recursive: what else should come to lie there stays. */
async function remove(folder: string, socket?: string): Promise<true> {
  if (socket !== undefined) await unlink(socket);
  await rmdir(folder);
  return true;
}

/** A bus that is only slow, or stopped, refuses nobody. */
function refusesConnections(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
}
