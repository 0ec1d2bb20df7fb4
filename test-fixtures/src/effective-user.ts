/**
 * Work under another effective user than the real one, as a service of root does for one of its users.
 */
import { chownSync } from 'node:fs';
import process from 'node:process';

/** Some user who is neither root nor anybody here. */
export const OTHER_USER = 54_321;

/** Why it cannot be tried here; `undefined` where it can. */
export function noEffectiveUser(): string | undefined {
  const canSwitch = process.getuid?.() === 0 && typeof process.seteuid === 'function';
  return canSwitch ? undefined : 'only root can take on another effective user';
}

/** Gives the folder to {@link OTHER_USER} and does the work as that one. */
export async function asOtherUser<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  chownSync(folder, OTHER_USER, OTHER_USER);
  process.seteuid?.(OTHER_USER);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
