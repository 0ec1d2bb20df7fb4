/**
 * The private folder that a bus's socket lies in. On the embedded bus access is this folder: Node
 * cannot ask who is on the other side of a socket.
 */
import { chmod, lstat, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { MessageBusError } from '../errors.ts';
import { FOLDER_PREFIX, removeStaleFolders, SOCKET_NAME } from './stale-folders.ts';

/** What fits into a socket address beside its closing NUL; Node truncates longer paths silently. */
export const MAX_SOCKET_PATH_BYTES = 107;

/** Makes a fresh 0700 folder, in $XDG_RUNTIME_DIR or the temporary folder, whichever can be used. */
export async function makeBusFolder(): Promise<string> {
  const refusals: string[] = [];
  for (const parent of candidateParents()) {
    try {
      await checkParent(parent);
      const folder = await mkdtemp(folderIn(parent));
      await chmod(folder, 0o700);
      await removeStaleFolders(parent);
      return folder;
    } catch (error) {
      refusals.push(`${parent} (${reasonOf(error)})`);
    }
  }
  throw new MessageBusError(
    'unusable-folder',
    `bus folder: expected to make one, tried ${refusals.join(', ')}`,
  );
}

export async function removeBusFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Checks a folder that the caller chose.
 *
 * @throws {@link MessageBusError} with code `unusable-folder` or `unsafe-folder`
 */
export async function checkBusFolder(folder: string): Promise<void> {
  const stats = await lstat(folder).catch((cause: unknown) => {
    throw new MessageBusError(
      'unusable-folder',
      `${folder}: expected a folder (${reasonOf(cause)})`,
      { cause },
    );
  });
  if (!stats.isDirectory()) {
    const what = stats.isSymbolicLink() ? 'a symbolic link' : 'something else';
    throw new MessageBusError('unusable-folder', `${folder}: expected a folder, got ${what}`);
  }
  // @rule bus/private-folder keywire#embedded-bus-access
  if ((stats.mode & 0o077) !== 0) {
    throw new MessageBusError(
      'unsafe-folder',
      `${folder}: expected a folder that only its owner can open (chmod 700)`,
    );
  }
  if (stats.uid !== process.geteuid?.()) {
    throw new MessageBusError('unsafe-folder', `${folder}: expected a folder of this user`);
  }
  try {
    await checkParent(path.dirname(path.resolve(folder)));
  } catch (cause) {
    throw new MessageBusError(
      'unsafe-folder',
      `${folder}: expected to lie where nobody else can put another in its place (${reasonOf(cause)})`,
      { cause },
    );
  }
}

/** Why a folder is no place for a private one. */
class UnusableParent extends Error {}

/**
 * Who may rename in the folder above can put a folder of theirs in the place of ours, and clients would
 * go to the bus in it. Where it is sticky, as `/tmp` is, only the owner of what lies there can.
 */
// @rule bus/folder-stays-where-it-is keywire#embedded-bus-access
async function checkParent(parent: string): Promise<void> {
  const { uid, gid, mode } = await stat(parent);
  const userId = process.geteuid?.();
  const isOthers = uid !== 0 && uid !== userId && !isUnmapped(uid, await userIdMap());
  // A group with the user's own number is that user's alone.
  const mayOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== userId);
  if (isOthers) throw new UnusableParent(`the folder above is one of uid ${uid}`);
  if (mayOthers && (mode & 0o1000) === 0) {
    throw new UnusableParent('others can write to the folder above; chmod +t ends that');
  }
}

function candidateParents(): string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const parents = runtime?.startsWith('/') ? [runtime, tmpdir(), '/tmp'] : [tmpdir(), '/tmp'];
  return [...new Set(parents)];
}

/**
 * Whether a user id stands for all that a user namespace does not know, root among them: there `/tmp`
 * shows as nobody's, and no more can be known of its owner.
 *
 * @param map the text of uid_map: lines of the first id inside, the first outside, and how many
 */
// @rule bus/unmapped-owner keywire#embedded-bus-access
export function isUnmapped(userId: number, map: string): boolean {
  const ranges = map.split('\n').map((line) => line.trim().split(/\s+/u).map(Number));
  const isKnown = ranges.some(
    ([first = 0, , count = 0]) => userId >= first && userId < first + count,
  );
  return map !== '' && !isKnown;
}

/** Nothing where there are no such namespaces, or no `/proc`. */
function userIdMap(): Promise<string> {
  return readFile('/proc/self/uid_map', 'utf8').catch(() => '');
}

/** Before anything is made: with the six characters of `mkdtemp`, the socket's path must fit. */
function folderIn(parent: string): string {
  const prefix = path.join(parent, FOLDER_PREFIX);
  const bytes = Buffer.byteLength(`${prefix}XXXXXX/${SOCKET_NAME}`);
  // @rule bus/folder-not-too-long keywire#embedded-bus-access
  if (bytes > MAX_SOCKET_PATH_BYTES) throw new UnusableParent('its path is too long for a socket');
  return prefix;
}

function reasonOf(error: unknown): string {
  if (error instanceof UnusableParent) return error.message;
  return error instanceof Error && 'code' in error ? String(error.code) : 'not usable';
}
