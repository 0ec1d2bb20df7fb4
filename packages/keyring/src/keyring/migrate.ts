// Moving entries from one scheme to another on the same keyring: each is copied, read back and
// compared, and only then, if that was asked for, deleted where it was. Killed at any step, every
// secret is still in one place or in both, and the same call again finishes what was left.

import { throwIfAborted } from '../abort.ts';
import { checkNames, checkSwitch, checkWord, type OptionNames } from '../entries/caller-options.ts';
import { isSameSecret } from '../entries/secret-bytes.ts';
import { asKeyringErrors, keyringError } from '../errors.ts';
import type {
  Backend,
  BackendOptions,
  EntryFilter,
  EntryKey,
  FoundEntry,
} from '../types/backend.ts';

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
  /** Another program deleted or changed it meanwhile, or it is the target's as well: it was left alone. */
  | 'left';

/** One entry of a migration, and what became of it. */
export interface MigrationProgress extends EntryKey {
  readonly step: MigrationStep;
  /** How many entries are through, this one included. */
  readonly done: number;
  readonly total: number;
}

/** Which entries are copied, and what is done where they differ. */
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

const OPTION_NAMES: OptionNames<MigrationOptions> = {
  filter: true,
  deleteSource: true,
  dryRun: true,
  onConflict: true,
  app: true,
  onProgress: true,
  signal: true,
  interactive: true,
};

const FILTER_NAMES: OptionNames<EntryFilter> = { service: true, username: true, group: true };

type Counts = { -readonly [name in keyof MigrationReport]: number };

/**
 * So many entries are looked at in one go: what is only read shares its round trips, and not much
 * happens between a look and what rests on it.
 */
const BATCH_ENTRIES = 16;

/**
 * Moves the entries of one backend to another, or of one scheme to another on the same store.
 *
 * @throws {@link KeyringError} with code `migration-conflict`, `scheme-read-only`, `invalid-argument` for
 * an option that is none, or what a backend throws; what was done until then stays done, and nothing is
 * lost
 */
export async function migrateEntries(
  from: Backend,
  to: Backend,
  options: MigrationOptions = {},
): Promise<MigrationReport> {
  checkMigration(from, to, options);
  const { signal, interactive, filter = {} } = options;
  throwIfAborted(signal, 'migrate');
  const entries = await asKeyringErrors(from.name, () =>
    from.search(filter, { signal, interactive }),
  );
  try {
    const unique = newestOfEach(entries);
    const migration = new Migration(from, to, options, unique.length);
    for (let at = 0; at < unique.length; at += BATCH_ENTRIES) {
      await migration.move(unique.slice(at, at + BATCH_ENTRIES));
    }
    return migration.counts;
  } finally {
    for (const { secret } of entries) secret.fill(0);
  }
}

/** Before anything is read: a "dryrun" would copy, and a filter of "user" would move everybody's. */
// @rule keyring/migration-words keywire#nothing-lost
function checkMigration(from: Backend, to: Backend, options: MigrationOptions): void {
  checkNames('options', options, OPTION_NAMES);
  const { filter = {}, deleteSource, dryRun, onConflict } = options;
  checkNames('filter', filter, FILTER_NAMES);
  checkSwitch('deleteSource', deleteSource);
  checkSwitch('dryRun', dryRun);
  checkWord('onConflict', onConflict, ['refuse', 'keep', 'overwrite']);
  if (from !== to) return;
  throw keyringError('invalid-argument', 'migrate', {
    detail: 'expected two backends, got one twice',
  });
}

/** One entry on its way. */
interface Move {
  readonly key: EntryKey;
  readonly secret: Uint8Array;
  /** What becomes of it, or why it stops here. */
  readonly step: 'would-copy' | 'copied' | 'already-there' | 'kept-target' | 'conflict';
}

class Migration {
  readonly counts: Counts;
  readonly #from: Backend;
  readonly #to: Backend;
  readonly #options: MigrationOptions;
  readonly #how: BackendOptions;
  readonly #isDeleting: boolean;
  #done = 0;

