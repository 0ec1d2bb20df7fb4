// Calls the synchronous backend with a worker that ends without a word, and prints what was thrown. The
// deadline is so far that a call which waits for it is a hang.
import { SyncBackend } from '../../../src/io/sync-backend.ts';

const backend = new SyncBackend(new URL('./dying-worker.ts', import.meta.url));
const options = {
  place: { busAddress: 'unix:path=/nonexistent/bus', interactive: false },
  timeoutMs: 3_600_000,
};

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'mayHaveHappened' in error)) throw error;
    return [error.code, error.mayHaveHappened];
  }
}

// Without a turn of this thread's event loop in between: no event of the worker comes through.
const key = { service: 'service', username: 'end without a word' };
const printed = [
  thrownBy(() => backend.set(key, new Uint8Array([1]), options)),
  thrownBy(() => backend.get({ service: 'service', username: 'ada' }, options)),
];
console.log(JSON.stringify(printed));
