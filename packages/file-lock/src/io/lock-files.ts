/** The steps of the protocol on real files. */
import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, open, readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LockError } from '../errors.ts';
import { judgeOwner, type Surroundings, type Verdict } from '../liveness.ts';
import { parseOwner } from '../owner-record.ts';
import type { LockFiles, Observation } from '../protocol.ts';
import { isOnLocalFileSystem } from './file-system.ts';
import { processIdentity, processState } from './process-identity.ts';
import { systemErrorCode, whenFailing } from './system-error.ts';

/** Ten times what a record of ours needs. */
const MAX_RECORD_BYTES = 4096;

/** File systems without hard links (FAT), and systems that forbid them, say it with these. */
const NO_HARD_LINKS = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Makes the steps; tests replace the parameters, to meet what root and ext4 never do. */
export function createLockFiles({
  openFile = open,
  createLink = link,
  currentUser = () => process.geteuid?.(),
}: {
  readonly openFile?: OpenFile;
  readonly createLink?: (from: string, to: string) => Promise<void>;
  /** Whom the process acts for right now; `undefined` where users have no numbers. */
  readonly currentUser?: () => number | undefined;
} = {}): LockFiles {
  return {
    read: (file) => readLock(openFile, file, currentUser()),

    judge: (file, seen) => judgeLock(file, seen.text),

    async write(file, text) {
      const handle = await open(file, 'wx', 0o600);
      try {
        // Behind an odd umask not even its owner could read it, and so never give it back.
        // @rule lock/owner-can-read keywire#file-lock
        if (((await handle.stat()).mode & 0o600) !== 0o600) await handle.chmod(0o600);
        await handle.writeFile(text);
        // After a crash of the machine an empty lock would have no owner to be judged by.
        await handle.datasync();
      } catch (error) {
        await unlink(file);
        throw error;
      } finally {
        await handle.close();
      }
    },

    async link(from, to) {
      try {
        await createLink(from, to);
        return true;
      } catch (error) {
        const code = systemErrorCode(error) ?? '';
        if (code === 'EEXIST' || code === 'ENOENT') return false;
        if (!NO_HARD_LINKS.includes(code)) throw error;
        return copyExclusively(from, to);
      }
    },

    remove: (file) => whenFailing(unlink(file), ['ENOENT'], undefined),

    async listBeside(base) {
      const folder = path.dirname(base);
      const prefix = `${path.basename(base)}.`;
      const names = await readdir(folder);
      return names.filter((name) => name.startsWith(prefix)).map((name) => path.join(folder, name));
    },
  };
}

/** Whether the owner of the lock at `file`, whose text was read, still runs. Changes nothing. */
export async function judgeLock(file: string, text: string): Promise<Verdict> {
  return judgeOwner(parseOwner(text), file, await surroundings());
}

async function surroundings(): Promise<Surroundings> {
  const { bootId, namespaces, host } = await processIdentity();
  return { bootId, namespaces, host, processState, isOnLocalFileSystem };
}

/**
 * Exclusive too, but the file appears before its text: a crash in between leaves a lock without an
 * owner, which waits for a hand or for `abandonedAfterMs`.
 */
async function copyExclusively(from: string, to: string): Promise<boolean> {
  return whenFailing(
    copyFile(from, to, constants.COPYFILE_EXCL).then(() => true),
    ['EEXIST', 'ENOENT'],
    false,
  );
}

type OpenFile = (file: string, flags: number) => Promise<FileHandle>;

async function readLock(
  openFile: OpenFile,
  file: string,
  userId: number | undefined,
): Promise<Observation | undefined> {
  const handle = await openLock(openFile, file, userId);
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat({ bigint: true });
    // @rule lock/regular-file-only keywire#file-lock
    if (!stat.isFile()) throw notAFile(file);
    if (userId !== undefined && stat.uid !== BigInt(userId)) throw foreignOwner(file, stat.uid);
    const buffer = Buffer.alloc(MAX_RECORD_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, MAX_RECORD_BYTES, 0);
    return {
      text: buffer.toString('utf8', 0, bytesRead),
      fileId: `${stat.ino}-${stat.mtimeNs}`,
      modifiedMs: Number(stat.mtimeMs),
    };
  } finally {
    await handle.close();
  }
}

/** Opens a lock without following a link and without waiting for a pipe's other end. */
async function openLock(
  openFile: OpenFile,
  file: string,
  userId: number | undefined,
): Promise<FileHandle | undefined> {
  try {
    return await openFile(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    switch (systemErrorCode(error)) {
      // ESTALE: removed on the file server; who tries to create it will see what is true.
      case 'ENOENT':
      case 'ESTALE':
        return undefined;
      // @rule lock/symbolic-link-refused keywire#file-lock
      case 'ELOOP':
        throw new LockError('symbolic-link', file, 'expected a regular file, got a symbolic link');
      case 'ENXIO':
        throw notAFile(file);
    }
    const stat = await whenFailing(lstat(file), ['ENOENT'], undefined);
    // @rule lock/foreign-owner-refused keywire#file-lock
    if (stat !== undefined && userId !== undefined && stat.uid !== userId) {
      throw foreignOwner(file, stat.uid);
    }
    throw error;
  }
}

function notAFile(file: string): LockError {
  return new LockError('not-a-file', file, 'expected a regular file, got something else');
}

function foreignOwner(file: string, uid: number | bigint): LockError {
  return new LockError(
    'foreign-owner',
    file,
    `expected a file of this user, got one of uid ${uid}`,
  );
}
