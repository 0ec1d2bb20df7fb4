/**
 * Gives a lock back, if need be later. What a full disk or a process without free descriptors refuses at
 * the moment would else be held as long as the process runs: nobody takes a lock from the living.
 */
import type { LockSystem } from './io/lock-system.ts';
import { type Claimant, release } from './protocol.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Gives the lock back; false when the file is no longer ours.
 *
 * @throws what the file system reports; the lock is given back then as soon as it can be
 */
export async function giveBack(system: LockSystem, own: Claimant): Promise<boolean> {
  try {
    return await release(system.files, own);
  } catch (error) {
    void goOnGivingBack(system, own);
    throw error;
  }
}

/** Never rejects: that it fails was told when it failed first. */
// @rule lock/given-back-later keywire#file-lock
async function goOnGivingBack(system: LockSystem, own: Claimant): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    await system.pause(pauseMs);
    const isDone = await release(system.files, own).then(
      () => true,
      () => false,
    );
    if (isDone) return;
  }
}
