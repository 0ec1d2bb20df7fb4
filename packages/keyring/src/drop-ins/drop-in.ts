/**
 * What the drop-ins have in common: they have the names of another library, so that everything the
 * program can decide beyond those is said once, with `configure`.
 */
import { untilAborted } from '../abort.ts';
import {
  checkBackend,
  checkNames,
  checkSwitch,
  checkWord,
  type OptionNames,
} from '../entries/caller-options.ts';
import { asKeyringErrors, isKeyringError } from '../errors.ts';
import type { Backend, BackendOptions } from '../types/backend.ts';
import type { Place } from '../types/place.ts';
import { KeptBackends } from './kept-backends.ts';

/** What the originals have no options for. */
export interface DropInOptions {
  /** A store in place of the user's keyring: another platform's, or a test's. */
  readonly backend?: Backend | undefined;
  /** Whether the user may be asked. Default: whether there is a display or a terminal. */
  readonly interactive?: boolean | undefined;
  /**
   * What a read gives when the keyring is locked and stays so: a rejection (default), or what the
   * original gives, which is the same as for a secret that was never stored.
   */
  readonly locked?: 'reject' | 'null' | undefined;
}

export const DROP_IN_OPTIONS: OptionNames<DropInOptions> = {
  backend: true,
  interactive: true,
  locked: true,
};

export interface DropInParts {
  readonly openAt: (place: Place) => Promise<Backend>;
  readonly currentPlace: (interactive: boolean | undefined) => Place;
}

export class DropIn {
  readonly #parts: DropInParts;
  readonly #backends: KeptBackends;
  #options: DropInOptions = {};

  constructor(parts: DropInParts) {
    this.#parts = parts;
    this.#backends = new KeptBackends(parts.openAt);
  }

  /** Replaces all options, for the calls from now on. */
  configure(options: DropInOptions): void {
    checkNames('options', options, DROP_IN_OPTIONS);
    const { backend, locked, interactive } = options;
    if (backend !== undefined) checkBackend(backend);
    checkWord('locked', locked, ['reject', 'null']);
    checkSwitch('interactive', interactive);
    this.#options = { ...options };
  }

  get options(): DropInOptions {
    return this.#options;
  }

  get place(): Place {
    return this.#parts.currentPlace(this.#options.interactive);
  }

  /** Does something on the backend in use; what one of the program's own throws is told as any other. */
  async use<T>(
    work: (backend: Backend, how: BackendOptions) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { backend } = this.#options;
    const { place } = this;
    const { interactive } = place;
    const open = async (): Promise<Backend> => backend ?? (await this.#backends.open(place));
    // Others wait for the same connection: an abort ends this call's waiting, and no other's.
    const opened = await untilAborted(open(), signal, 'keyring');
    return asKeyringErrors(opened.name, () => work(opened, { interactive, signal }), signal);
  }

  /** The same for a read, where a lock may count as nothing found. */
  async read<T>(
    nothing: T,
    work: (backend: Backend, how: BackendOptions) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.use(work);
    } catch (error) {
      // A program that takes "locked" for "absent" stores a fresh key over the one that is there.
      // @rule keyring/drop-in-lock-rejects keywire#five-outcomes
      if (this.#options.locked === 'null' && isLocked(error)) return nothing;
      throw error;
    }
  }
}

function isLocked(error: unknown): boolean {
  return isKeyringError(error) && (error.outcome === 'locked' || error.outcome === 'dismissed');
}
