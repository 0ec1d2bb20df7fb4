// Calls every method of the synchronous backend where no keyring is, and prints what each threw.
import { SyncBackend } from '../../../src/io/sync-backend.ts';

const backend = new SyncBackend();
const key = { service: 'service', username: 'ada' };
const options = { place: { busAddress: 'unix:path=/nonexistent/bus', interactive: false } };
const calls: readonly (() => unknown)[] = [
  () => backend.get(key, options),
  () => backend.set(key, new Uint8Array([1]), options),
  () => backend.delete(key, options),
  () => backend.search({ service: 'service' }, options),
];
const thrown = calls.map((call) => {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'advice' in error)) throw error;
    return { name: error.name, code: error.code, hasAdvice: error.advice !== '' };
  }
});
console.log(JSON.stringify(thrown));
