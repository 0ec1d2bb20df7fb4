/** The files that this process has open, for tests of what closes what it opens. Linux only. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const DESCRIPTORS = '/proc/self/fd';

/** The paths below a folder that are open right now, also of files that are deleted by now. */
export function openFilesBelow(folder: string): string[] {
  if (!existsSync(DESCRIPTORS)) return [];
  return readdirSync(DESCRIPTORS)
    .map((descriptor) => targetOf(join(DESCRIPTORS, descriptor)))
    .filter((target) => target === folder || target.startsWith(`${folder}/`));
}

/** The descriptor that lists the descriptors is gone once the list is there. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(descriptor);
  } catch {
    return '';
  }
}
