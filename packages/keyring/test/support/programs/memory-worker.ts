// Stands in for the worker of the synchronous form: the same protocol over a keyring in memory. A service
// named "slow" is not answered.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedBlock } from '../../../src/drop-ins/shared-block.ts';
import { answerSync } from '../../../src/drop-ins/sync-server.ts';
import { type Backend, memoryBackend } from '../../../src/index.ts';
import type { WorkerMessage } from '../../../src/types/sync.ts';

const memory = memoryBackend();
const never = (): Promise<never> => new Promise(() => {});
const backend: Backend = {
  name: 'memory',
  get: (key, how) => (key.service === 'slow' ? never() : memory.get(key, how)),
  set: (key, secret, how) => (key.service === 'slow' ? never() : memory.set(key, secret, how)),
  delete: (key, how) => (key.service === 'slow' ? never() : memory.delete(key, how)),
  search: (filter, how) => memory.search(filter, how),
  status: () => memory.status(),
};
/** What came, in order: the entry "kinds" tells. */
const kinds: string[] = [];
let rest: Uint8Array = new Uint8Array(0);

parentPort?.on('message', async ({ kind, memory: shared }: WorkerMessage) => {
  kinds.push(kind);
  const block = new SharedBlock(shared);
  if (kind === 'rest') block.give(rest);
  if (kind !== 'request') return;
  const told = new TextEncoder().encode(kinds.join());
  await memory.set({ service: 'kinds', username: 'ada' }, told);
  const reply = await answerSync(block.take(), async () => backend, new AbortController().signal);
  if (!block.give(reply)) rest = reply;
});

new SharedBlock(workerData).give(new Uint8Array(0));
