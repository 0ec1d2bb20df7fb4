// A backend that keeps the very buffers it gives and takes, and takes its time over what it stores.
import type { Backend } from '../../src/index.ts';

export interface WatchedBackend {
  readonly backend: Backend;
  /** The buffers it gave: wiped by whoever asked, once they are text. */
  readonly given: Uint8Array[];
  /** The buffers that it was given to store. */
  readonly taken: Uint8Array[];
  /** What it had stored when it was done. */
  readonly stored: string[];
  /** How many were deleted. */
  readonly deleted: () => number;
}

export function watchedBackend(secret = 'hunter2'): WatchedBackend {
  const given: Uint8Array[] = [];
  const taken: Uint8Array[] = [];
  const stored: string[] = [];
  let deleted = 0;
  const give = (): Uint8Array => {
    const bytes = new TextEncoder().encode(secret);
    given.push(bytes);
    return bytes;
  };
  const backend: Backend = {
    name: 'watched',
    get: async () => give(),
    set: async (_key, bytes) => {
      taken.push(bytes);
      await new Promise((resolve) => setImmediate(resolve));
      stored.push(new TextDecoder().decode(bytes));
    },
    delete: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      deleted += 1;
      return 1;
    },
    search: async ({ service = '' }) => [{ service, username: 'ada', secret: give() }],
    status: () => Promise.reject(new Error('not asked for')),
  };
  return { backend, given, taken, stored, deleted: () => deleted };
}

export function areWiped(buffers: readonly Uint8Array[], count: number): boolean {
  return buffers.length === count && buffers.every((bytes) => bytes.every((byte) => byte === 0));
}
