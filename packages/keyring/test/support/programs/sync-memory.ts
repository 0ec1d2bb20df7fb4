// Calls every method of the synchronous backend over a keyring in memory, and prints what each gave.
import { SyncBackend } from '../../../src/io/sync-backend.ts';

const backend = new SyncBackend(new URL('./memory-worker.ts', import.meta.url));
const options = { place: { busAddress: undefined, interactive: false } };
const key = { service: 'service', username: 'ada' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (secret: Uint8Array | undefined): string | undefined =>
  secret === undefined ? undefined : new TextDecoder().decode(secret);

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'mayHaveHappened' in error)) throw error;
    return [error.code, error.mayHaveHappened, error.cause === undefined];
  }
}

const printed: unknown[] = [backend.get(key, options) ?? null];
backend.set(key, bytes('hunter2'), options);
printed.push(text(backend.get(key, options)));
const found = backend.search({ service: 'service' }, options);
printed.push(found.map(({ service, username, secret }) => [service, username, text(secret)]));
// Longer than the block that a reply is hoped to fit in.
const long = 'x'.repeat(100_000);
backend.set(key, bytes(long), options);
printed.push(text(backend.get(key, options)) === long);
printed.push(backend.delete(key, options), backend.delete(key, options));
printed.push(backend.search({ service: 'service' }, options));
const slow = { service: 'slow', username: 'ada' };
const hasty = { ...options, timeoutMs: 300 };
printed.push(errorOf(() => backend.get(slow, hasty)));
printed.push(errorOf(() => backend.set(slow, bytes('x'), hasty)));
printed.push(errorOf(() => backend.delete(slow, hasty)));
printed.push(errorOf(() => backend.set(key, new Uint8Array(0), options)) ?? null);
printed.push(text(backend.get({ service: 'kinds', username: 'ada' }, options)));
console.log(JSON.stringify(printed));
