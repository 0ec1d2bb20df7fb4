/**
 * One text in an encrypted file: the hardened form of `@keywire/keyring-file`, for machines without
 * a keyring. The key is derived once for each object, and never kept beside the file.
 */
import { CrossProcessLock, isLockError } from '@keywire/file-lock';
import {
  detectFormat,
  isKeyringFileError,
  type KdfCost,
  type KeyringFile,
  type KeyringItem,
  openKeyringFile,
  openOrCreateKeyringFile,
  type PasswordSource,
} from '@keywire/keyring-file';
import { PersistenceNotFound } from './errors.ts';
import { timeOf } from './file-persistence.ts';
import {
  createFolderOf,
  isOwnFileThere,
  readFileChange,
  readOwnFile,
  removeOwnFile,
  resolveLocation,
} from './io/files.ts';
import { newNonce } from './io/random.ts';
import { decodeText, encodeText } from './text.ts';
import { type Operation, translateError } from './translate-error.ts';
import { runTrial } from './trial.ts';
import type { Persistence } from './types/persistence.ts';

export interface EncryptedFilePersistenceOptions {
  readonly location: string;
  /** A function is asked again when another process has changed the password. */
  readonly password: PasswordSource | undefined;
  /** A text that the file is bound to: with another one it cannot be opened. Default: empty. */
  readonly context?: string | undefined;
  /** Of the key derivation, for a new file. Default: about a second. */
  readonly cost?: KdfCost | undefined;
}

const ATTRIBUTES = { application: 'keywire', kind: 'token cache' } as const;
/** The least that the form allows: the password of a trial protects nothing. */
const TRIAL_COST: KdfCost = { kdf: 'scrypt', logN: 14, r: 8, p: 1 };

/** Keeps one text in an encrypted file. */
export class EncryptedFilePersistence implements Persistence {
  readonly kind = 'encrypted-file';
  readonly isEncrypted = true;
  readonly location: string;
  readonly #options: EncryptedFilePersistenceOptions;
  #file: KeyringFile | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: EncryptedFilePersistenceOptions) {
    this.location = resolveLocation(options.location);
    this.#options = options;
  }

  /** @throws {@link PersistenceEncryptionError} with code `no-password-source`, `no-space`, … */
  async save(content: string): Promise<void> {
    const secret = encodeText(content);
    try {
      await this.#during('save', async () => {
        // Deleted by another process meanwhile: made anew, with a key of its own.
        await this.#write(secret).catch(async (error: unknown) => {
          if (!isMissing(error)) throw error;
          this.#forget();
          await this.#write(secret);
        });
      });
    } finally {
      secret.fill(0);
    }
  }

  /** @throws {@link PersistenceDecryptionError} with code `wrong-password`, `tampered`, … */
  async load(): Promise<string> {
    return this.#during('load', async () => {
      const item = await this.#item();
      if (item === undefined) throw new PersistenceNotFound(this.location);
      const secret = item.readSecret();
      try {
        return decodeText(secret, this.location);
      } finally {
        secret.fill(0);
      }
    });
  }

  /** Removes the file; one that does not open with the password is left alone. */
  async delete(): Promise<boolean> {
    return this.#during('delete', async () => {
      if ((await this.#item()) === undefined) return false;
      this.#forget();
      return CrossProcessLock.run(`${this.location}.lock`, () => removeOwnFile(this.location));
    });
  }

  async timeLastModified(): Promise<number> {
    return timeOf(this.location);
  }

  async version(): Promise<string | undefined> {
    return (await readFileChange(this.location))?.version;
  }

  /** Also opens the file, if there is one, to know that the password fits. */
  async trialRun(): Promise<void> {
    await this.#during('load', () => this.#item());
    const location = `${this.location}.${newNonce()}.trial`;
    const trial = new EncryptedFilePersistence({ ...this.#options, location, cost: TRIAL_COST });
    try {
      await runTrial(this.location, trial);
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

  async #write(secret: Uint8Array): Promise<void> {
    const file = await this.#openOrCreate();
    await refuseBroken(file);
    await file.put({ label: 'Token cache', attributes: ATTRIBUTES, secret });
  }

  /** The item that holds the text; `undefined` when there is no file, or nothing in it. */
  async #item(): Promise<KeyringItem | undefined> {
    try {
      if (!(await isOwnFileThere(this.location))) return undefined;
      this.#file ??= await openKeyringFile(this.location, this.#fileOptions());
      await refuseBroken(this.#file);
      return (await this.#file.search(ATTRIBUTES))[0];
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #openOrCreate(): Promise<KeyringFile> {
    await createFolderOf(this.location);
    // A link or another user's file is refused before a key is derived for it.
    await isOwnFileThere(this.location);
    this.#file ??= await openOrCreateKeyringFile(this.location, this.#fileOptions());
    return this.#file;
  }

  #fileOptions(): Parameters<typeof openOrCreateKeyringFile>[1] & { readonly format: 'hardened' } {
    const { password, context = '', cost } = this.#options;
    return {
      format: 'hardened',
      context,
      ...(password === undefined ? {} : { password }),
      ...(cost === undefined ? {} : { cost }),
    };
  }

  #forget(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** One call after the other: none closes the file under another. */
  async #during<Result>(operation: Operation, work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      if (!isLockError(error)) this.#forgetWhen(error);
      throw translateError(error, operation, this.location);
    }
  }

  /** A file that was replaced by one with another password is opened anew the next time. */
  #forgetWhen(error: unknown): void {
    if (isKeyringFileError(error) && error.code === 'changed-underneath') this.#forget();
  }
}

/** An item that was altered would stay beside a new one, or be replaced by it unseen. */
async function refuseBroken(file: KeyringFile): Promise<void> {
  const [broken] = await file.rejected();
  if (broken !== undefined) throw broken.error;
}

function isMissing(error: unknown): boolean {
  return isKeyringFileError(error) && error.code === 'file-not-found';
}
