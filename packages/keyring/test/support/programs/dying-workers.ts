// Calls the synchronous backend with a worker that ends in several ways, and prints what was thrown.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { SyncBackend } from '../../../src/io/sync-backend.ts';

const [told = ''] = process.argv.slice(2);
const backend = new SyncBackend(new URL('./dying-worker.ts', import.meta.url));
const options = { place: { busAddress: 'unix:path=/nonexistent/bus', interactive: false } };
const key = (username: string): { service: string; username: string } => ({
  service: told,
  username,
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'mayHaveHappened' in error)) throw error;
    return [error.code, error.mayHaveHappened];
  }
}

// One after the other, without a turn of this thread's event loop in between: no event of a worker
// comes through.
const printed = [
  thrownBy(() => backend.get(key('throw'), options)),
  thrownBy(() => backend.set(key('exit'), new Uint8Array([1]), options)),
  thrownBy(() => backend.get(key('answer, then exit'), options)),
];
const nobody = new Int32Array(new SharedArrayBuffer(4));
while (!existsSync(told)) Atomics.wait(nobody, 0, 0, 5);
printed.push(thrownBy(() => backend.get(key('ada'), options)));
console.log(JSON.stringify(printed));
process.once('exit', (code) => console.log(`ended by itself: ${code}`));
