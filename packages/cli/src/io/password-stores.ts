/** Backends, schemes and what programs remembered, as `@keywire/keyring` knows them. */
import {
  forgetRememberedBackend,
  listBackends,
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
  };
}
