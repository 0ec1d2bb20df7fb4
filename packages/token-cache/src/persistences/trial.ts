/** Saves, loads, compares and deletes something random: whether a place works, before it is needed. */
import type { CallOptions } from '../abort.ts';
import { isPersistenceError, PersistenceError } from '../errors.ts';
import { newNonce } from '../io/nonce.ts';
import type { SecretBackendOptions } from '../types/persistence.ts';

/** A place that this process alone knows. */
export interface TrialPlace {
  save(content: string, options: CallOptions): Promise<void>;
  load(options: CallOptions): Promise<string>;
  delete(options: SecretBackendOptions): Promise<boolean>;
}

/**
 * Tries a place, and leaves nothing behind.
 *
 * @param location - what errors name
 * @throws what the place throws; {@link PersistenceError} with code `not-verified` when it lost
 * what it took
 */
export async function runTrial(
  location: string,
  place: TrialPlace,
  options: CallOptions = {},
): Promise<void> {
  const content = `trial run ${newNonce()}`;
  try {
    await place.save(content, options);
    const found = await loadAgain(location, place, options);
    if (found !== content) throw notVerified(location, 'another text');
    await place.delete(options);
  } catch (error) {
    // A step that failed may have come through all the same; its own error is what counts. Nobody is
    // asked once more, and who has given up does not wait for it.
    const clearing = place.delete({ interactive: false }).catch(() => undefined);
    if (options.signal?.aborted !== true) await clearing;
    throw error;
  }
}

async function loadAgain(
  location: string,
  place: TrialPlace,
  options: CallOptions,
): Promise<string> {
  try {
    return await place.load(options);
  } catch (error) {
    if (isPersistenceError(error, 'not-found')) throw notVerified(location, 'nothing');
    throw error;
  }
}

function notVerified(location: string, got: string): PersistenceError {
  return new PersistenceError(
    'not-verified',
    location,
    `expected a trial text to be read back, got ${got}`,
  );
}
