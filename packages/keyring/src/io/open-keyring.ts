// Opening a keyring on this machine: binds the choice of a backend to the running program.

import type { Keyring } from '../keyring/keyring.ts';
import { type KeyringStatusReport, listBackendsOn } from '../keyring/list-backends.ts';
import type { MigrationReport } from '../keyring/migrate.ts';
import { type MigrateOptions, migrateSchemesOn } from '../keyring/migrate-schemes.ts';
import { openBackendOn, openKeyringOn } from '../keyring/open-keyring.ts';
import { forgetBackend, listRemembered, type RememberedBackend } from '../selection/remembered.ts';
import type { Selection } from '../selection/selection.ts';
import type { OpenKeyringOptions } from '../types/options.ts';
import { nodeHost } from './host.ts';
import { passwordFile } from './password-file.ts';

/**
 * Opens the user's keyring. Nobody is asked anything before the first operation, unless `probe` is
 * set.
 *
 * @throws {@link KeyringError} with code `unavailable`, and each backend's reason, when none can
 * serve; `unknown-backend`, `unknown-scheme`, `invalid-config`, `policy-forbids` and others
 */
export async function openKeyring(options: OpenKeyringOptions = {}): Promise<Keyring> {
  return await openKeyringOn(nodeHost(), options, passwordFile);
}

/**
 * Opens the backend that a keyring would use, for `migrateEntries` and programs that compose their
 * own.
 *
 * @throws {@link KeyringError} as `openKeyring` does
 */
export async function openBackend(options: OpenKeyringOptions = {}): Promise<Selection> {
  return await openBackendOn(nodeHost(), options, passwordFile);
}

/**
 * Moves entries from one scheme to another: copies, reads back, compares, and deletes only if asked
 * to. Interrupted anywhere, nothing is lost, and the same call goes on.
 *
 * @throws {@link KeyringError} with code `migration-conflict`, `unknown-scheme`,
 * `scheme-read-only`, `scheme-opt-in` or what the keyring says
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  return await migrateSchemesOn(nodeHost(), options, passwordFile);
}

/** Lists all backends by priority: how each is, and which one `openKeyring` would take. */
export async function listBackends(
  options: OpenKeyringOptions = {},
): Promise<KeyringStatusReport[]> {
  return await listBackendsOn(nodeHost(), options, passwordFile);
}

/** Lists the backends that programs remembered, with the files that say so. */
export async function rememberedBackends(): Promise<RememberedBackend[]> {
  return await listRemembered(nodeHost());
}

/** Forgets the backend that a program remembered; whether there was one. */
export async function forgetRememberedBackend(app?: string): Promise<boolean> {
  return await forgetBackend(nodeHost(), app);
}
