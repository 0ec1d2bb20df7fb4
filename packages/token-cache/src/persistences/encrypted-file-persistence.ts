/**
 * One text in an encrypted file: the hardened form of `@keywire/keyring-file`, for machines without
 * a keyring. The key is derived once for each object, and never kept beside the file.
 */

import { CrossProcessLock, checkOptionNames } from '@keywire/file-lock';
import {
  detectFormat,
  isKeyringFileError,
  type KdfCost,
  type KeyringFile,
  type KeyringItem,
  openKeyringFile,
  openOrCreateKeyringFile,
  type PasswordSource,
  passwordBytes,
} from '@keywire/keyring-file';
import { abortedAt, type CallOptions, throwIfAborted, untilAborted } from '../abort.ts';
import { PersistenceNotFound } from '../errors.ts';
import {
  createFolderOf,
  isOwnFileThere,
  readFileChange,
  readOwnFile,
  removeOwnFile,
  resolveLocation,
} from '../io/files.ts';
import { newNonce } from '../io/nonce.ts';
import type { Persistence } from '../types/persistence.ts';
import { timeOf } from './file-persistence.ts';
import { decodeText, encodeText } from './text.ts';
import { type Operation, translateError } from './translate-error.ts';
import { runTrial } from './trial.ts';

/** What an {@link EncryptedFilePersistence} is made of. */
export interface EncryptedFilePersistenceOptions {
  readonly location: string;
  /** A function is asked again when another process has changed the password; bytes are copied. */
  readonly password: PasswordSource | undefined;
  /** A text that the file is bound to: with another one it cannot be opened. Default: empty. */
  readonly context?: string | undefined;
  /** Of the key derivation, for a new file. Default: about a second. */
  readonly cost?: KdfCost | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof EncryptedFilePersistenceOptions, true>> = {
  location: true,
  password: true,
  context: true,
  cost: true,
};

const ATTRIBUTES = { application: 'keywire', kind: 'token cache' } as const;
/** The least that the form allows: a trial has a random password of its own, which nobody guesses. */
const TRIAL_COST: KdfCost = { kdf: 'scrypt', logN: 14, r: 8, p: 1 };

/** Keeps one text in an encrypted file. */
export class EncryptedFilePersistence implements Persistence {
  readonly kind = 'encrypted-file';
  readonly isEncrypted = true;
  readonly location: string;
  readonly #options: EncryptedFilePersistenceOptions;
  #file: KeyringFile | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** @throws `TypeError` for an option that there is not */
  constructor(options: EncryptedFilePersistenceOptions) {
    checkOptionNames('options', options, OPTION_NAMES);
    this.location = resolveLocation(options.location);
    // Bytes that the caller may wipe are copied: a file made later would be sealed with zeros.
    // @rule token/password-copied keywire#token-cache
    const { password } = options;
    const own = password instanceof Uint8Array ? new Uint8Array(password) : password;
    this.#options = { ...options, password: own };
  }

