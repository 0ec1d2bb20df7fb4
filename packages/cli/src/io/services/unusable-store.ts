/** What the system says about the place of a store, told without the path, which an argument gave. */
import { CliError } from '../../output/cli-error.ts';
import { errorCode } from '../error-code.ts';

/**
 * @throws {@link CliError} with code `store-unusable` for an error of the system's, else the error
 */
// @rule cli/no-argument-echo keywire#secrets-and-arguments
export function refuseStore(error: unknown): never {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  throw new CliError(
    'store-unusable',
    `--store: expected a keyring file, or a folder of them, got ${errorCode(error)}`,
  );
}
