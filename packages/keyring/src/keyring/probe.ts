// A trial of a backend before something depends on it, under a key that no other process uses: trials
// that share one key fail each other.

import { isSameSecret } from '../entries/secret-bytes.ts';
import { keyringError } from '../errors.ts';
import type { Backend, BackendOptions, EntryKey } from '../types/backend.ts';

export interface ProbeParts {
  /** Gives another text each time. */
  readonly randomName: () => string;
  readonly app?: string | undefined;
  readonly group?: string | undefined;
}

/**
 * Stores, reads, compares and deletes; leaves nothing behind.
 *
 * @throws {@link KeyringError} with code `probe-failed`, or what the backend throws
 */
export async function probeBackend(
  backend: Backend,
  parts: ProbeParts,
  options: BackendOptions,
): Promise<void> {
  const { app, group } = parts;
  const key: EntryKey = {
    service: 'keywire probe',
    username: parts.randomName(),
    ...(group === undefined ? {} : { group }),
  };
  const secret = new TextEncoder().encode(parts.randomName());
  let hasFound = false;
  try {
    await backend.set(key, secret, { ...options, app });
    const found = await backend.get(key, options);
    hasFound = found !== undefined && isSameSecret(found, secret);
    found?.fill(0);
  } catch (error) {
    // What was stored before the fault is cleared away, after an abort too; the fault itself is what
    // matters.
    // @rule keyring/probe-leaves-nothing keywire#nothing-weakened
    await backend.delete(key, { interactive: false }).catch(() => {});
    throw error;
  }
  const deleted = await backend.delete(key, options);
  // @rule keyring/probe-compares keywire#nothing-weakened
  if (hasFound && deleted > 0) return;
  throw keyringError('probe-failed', `backend ${backend.name}`);
}
