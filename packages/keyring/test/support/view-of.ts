import type { Backend } from '../../src/index.ts';

/** A view of a backend, to change parts of; closing it leaves the store open for others. */
export function viewOf(backend: Backend): Backend {
  return {
    name: backend.name,
    get: (key, options) => backend.get(key, options),
    set: (key, secret, options) => backend.set(key, secret, options),
    delete: (key, options) => backend.delete(key, options),
    search: (filter, options) => backend.search(filter, options),
    status: (options) => backend.status(options),
  };
}
