// Moving entries from one scheme to another on the same keyring: each is copied, read back and
// compared, and only then, if that was asked for, deleted where it was. Killed at any step, every
// secret is still in one place or in both, and the same call again finishes what was left.

import { throwIfAborted } from './abort.ts';
import { isSameKey } from './entry-key.ts';
import { asKeyringErrors, keyringError } from './errors.ts';
import { isSameSecret } from './secret-bytes.ts';
import type {
  Backend,
  BackendOptions,
  EntryFilter,
  EntryKey,
  FoundEntry,
} from './types/backend.ts';

/** What became of one entry. */
export type MigrationStep =
  /** It will be copied; only with `dryRun`. */
  | 'would-copy'
  | 'copied'
  /** The target has the same secret already. */
  | 'already-there'
  /** The target has another secret, which was kept. */
  | 'kept-target'
  /** It was deleted where it was. */
  | 'deleted'
  /** Another program deleted or changed it meanwhile; it was left alone. */
  | 'left';

export interface MigrationProgress extends EntryKey {
  readonly step: MigrationStep;
  /** How many entries are through, this one included. */
  readonly done: number;
  readonly total: number;
}

export interface MigrationOptions extends BackendOptions {
  /** Which entries. Default: all. */
  readonly filter?: EntryFilter | undefined;
  /** Whether to delete what was copied, once it was read back. Default: false. */
  readonly deleteSource?: boolean | undefined;
  /** Whether to say what would be done and do nothing. Default: false. */
  readonly dryRun?: boolean | undefined;
  /**
   * What to do where the target holds another secret under the same key. Default: `refuse`, which
   * ends the migration before that entry; `keep` leaves both as they are.
   */
  readonly onConflict?: 'refuse' | 'keep' | 'overwrite' | undefined;
  /** The program's name, for the labels of new entries. */
  readonly app?: string | undefined;
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
}

/** How many entries went which way. */
export interface MigrationReport {
  readonly total: number;
  readonly copied: number;
  readonly alreadyThere: number;
  readonly keptTarget: number;
  readonly deleted: number;
  readonly left: number;
}

type Counts = { -readonly [name in keyof MigrationReport]: number };

/**
 * Moves the entries of one backend to another, or of one scheme to another on the same store.
 *
 * @throws {@link KeyringError} with code `migration-conflict`, `scheme-read-only`, or what a backend
 * throws; what was done until then stays done, and nothing is lost
 */
export async function migrateEntries(
  from: Backend,
  to: Backend,
  options: MigrationOptions = {},
): Promise<MigrationReport> {
  const { signal } = options;
  const how = { signal, interactive: options.interactive };
  throwIfAborted(signal, 'migrate');
  const entries = await asKeyringErrors(from.name, () => from.search(options.filter ?? {}, how));
  const counts: Counts = {
    total: 0,
    copied: 0,
    alreadyThere: 0,
    keptTarget: 0,
    deleted: 0,
    left: 0,
  };
  const unique = newestOfEach(entries);
  counts.total = unique.length;
  try {
    for (const [index, entry] of unique.entries()) {
      throwIfAborted(signal, 'migrate');
      const { service, username, group } = entry;
      const key = { service, username, ...(group === undefined ? {} : { group }) };
      const tell = (step: MigrationStep): void => {
        count(counts, step);
        options.onProgress?.({ ...key, step, done: index + 1, total: unique.length });
      };
      await new Move(from, to, key, entry.secret, options, tell).run();
    }
    return counts;
  } finally {
    for (const { secret } of entries) secret.fill(0);
  }
}

/** One entry on its way. */
class Move {
  readonly #from: Backend;
  readonly #to: Backend;
  readonly #key: EntryKey;
  readonly #secret: Uint8Array;
  readonly #options: MigrationOptions;
  readonly #how: BackendOptions;
  readonly #tell: (step: MigrationStep) => void;

  constructor(
    from: Backend,
    to: Backend,
    key: EntryKey,
    secret: Uint8Array,
    options: MigrationOptions,
    tell: (step: MigrationStep) => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#key = key;
    this.#secret = secret;
    this.#options = options;
    this.#how = { signal: options.signal, interactive: options.interactive };
    this.#tell = tell;
  }

  async run(): Promise<void> {
    const isThere = await this.#copy();
    if (!isThere || this.#options.deleteSource !== true || this.#options.dryRun === true) return;
    // What has changed since it was read is not what was copied.
    // @rule keyring/migration-deletes-copied keywire#nothing-lost
    const isUnchanged = await this.#holds(this.#from);
    const deleted = isUnchanged
      ? await this.#on(this.#from, (from) => from.delete(this.#key, this.#how))
      : 0;
    this.#tell(deleted > 0 ? 'deleted' : 'left');
  }

  /** Whether the target holds the secret now. */
  async #copy(): Promise<boolean> {
    const { dryRun, onConflict = 'refuse', app } = this.#options;
    const found = await this.#on(this.#to, (to) => to.get(this.#key, this.#how));
    const isSame = found !== undefined && isSameSecret(found, this.#secret);
    found?.fill(0);
    if (isSame) {
      this.#tell('already-there');
      return true;
    }
    if (found !== undefined && onConflict !== 'overwrite') {
      if (onConflict === 'refuse') throw keyringError('migration-conflict', 'migrate');
      this.#tell('kept-target');
      return false;
    }
    if (dryRun === true) {
      this.#tell('would-copy');
      return false;
    }
    const target = { ...this.#how, app };
    await this.#on(this.#to, (to) => to.set(this.#key, this.#secret, target));
    // @rule keyring/migration-verifies keywire#nothing-lost
    if (!(await this.#holds(this.#to))) throw keyringError('probe-failed', 'migrate');
    this.#tell('copied');
    return true;
  }

  async #holds(backend: Backend): Promise<boolean> {
    const found = await this.#on(backend, (place) => place.get(this.#key, this.#how));
    const isSame = found !== undefined && isSameSecret(found, this.#secret);
    found?.fill(0);
    return isSame;
  }

  #on<T>(backend: Backend, work: (backend: Backend) => Promise<T>): Promise<T> {
    return asKeyringErrors(backend.name, () => work(backend));
  }
}

/** Entries come newest first; of several with one key the newest is the one that `get` gives. */
function newestOfEach(entries: readonly FoundEntry[]): FoundEntry[] {
  return entries.filter(
    (entry, index) => entries.findIndex((other) => isSameKey(entry, other)) === index,
  );
}

function count(counts: Counts, step: MigrationStep): void {
  if (step === 'copied' || step === 'would-copy') counts.copied += 1;
  if (step === 'already-there') counts.alreadyThere += 1;
  if (step === 'kept-target') counts.keptTarget += 1;
  if (step === 'deleted') counts.deleted += 1;
  if (step === 'left') counts.left += 1;
}
