/**
 * Where the worker of the synchronous form is. Run from source it is a file; the build of this
 * package replaces this module with the worker bundled into one string, so that a program that is
 * bundled into one file needs no second one.
 */
export const workerSource: string | URL = new URL('./sync-worker.ts', import.meta.url);
