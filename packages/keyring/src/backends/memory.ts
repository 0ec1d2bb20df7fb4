// This process's memory as a backend: nothing is kept, nothing is written anywhere.

import { schemesOf } from '../schemes/schemes.ts';
import { MemoryStore } from '../stores/memory-store.ts';
import type { Backend } from '../types/backend.ts';
import { SchemeBackend, type SchemeBackendOptions } from './scheme-backend.ts';

/** Options of `memoryBackend`. */
export type MemoryBackendOptions = Partial<Omit<SchemeBackendOptions, 'store'>> & {
  /** Milliseconds since 1970; default: the runtime's clock. */
  readonly now?: () => number;
};

/** Makes an empty one. */
export function makeMemoryBackend(now: () => number, options: MemoryBackendOptions = {}): Backend {
  return new SchemeBackend({
    ...options,
    name: options.name ?? 'memory',
    schemes: options.schemes ?? schemesOf(undefined),
    store: new MemoryStore(now),
  });
}
