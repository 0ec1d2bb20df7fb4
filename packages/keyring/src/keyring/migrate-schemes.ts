// A migration between two schemes of one keyring: opens it once for each. An item that both find is where
// it should be: it is neither copied, deleted nor counted. One that both know and that lies where the
// target does not look is moved like any other.

import { keyringError } from '../errors.ts';
import { checkWritable } from '../schemes/scheme.ts';
import { schemeNamed } from '../schemes/schemes.ts';
import type { KeyringHost } from '../types/host.ts';
import type { OpenKeyringOptions } from '../types/options.ts';
import type { SchemeChoice } from '../types/scheme.ts';
import { type MigrationOptions, type MigrationReport, migrateEntries } from './migrate.ts';
import { openBackendOn, type PasswordFile } from './open-keyring.ts';

/**
 * Options of `migrate`: how to open the keyring, what to move, and how. A group is a part of the filter
 * too; a backend is given by name: one of the program's own has no schemes to move between.
 */
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
  const { from, to, filter, deleteSource, dryRun, onConflict, onProgress, ...opening } = options;
  const { app, group, signal, interactive } = opening;
  const wanted = group === undefined ? filter : { group, ...filter };
  const how = { deleteSource, dryRun, onConflict, onProgress, app, signal, interactive };
  checkNamed(opening.backend);
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
  if (deleteSource === true && source.access === 'read-only') {
    throw keyringError('scheme-read-only', `scheme ${source.name}`, {
      detail: 'its items are never deleted here',
      advice: 'leave deleteSource out',
    });
  }
  const excluding = [target];
  const reading = await openBackendOn(host, { ...opening, scheme: from }, passwordFile, excluding);
  try {
    const writing = await openBackendOn(host, { ...opening, scheme: to }, passwordFile);
    try {
      return await migrateEntries(reading.backend, writing.backend, {
        ...how,
        filter: wanted,
      });
    } finally {
      await writing.backend.close?.();
    }
  } finally {
    await reading.backend.close?.();
  }
}

/** One of the program's own would be its own target: found there already, and then deleted. */
// @rule keyring/migration-needs-two keywire#nothing-lost
function checkNamed(backend: MigrateOptions['backend'] = []): void {
  if ([backend].flat().every((name) => typeof name === 'string')) return;
  throw keyringError('invalid-argument', 'backend', {
    detail: 'expected a name, got a backend, which has no schemes to move between',
    advice: 'move the entries of two backends with migrateEntries()',
  });
}