  /** @throws {@link PersistenceEncryptionError} with code `no-password-source`, `no-space`, … */
  async save(content: string, options: CallOptions = {}): Promise<void> {
    const secret = encodeText(content);
    try {
      await this.#during('save', options, async () => {
        // Deleted by another process meanwhile: made anew, with a key of its own.
        await this.#write(secret, options).catch(async (error: unknown) => {
          if (!isMissing(error)) throw error;
          this.#forget();
          await this.#write(secret, options);
        });
      });
    } finally {
      secret.fill(0);
    }
  }

  /** @throws {@link PersistenceDecryptionError} with code `wrong-password`, `tampered`, … */
  async load(options: CallOptions = {}): Promise<string> {
    return this.#during('load', options, async () => {
      const item = await this.#item(options);
      if (item === undefined) throw new PersistenceNotFound(this.location);
      const secret = item.readSecret();
      try {
        return decodeText(secret, this.location);
      } finally {
        secret.fill(0);
      }
    });
  }

  /**
   * Removes the file, or of one that holds other items its own alone; one that does not open with the
   * password is left alone.
   */
  async delete(options: CallOptions = {}): Promise<boolean> {
    return this.#during('delete', options, async () =>
      Boolean(await unlessMissing(this.#deleteOwn(options))),
    );
  }

  async timeLastModified(): Promise<number> {
    return timeOf(this.location);
  }

  async version(): Promise<string | undefined> {
    return (await readFileChange(this.location))?.version;
  }

  /** Also opens the file, if there is one, to know that the password fits, or else asks for one. */
  async trialRun(options: CallOptions = {}): Promise<void> {
    await this.#during('load', options, async () => {
      if (await isOwnFileThere(this.location)) await this.#item(options);
      else await this.#waiting(requirePassword(this.#options.password), options);
    });
    const location = `${this.location}.${newNonce()}.trial`;
    // The real one, under a cheap key, could be guessed from what the disk still holds of the trial.
    // @rule token/trial-password keywire#token-cache
    const password = newNonce();
    const own = { location, password, cost: TRIAL_COST };
    const trial = new EncryptedFilePersistence({ ...this.#options, ...own });
    try {
      await runTrial(this.location, trial, options);
    } finally {
      trial.close();
    }
  }

  /** The same password, context and cost for a file elsewhere. */
  at(location: string): EncryptedFilePersistence {
    return new EncryptedFilePersistence({ ...this.#options, location });
  }

  /** Whether there is an encrypted file at the location; its password is not asked for. */
  async isOfThisForm(): Promise<boolean> {
    const bytes = await readOwnFile(this.location);
    return bytes !== undefined && detectFormat(bytes) === 'hardened';
  }

  /** Forgets the key; the next call derives it again. */
  close(): void {
    this.#forget();
  }

  async #write(secret: Uint8Array, options: CallOptions): Promise<void> {
    const file = await this.#openOrCreate(options);
    await this.#waiting(refuseBroken(file), options);
    await file.put(
      { label: 'Token cache', attributes: ATTRIBUTES, secret },
      { signal: options.signal },
    );
  }

  async #deleteOwn(options: CallOptions): Promise<boolean> {
    const file = await this.#openIfThere(options);
    if (file === undefined) return false;
    const [own] = await this.#waiting(file.search(ATTRIBUTES), options);
    // Looked at under the lock: what another program puts there meanwhile stays as well.
    // @rule token/neighbours-stay keywire#token-cache
    const removeIfAlone = async (): Promise<boolean> => {
      const items = await file.items();
      return items.every(({ id }) => id === own?.id) && (await removeOwnFile(this.location));
    };
    const { signal } = options;
    const how = signal === undefined ? {} : { signal };
    const isRemoved = await CrossProcessLock.run(`${this.location}.lock`, removeIfAlone, how);
    if (isRemoved) this.#forget();
    return own !== undefined && (isRemoved || (await file.delete(own.id, options)));
  }

  /** The item that holds the text; `undefined` when there is no file, or nothing in it. */
  async #item(options: CallOptions): Promise<KeyringItem | undefined> {
    const searching = this.#openIfThere(options).then((file) => file?.search(ATTRIBUTES));
    return (await unlessMissing(this.#waiting(searching, options)))?.[0];
  }

  async #openIfThere(options: CallOptions): Promise<KeyringFile | undefined> {
    if (!(await isOwnFileThere(this.location))) return undefined;
    this.#file ??= await this.#opened(
      openKeyringFile(this.location, this.#fileOptions(options)),
      options,
    );
    await this.#waiting(refuseBroken(this.#file), options);
    return this.#file;
  }

  async #openOrCreate(options: CallOptions): Promise<KeyringFile> {
    await createFolderOf(this.location);
    // A link or another user's file is refused before a key is derived for it.
    await isOwnFileThere(this.location);
    this.#file ??= await this.#opened(
      openOrCreateKeyringFile(this.location, this.#fileOptions(options)),
      options,
    );
    return this.#file;
  }

  /** A question for the password may stay unanswered for ever; the key of one that comes later is wiped. */
  async #opened(opening: Promise<KeyringFile>, options: CallOptions): Promise<KeyringFile> {
    try {
      return await this.#waiting(opening, options);
    } catch (error) {
      // How an opening ends that was given up, or has failed with this very error, is of no interest.
      opening.then((file) => file.close()).catch(() => undefined);
      throw error;
    }
  }

  /** What changes nothing can be given up at any time. */
  #waiting<Result>(call: Promise<Result>, { signal }: CallOptions): Promise<Result> {
    return untilAborted(call, signal, abortedAt(this.location));
  }

  #fileOptions({
    signal,
  }: CallOptions): Parameters<typeof openOrCreateKeyringFile>[1] & { readonly format: 'hardened' } {
    const { password, context = '', cost } = this.#options;
    return {
      format: 'hardened',
      context,
      // A file that was deleted and made anew counts its revisions anew: it is opened anew, too.
      // @rule token/made-anew keywire#token-cache
      asksAgain: false,
      ...(password === undefined ? {} : { password }),
      ...(cost === undefined ? {} : { cost }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  #forget(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** One call after the other: none closes the file under another. */
  async #during<Result>(
    operation: Operation,
    options: CallOptions,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#queue;
    const turn = this.#waiting(before, options).then(() => {
      throwIfAborted(this.location, options.signal);
      return this.#reopening(work);
    });
    // Who gives up leaves the row at once; who comes next waits for those before all the same.
    // Nothing of what they gave is kept: it would be every text that was ever loaded.
    this.#queue = Promise.allSettled([before, turn]).then(() => undefined);
    try {
      return await turn;
    } catch (error) {
      throw translateError(error, operation, this.location);
    }
  }

  /** A file that was replaced by one with a key of its own is opened anew, with the same password. */
  async #reopening<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!isKeyringFileError(error) || error.code !== 'changed-underneath') throw error;
      this.#forget();
      return work();
    }
  }
}

async function requirePassword(source: PasswordSource | undefined): Promise<void> {
  (await passwordBytes(source, { isNew: true })).fill(0);
}

/** An item that was altered would stay beside a new one, or be replaced by it unseen. */
async function refuseBroken(file: KeyringFile): Promise<void> {
  const [broken] = await file.rejected();
  if (broken !== undefined) throw broken.error;
}

/** `undefined` when there is no file, or none any more. */
async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return isKeyringFileError(error) && error.code === 'file-not-found';
}
