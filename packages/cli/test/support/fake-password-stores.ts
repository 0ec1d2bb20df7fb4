/** Stores of values: what a test does not say is empty, and what it must not do fails it. */
import assert from 'node:assert/strict';
import type { PasswordStores } from '../../src/types/password-stores.ts';

export function fakeStores(parts: Partial<PasswordStores> = {}): PasswordStores {
  return {
    backends: async () => [],
    schemes: () => [],
    remembered: async () => [],
    forget: async () => false,
    migrate: async () => assert.fail('migrate: not asked for'),
    pythonBackend: () => undefined,
    pythonBackends: async () => [],
    pythonConfig: () => ({ path: '/config', isPresent: false, dataRoot: '/data' }),
    disablePython: async () => assert.fail('disablePython: not asked for'),
    ...parts,
  };
}
