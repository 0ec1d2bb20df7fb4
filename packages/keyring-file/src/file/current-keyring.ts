/**
 * The keyring of one file as it is now: read again before it is used, changed and replaced under the
 * lock. Everything outside memory goes through {@link KeyringFileIo}.
 *
 * Programs that do not know our lock (libsecret, oo7) may write at any time: the file is read again
 * right before it is replaced, and the change is applied anew when it has moved.
 */
import { equalBytes, type OwnBytes } from '../bytes.ts';
import { isKeyringFileError, KeyringFileError } from '../errors.ts';
import type { PasswordSource } from '../keys/password.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import type { KeyringFileIo, KeyringFileLock } from '../types/keyring-file-io.ts';
import type { EditSources, OpenedKeyring, WritableKeyring } from '../types/opened-keyring.ts';
import { type OpenKeyringFileOptions, openBytes, readExisting } from './opening.ts';

/** What a change made. */
export interface Changed<Result> {
  /** `undefined` when there is nothing to write. */
  readonly keyring: WritableKeyring | undefined;
  readonly result: Result;
}

/** Makes a changed keyring of the newest one. */
type Change<Result> = (keyring: WritableKeyring) => Changed<Result> | Promise<Changed<Result>>;

/** How often a change is applied anew because another program wrote without the lock. */
const MAX_ATTEMPTS = 8;

/** One keyring and the bytes that it was read from. Its calls must not overlap. */
export class CurrentKeyring {
  readonly #io: KeyringFileIo;
  readonly #path: string;
  readonly #options: OpenKeyringFileOptions;
  #password: PasswordSource | undefined;
  #keyring: OpenedKeyring;
  #bytes: OwnBytes;
  #isClosed = false;

  constructor(
    io: KeyringFileIo,
    path: string,
    options: OpenKeyringFileOptions,
    bytes: OwnBytes,
    keyring: OpenedKeyring,
  ) {
    this.#io = io;
    this.#path = path;
    this.#options = forLater(options);
    this.#password = options.asksAgain === false ? undefined : keptSource(options.password);
    this.#bytes = bytes;
    this.#keyring = keyring;
  }

  /** As last read or written. */
  get keyring(): OpenedKeyring {
    return this.#keyring;
  }

  /** `undefined` where the format has no such number. */
  get revision(): number | undefined {
    return this.#keyring.isWritable ? this.#keyring.revision : undefined;
  }

  /** The keyring as it is in the file now. */
  async read(): Promise<OpenedKeyring> {
    await this.#refresh();
    return this.#keyring;
  }

  /** Makes a changed keyring of the newest content and puts it in its place, under the lock. */
  async replace<Result>(change: Change<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const timeoutMs = this.#options.lockTimeoutMs;
    return await this.#io.underLock(this.#path, { timeoutMs, signal }, (lock) =>
      this.#replaceUnder(lock, change),
    );
  }

  async #replaceUnder<Result>(lock: KeyringFileLock, change: Change<Result>): Promise<Result> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // A password that no longer fits throws here, before anything is written.
      // @rule file/reread-before-write keywire#files
      await this.#refresh();
      const { keyring: next, result } = await change(assertWritable(this.#keyring));
      if (next === undefined) return result;
      this.#orClosed(next);
      const bytes = assertFits(next.encode());
      const current = await this.#io.readFile(this.#path);
      if (current === undefined || !equalBytes(current, this.#bytes)) continue;
      await lock.assertHeld();
      await this.#io.replaceFile(this.#path, bytes);
      this.#keyring = next;
      this.#bytes = bytes;
      if (this.#isClosed) next.close();
      return result;
    }
    throw new KeyringFileError(
      'changed-underneath',
      `keyring file: expected it to stay as it was while replacing it, got ${MAX_ATTEMPTS} changes`,
    );
  }

  /** Time and randomness of a change. */
  sources(): EditSources {
    return {
      nowSeconds: this.#io.nowSeconds(),
      randomBytes: (count) => this.#io.randomBytes(count),
    };
  }

  /** Where the password comes from when the file needs it again; a plain one is not kept. */
  keepSource(source: PasswordSource): void {
    if (!this.#isClosed) this.#password = keptSource(source);
  }

  /** Forgets the key, and that of what is under way. */
  close(): void {
    this.#isClosed = true;
    this.#password = undefined;
    this.#keyring.close();
  }

  /** @throws {@link KeyringFileError} with code `closed` */
  assertOpen(): void {
    if (!this.#isClosed) return;
    throw new KeyringFileError('closed', 'keyring file: expected to be open, got closed');
  }

  async #refresh(): Promise<void> {
    this.assertOpen();
    const bytes = await readExisting(this.#io, this.#path);
    this.assertOpen();
    if (equalBytes(bytes, this.#bytes)) return;
    this.#keyring = this.#orClosed(await this.#reopen(bytes));
    this.#bytes = bytes;
  }

  async #reopen(bytes: OwnBytes): Promise<OpenedKeyring> {
    const old = this.#keyring;
    if (old.isWritable) {
      try {
        return old.reload(bytes);
      } catch (error) {
        const needsPassword = isKeyringFileError(error) && error.code === 'changed-underneath';
        if (!needsPassword) throw error;
      }
    }
    const options = {
      ...this.#options,
      format: old.format,
      minimumRevision: Math.max(this.#options.minimumRevision ?? 0, this.revision ?? 0),
    };
    const opened = await openBytes(this.#io, bytes, options, this.#password ?? passwordNotKept);
    old.close();
    return opened;
  }

  /** A key that was derived while the file was being closed is forgotten, too. */
  #orClosed<Keyring extends OpenedKeyring>(keyring: Keyring): Keyring {
    if (this.#isClosed) keyring.close();
    this.assertOpen();
    return keyring;
  }
}

function assertWritable(keyring: OpenedKeyring): WritableKeyring {
  // @rule file/read-only-formats keywire#files
  if (keyring.isWritable) return keyring;
  throw new KeyringFileError(
    'read-only-format',
    `keyring file: expected v1 or hardened to write to, got ${keyring.format}`,
  );
}

/** A plain password is not kept; a function is, to be asked again. */
function keptSource(source: PasswordSource | undefined): PasswordSource | undefined {
  return typeof source === 'function' ? source : undefined;
}

function passwordNotKept(): never {
  throw new KeyringFileError(
    'changed-underneath',
    'keyring file: expected the key it was opened with to fit, got a file that needs its password',
  );
}

/** A file that would be too large to be read again is not written. */
function assertFits(bytes: OwnBytes): OwnBytes {
  // @rule file/size-limit keywire#files
  if (bytes.length <= MAX_FILE_BYTES) return bytes;
  throw new KeyringFileError(
    'too-large',
    `keyring file: expected at most ${MAX_FILE_BYTES} bytes, got ${bytes.length}`,
  );
}

/** The signal was for opening alone: an abort of that is none of what is done later. */
function forLater(options: OpenKeyringFileOptions): OpenKeyringFileOptions {
  // @rule file/signal-of-opening keywire#files
  const { password: _password, signal: _signal, ...rest } = options;
  return rest;
}
