/** Backends, schemes and what programs remembered, as `@keywire/keyring` knows them. */
import {
  findPythonBackend,
  forgetRememberedBackend,
  listBackends,
  migrate,
  rememberedBackends,
  SCHEME_ROWS,
} from '@keywire/keyring';
import type { PasswordStores } from '../../types/password-stores.ts';
import { connectOptions } from './connect-options.ts';
import { disablePythonKeyring, pythonConfig } from './python-keyring.ts';

/** As Python's keyring gives them; those above 0 stand on a Secret Service. */
const PYTHON_PRIORITIES = [
  { name: 'keyring.backends.fail.Keyring', priority: 0 },
  { name: 'keyring.backends.libsecret.Keyring', priority: 4.8 },
  { name: 'keyring.backends.SecretService.Keyring', priority: 5 },
];

export function createPasswordStores(signal: AbortSignal): PasswordStores {
  return {
    backends: async (options) =>
      await listBackends({ interactive: false, connect: connectOptions(options), signal }),
    schemes: () => SCHEME_ROWS.map(({ name, title }) => ({ name, title })),
    remembered: async () => await rememberedBackends(),
    forget: async (app) => await forgetRememberedBackend(app),
    migrate: async (options, onProgress) => {
      const { from, to, service, username, backend, collection, filePassword } = options;
      return await migrate({
        from,
        to,
        filter: {
          ...(service === undefined ? {} : { service }),
          ...(username === undefined ? {} : { username }),
        },
        deleteSource: options.deletesSource,
        dryRun: options.isDryRun,
        onConflict: options.onConflict,
        backend,
        collection,
        // Who names another program's scheme on a command line means it.
        allowForeignWrites: true,
        interactive: !options.noPrompt,
        connect: connectOptions(options),
        file: { password: filePassword },
        onProgress,
        signal,
      });
    },
    pythonBackend: findPythonBackend,
    async pythonBackends() {
      const found = await listBackends({ interactive: false, signal });
      const isServed = found.some(
        ({ name, state }) => name === 'secret-service' && state !== 'unavailable',
      );
      return PYTHON_PRIORITIES.filter(({ priority }) => isServed || priority <= 0);
    },
    pythonConfig,
    disablePython: disablePythonKeyring,
  };
}
