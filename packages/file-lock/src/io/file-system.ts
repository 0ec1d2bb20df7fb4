/**
 * Whether a file system can be mounted by one kernel only. The list names what is certainly local
 * (statfs(2), linux/magic.h); network file systems, FUSE (which virtiofs and sshfs show themselves
 * as), 9p and whatever is not listed count as shared.
 */
import { statfs } from 'node:fs/promises';

const LOCAL_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x01021994, // tmpfs
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x794c7630, // overlayfs
  0xf2f52010, // f2fs
  0x2fc12fc1, // zfs
  0xca451a4e, // bcachefs
  0x858458f6, // ramfs
]);

/** True when the file's file system is one of those, false when that cannot be told. */
export async function isOnLocalFileSystem(path: string): Promise<boolean> {
  try {
    return LOCAL_TYPES.has((await statfs(path)).type);
  } catch {
    return false;
  }
}
