/** Finds what a fixture left behind: processes that carry its marker, and its folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export function leftovers(folder: string): string[] {
  const found = existsSync(folder) ? [folder] : [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/u.test(name))) {
    if (readEnvironment(pid).includes(`KEYWIRE_FIXTURE=${folder}`)) found.push(`process ${pid}`);
  }
  return found;
}

function readEnvironment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // it ended meanwhile, or is not ours to look at
  }
}
