/** Backends, schemes and what programs remembered, as `@keywire/keyring` knows them. */
import {
  forgetRememberedBackend,
  listBackends,
  migrate,
  rememberedBackends,
  SCHEME_ROWS,
} from '@keywire/keyring';
import type { PasswordStores } from '../types/password-stores.ts';
import { connectOptions } from './open-passwords.ts';

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
  };
}
