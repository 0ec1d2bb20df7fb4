/** Saves, loads, compares and deletes something random: whether a place works, before it is needed. */
import { isPersistenceError, PersistenceError } from './errors.ts';
import { newNonce } from './io/random.ts';

/** A place that this process alone knows. */
export interface TrialPlace {
  save(content: string): Promise<void>;
  load(): Promise<string>;
  delete(): Promise<boolean>;
}

/**
 * Tries a place, and leaves nothing behind.
 *
 * @param location - what errors name
 * @throws what the place throws; {@link PersistenceError} with code `not-verified` when it lost
 * what it took
 */
export async function runTrial(location: string, place: TrialPlace): Promise<void> {
  const content = `trial run ${newNonce()}`;
  try {
    await place.save(content);
    if ((await loadAgain(location, place)) !== content) throw notVerified(location, 'another text');
  } catch (error) {
    // A save that failed may have come through all the same; its own error is what counts.
    await place.delete().catch(() => undefined);
    throw error;
  }
  await place.delete();
}

async function loadAgain(location: string, place: TrialPlace): Promise<string> {
  try {
    return await place.load();
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
