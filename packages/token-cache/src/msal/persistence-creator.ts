/**
 * Chooses a persistence as msal-node-extensions does: the keyring, or with
 * `usePlaintextFileOnLinux` a file in clear, which is then said in a warning.
 */
import { type ConnectOptions, GENERIC_SCHEMA } from '@keywire/secret-service';
import { createPersistence } from '../persistences/create-persistence.ts';
import type { IPersistence, IPersistenceConfiguration } from '../types/msal.ts';
import { asMsalError, PersistenceError } from './errors.ts';
import { FilePersistence, LibSecretPersistence } from './persistence.ts';

export interface PersistenceCreatorNames {
  /**
   * @param connect - how to reach the keyring, if not as usual
   * @throws {@link PersistenceError} with `errorCode` `PersistenceNotValidatedError` for a
   * configuration that lacks something, `GnomeKeyringError` when the keyring does not work
   */
  createPersistence(
    config: IPersistenceConfiguration,
    connect?: ConnectOptions,
  ): Promise<IPersistence>;
}

/** MSAL's own maker of a persistence, over {@link createPersistence}. */
export const PersistenceCreator: PersistenceCreatorNames = {
  async createPersistence(config, connect) {
    const { cachePath, serviceName, accountName, loggerOptions } = config;
    if (isMissing(cachePath) || isMissing(serviceName) || isMissing(accountName)) {
      throw new PersistenceError(
        'PersistenceNotValidatedError',
        'expected cachePath, serviceName and accountName, got none for one of them',
      );
    }
    const created = await createPersistence({
      location: cachePath,
      policy: config.usePlaintextFileOnLinux === true ? 'plaintext' : 'keyring-only',
      keyring: {
        schemaName: GENERIC_SCHEMA,
        attributes: { service: serviceName, account: accountName },
        connect,
      },
    }).catch((error: unknown) => {
      throw asMsalError(error, 'secret-service');
    });
    if (created.report.chosen === 'secret-service') {
      const args = [cachePath, serviceName, accountName, loggerOptions, connect] as const;
      return LibSecretPersistence.create(...args);
    }
    const file = await FilePersistence.create(cachePath, loggerOptions);
    file.getLogger().warning(created.report.warning ?? 'using a file in clear');
    return file;
  },
};

function isMissing(value: string | undefined): value is undefined | '' {
  return value === undefined || value === '';
}
