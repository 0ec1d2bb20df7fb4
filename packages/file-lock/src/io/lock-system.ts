/** What a lock needs of the machine it runs on, in one place, so that tests can stand in for it. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { formatOwner } from '../owner-record.ts';
import type { Claimant, LockFiles } from '../protocol.ts';
import { createLockFiles } from './lock-files.ts';
import { newNonce } from './nonce.ts';
import { processIdentity } from './process-identity.ts';
import { type ChangeWatcher, type Deadline, startDeadline, watchFile } from './waiting.ts';

export interface LockSystem {
  readonly files: LockFiles;
  /** The one name of a file that has several: its folder's links and `..` are resolved. */
  canonicalPath(file: string): Promise<string>;
  /** A claimant with a nonce of its own. */
  newClaimant(base: string): Promise<Claimant>;
  nowMs(): number;
  /** Milliseconds since some moment, that no change of the clock makes jump. */
  monotonicMs(): number;
  /** How long to wait before the next look, different each time. */
  nextDelayMs(): number;
  /** Waits, and keeps no program running. */
  pause(delayMs: number): Promise<void>;
  startDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline;
  watchFile(file: string): ChangeWatcher;
}

/** Long enough to cost nothing, short enough to take over a dead owner's lock well within 1 s. */
const MIN_DELAY_MS = 50;
const MAX_DELAY_MS = 200;

export const lockSystem: LockSystem = {
  files: createLockFiles(),
  async canonicalPath(file) {
    return path.join(await realpath(path.dirname(path.resolve(file))), path.basename(file));
  },
  async newClaimant(base) {
    const nonce = newNonce();
    return { base, nonce, record: formatOwner({ ...(await processIdentity()), nonce }) };
  },
  nowMs: () => Date.now(),
  monotonicMs() {
    // Not `performance`, which a fresh Node takes 0.8 ms to load.
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  nextDelayMs: () => MIN_DELAY_MS + Math.random() * (MAX_DELAY_MS - MIN_DELAY_MS),
  pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs).unref()),
  startDeadline,
  watchFile,
};