  constructor(from: Backend, to: Backend, options: MigrationOptions, total: number) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
    this.#how = { signal: options.signal, interactive: options.interactive };
    this.#isDeleting = options.deleteSource === true && options.dryRun !== true;
    this.counts = { total, copied: 0, alreadyThere: 0, keptTarget: 0, deleted: 0, left: 0 };
  }

  /** Moves some entries, in their order, up to the first that may not be moved. */
  async move(entries: readonly FoundEntry[]): Promise<void> {
    const planned = await Promise.all(entries.map((entry) => this.#plan(entry)));
    const conflict = planned.findIndex(({ step }) => step === 'conflict');
    const moves = conflict < 0 ? planned : planned.slice(0, conflict);
    for (const move of moves) if (move.step === 'copied') await this.#copy(move);
    const [areThere, areUnchanged] = await Promise.all([
      Promise.all(moves.map((move) => this.#isThere(move))),
      Promise.all(moves.map((move) => this.#isDeleting && this.#holds(this.#from, move))),
    ]);
    for (const [index, move] of moves.entries()) {
      this.#throwIfAborted();
      // @rule keyring/migration-verifies keywire#nothing-lost
      if (move.step === 'copied' && areThere[index] !== true) {
        throw keyringError('probe-failed', 'migrate');
      }
      this.#done += 1;
      if (move.step !== 'conflict') this.#tell(move.key, move.step);
      // What has changed since it was read is not what was copied.
      // @rule keyring/migration-deletes-copied keywire#nothing-lost
      const isCopied = areThere[index] === true && areUnchanged[index] === true;
      if (this.#isDeleting && move.step !== 'kept-target') await this.#delete(move, isCopied);
    }
    if (conflict >= 0) throw keyringError('migration-conflict', 'migrate');
  }

  async #plan({ service, username, group, secret }: FoundEntry): Promise<Move> {
    const key = { service, username, ...(group === undefined ? {} : { group }) };
    const { dryRun, onConflict = 'refuse' } = this.#options;
    const found = await this.#on(this.#to, (to) => to.get(key, this.#how));
    const isSame = found !== undefined && isSameSecret(found, secret);
    found?.fill(0);
    if (isSame) return { key, secret, step: 'already-there' };
    if (found !== undefined && onConflict !== 'overwrite') {
      return { key, secret, step: onConflict === 'keep' ? 'kept-target' : 'conflict' };
    }
    return { key, secret, step: dryRun === true ? 'would-copy' : 'copied' };
  }

  async #copy({ key, secret }: Move): Promise<void> {
    this.#throwIfAborted();
    const how = { ...this.#how, app: this.#options.app };
    await this.#on(this.#to, (to) => to.set(key, secret, how));
  }

  /** Whether the target holds it now: asked where something rests on it. */
  #isThere(move: Move): Promise<boolean> | boolean {
    const isAsked = move.step === 'copied' || (move.step === 'already-there' && this.#isDeleting);
    return isAsked && this.#holds(this.#to, move);
  }

  async #delete(move: Move, isCopied: boolean): Promise<void> {
    const { key } = move;
    const deleted = isCopied
      ? await this.#on(this.#from, (from) => from.delete(key, this.#how))
      : 0;
    const isPutBack = deleted > 0 && (await this.#putBack(move));
    this.#tell(key, deleted > 0 && !isPutBack ? 'deleted' : 'left');
  }

  /**
   * Two backends on one store may both know an item: then the only one was deleted. Whether it had to be
   * stored again, also where an abort comes between.
   */
  // @rule keyring/migration-puts-back keywire#nothing-lost
  async #putBack(move: Move): Promise<boolean> {
    const { app, interactive } = this.#options;
    const lastly = { interactive };
    const asked = this.#holds(this.#to, move);
    if (await asked.catch(() => this.#holds(this.#to, move, lastly))) return false;
    await this.#on(this.#to, (to) => to.set(move.key, move.secret, { ...lastly, app }));
    return true;
  }

  async #holds(
    backend: Backend,
    { key, secret }: Move,
    how: BackendOptions = this.#how,
  ): Promise<boolean> {
    const found = await this.#on(backend, (place) => place.get(key, how));
    const isSame = found !== undefined && isSameSecret(found, secret);
    found?.fill(0);
    return isSame;
  }

  #tell(key: EntryKey, step: MigrationStep): void {
    count(this.counts, step);
    this.#options.onProgress?.({ ...key, step, done: this.#done, total: this.counts.total });
  }

  #throwIfAborted(): void {
    throwIfAborted(this.#options.signal, 'migrate');
  }

  #on<T>(backend: Backend, work: (backend: Backend) => Promise<T>): Promise<T> {
    return asKeyringErrors(backend.name, () => work(backend), this.#options.signal);
  }
}

/** Entries come newest first; of several with one key the newest is the one that `get` gives. */
function newestOfEach(entries: readonly FoundEntry[]): FoundEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ service, username, group }) => {
    const key = JSON.stringify([service, username, group]);
    return !seen.has(key) && seen.add(key);
  });
}

function count(counts: Counts, step: MigrationStep): void {
  if (step === 'copied' || step === 'would-copy') counts.copied += 1;
  if (step === 'already-there') counts.alreadyThere += 1;
  if (step === 'kept-target') counts.keptTarget += 1;
  if (step === 'deleted') counts.deleted += 1;
  if (step === 'left') counts.left += 1;
}
