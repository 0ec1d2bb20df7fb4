// The backend in memory by the clock of the running program.

import { type MemoryBackendOptions, makeMemoryBackend } from '../backends/memory.ts';
import type { Backend } from '../types/backend.ts';

/** Makes a backend in this process's memory, empty. Two are two: they share nothing. */
export function memoryBackend(options: MemoryBackendOptions = {}): Backend {
  return makeMemoryBackend(options.now ?? Date.now, options);
}
