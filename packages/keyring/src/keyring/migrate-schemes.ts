// A migration between two schemes of one keyring: opens it once for each, so that an item that both
// know counts as being where it should be, and is neither copied nor deleted.

import { keyringError } from '../errors.ts';
import { checkWritable } from '../schemes/scheme.ts';
import { schemeNamed } from '../schemes/schemes.ts';
import type { KeyringHost } from '../types/host.ts';
import type { OpenKeyringOptions } from '../types/options.ts';
import type { SchemeChoice } from '../types/scheme.ts';
import { type MigrationOptions, type MigrationReport, migrateEntries } from './migrate.ts';
import { openBackendOn, type PasswordFile } from './open-keyring.ts';

/** Options of `migrate`: how to open the keyring, what to move, and how. */
export interface MigrateOptions extends MigrationOptions, Omit<OpenKeyringOptions, 'scheme'> {
  /** The scheme to read. */
  readonly from: SchemeChoice;
  /** The scheme to write. */
  readonly to: SchemeChoice;
}

/** See `migrate`. */
export async function migrateSchemesOn(
  host: KeyringHost,
  options: MigrateOptions,
  passwordFile: PasswordFile,
): Promise<MigrationReport> {
  const { from, to, group: _group, ...rest } = options;
  const source = schemeNamed(from);
  const target = schemeNamed(to);
  if (source.name === target.name) {
    throw keyringError('invalid-argument', 'migrate', {
      detail: 'expected two schemes, got one twice',
    });
  }
  // Told before anything is copied, not when it is to be written or deleted.
  checkWritable(target, options);
  // @rule keyring/migration-read-only-source keywire#nothing-lost
  if (options.deleteSource === true && source.access === 'read-only') {
    throw keyringError('scheme-read-only', `scheme ${source.name}`, {
      detail: 'its items are never deleted here',
      advice: 'leave deleteSource out',
    });
  }
  const excluding = [target];
  const reading = await openBackendOn(host, { ...rest, scheme: from }, passwordFile, excluding);
  try {
    const writing = await openBackendOn(host, { ...rest, scheme: to }, passwordFile);
    try {
      return await migrateEntries(reading.backend, writing.backend, options);
    } finally {
      await writing.backend.close?.();
    }
  } finally {
    await reading.backend.close?.();
  }
}
