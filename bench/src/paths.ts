/** Where things lie: the repository, this package, and a folder for what a run leaves behind. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url));
export const BENCH: string = path.join(REPOSITORY, 'bench');

/** A folder under bench/dist, made if need be; git ignores it. */
export function buildFolder(name: string): string {
  const folder = path.join(BENCH, 'dist', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
