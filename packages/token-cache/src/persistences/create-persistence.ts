/**
 * Chooses where to keep a text: the keyring, and something lesser only if the caller's policy names
 * it and the keyring is not there or locked. What was chosen and why is reported.
 */
import { checkOptionNames } from '@keywire/file-lock';
import type { CallOptions } from '../abort.ts';
import { isPersistenceError, PersistenceError, type PersistenceErrorCode } from '../errors.ts';
import { resolveLocation } from '../io/files.ts';
import type { Persistence, PersistenceKind, SecretBackend } from '../types/persistence.ts';
import { BackendPersistence } from './backend-persistence.ts';
import {
  EncryptedFilePersistence,
  type EncryptedFilePersistenceOptions,
} from './encrypted-file-persistence.ts';
import { FilePersistence } from './file-persistence.ts';
import {
  SecretServicePersistence,
  type SecretServicePersistenceOptions,
} from './secret-service-persistence.ts';

/**
 * What may be used when the keyring is not there or locked: nothing, an encrypted file, or (after the
 * encrypted file, if a password is given) a file in clear.
 */
export type FallbackPolicy = 'keyring-only' | 'encrypted-file' | 'plaintext';

/** Where to keep a text, and what may stand in for the keyring. */
export interface CreatePersistenceOptions extends CallOptions {
  /** Signal file of the keyring, and the file in clear. An encrypted file lies at `<it>.encrypted`. */
  readonly location: string;
  /** Default: `keyring-only`. */
  readonly policy?: FallbackPolicy | undefined;
  /** How the keyring's item is called. Default: as Python's msal-extensions does. */
  readonly keyring?: Omit<SecretServicePersistenceOptions, 'location'> | undefined;
  /** A store of the application's own, in place of the Secret Service. */
  readonly backend?: SecretBackend | undefined;
  readonly encryptedFile?: Omit<EncryptedFilePersistenceOptions, 'location'> | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof CreatePersistenceOptions, true>> = {
  location: true,
  policy: true,
  keyring: true,
  backend: true,
  encryptedFile: true,
  signal: true,
};

/** One place that was tried. */
export interface PersistenceAttempt {
  readonly kind: PersistenceKind;
  readonly location: string;
  /** `works` for the one chosen, else why it cannot be used. */
  readonly outcome: 'works' | PersistenceErrorCode;
  readonly reason: string;
  /** One line on what to do; empty where nothing can be done. */
  readonly advice: string;
}

/** What was chosen, and why. */
export interface PersistenceReport {
  readonly policy: FallbackPolicy;
  readonly chosen: PersistenceKind;
  readonly isEncrypted: boolean;
  readonly location: string;
  /** In the order they were tried; the last one is what was chosen. */
  readonly attempts: readonly PersistenceAttempt[];
  /** One line to show when it is not the keyring; `undefined` when it is. */
  readonly warning: string | undefined;
}

/** What {@link createPersistence} chose, and why. */
export interface CreatedPersistence {
  readonly persistence: Persistence;
  readonly report: PersistenceReport;
}

/** For all else (dismissed, denied, no answer in time, …) something lesser would be wrong. */
const FALLS_BACK: ReadonlySet<PersistenceErrorCode> = new Set([
  'unavailable',
  'locked',
  'not-supported',
]);

/**
 * Tries the places that the policy allows, best first, with a trial run each, and gives the first
 * that works.
 *
 * @throws {@link PersistenceError} of the first place when no other is allowed, or that says no more
 * than that it is not there; code `unavailable` with every reason when all that are allowed fail
 */
export async function createPersistence(
  options: CreatePersistenceOptions,
): Promise<CreatedPersistence> {
  checkOptionNames('options', options, OPTION_NAMES);
  const policy = options.policy ?? 'keyring-only';
  const errors: PersistenceError[] = [];
  const attempts: PersistenceAttempt[] = [];
  for (const persistence of candidates(options, policy)) {
    const error = await failureOf(persistence, options);
    attempts.push(attemptOf(persistence, error));
    if (error === undefined)
      return { persistence, report: reportOf(policy, persistence, attempts) };
    // @rule token/no-silent-fall-back keywire#token-cache
    if (!FALLS_BACK.has(error.code)) throw error;
    errors.push(error);
  }
  const [first] = errors;
  if (first !== undefined && errors.length === 1) throw first;
  throw noneWorks(options.location, attempts, first);
}

function candidates(options: CreatePersistenceOptions, policy: FallbackPolicy): Persistence[] {
  const { location, keyring = {}, backend, encryptedFile } = options;
  const best: Persistence =
    backend === undefined
      ? new SecretServicePersistence({ ...keyring, location })
      : new BackendPersistence({ backend, location });
  const encrypted = (): Persistence =>
    new EncryptedFilePersistence({
      password: undefined,
      ...encryptedFile,
      location: `${resolveLocation(location)}.encrypted`,
    });
  switch (policy) {
    case 'keyring-only':
      return [best];
    case 'encrypted-file':
      return [best, encrypted()];
    case 'plaintext': {
      const file = new FilePersistence(location);
      return encryptedFile?.password === undefined ? [best, file] : [best, encrypted(), file];
    }
    default:
      throw new TypeError(
        'policy: expected "keyring-only", "encrypted-file" or "plaintext", got something else',
      );
  }
}

async function failureOf(
  persistence: Persistence,
  { signal }: CallOptions,
): Promise<PersistenceError | undefined> {
  try {
    await persistence.trialRun({ signal });
    return undefined;
  } catch (error) {
    if (isPersistenceError(error)) return error;
    throw error;
  }
}

function attemptOf(
  { kind, location }: Persistence,
  error: PersistenceError | undefined,
): PersistenceAttempt {
  if (error === undefined) {
    return { kind, location, outcome: 'works', reason: 'its trial run passed', advice: '' };
  }
  return { kind, location, outcome: error.code, reason: reasonOf(error), advice: error.advice };
}

/** The words of the error underneath say more than that a trial failed. */
function reasonOf(error: PersistenceError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function reportOf(
  policy: FallbackPolicy,
  persistence: Persistence,
  attempts: readonly PersistenceAttempt[],
): PersistenceReport {
  const { kind, isEncrypted, location } = persistence;
  const [first] = attempts;
  const isLesser = attempts.length > 1 && first !== undefined;
  const what = isEncrypted ? 'an encrypted file' : 'a file in clear';
  return {
    policy,
    chosen: kind,
    isEncrypted,
    location,
    attempts,
    warning: isLesser ? `using ${what}, ${location}, because ${first.reason}` : undefined,
  };
}

function noneWorks(
  location: string,
  attempts: readonly PersistenceAttempt[],
  cause: PersistenceError | undefined,
): PersistenceError {
  const reasons = attempts.map(({ kind, outcome, reason }) => `${kind}: ${outcome} (${reason})`);
  return new PersistenceError(
    'unavailable',
    location,
    `expected one of ${attempts.length} places to work, got ${reasons.join('; ')}`,
    { cause, advice: cause?.advice },
  );
}
