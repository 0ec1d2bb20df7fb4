/**
 * A keyring file that stays open: reads see what other processes wrote, writes are applied to the
 * newest content under a lock and replace the file at once.
 */
import { checkOptionNames } from '@keywire/file-lock';
import type { OwnBytes } from '../bytes.ts';
import { isKeyringFileError, KeyringFileError, type KeyringFileErrorCode } from '../errors.ts';
import { readOnce } from '../formats/entries.ts';
import { expectPresent } from '../invariant.ts';
import {
  type AttributesInit,
  attributesOf,
  hasAttributes,
  type KeyringItem,
  type KeyringItemChanges,
  type KeyringItemInit,
  type RejectedItem,
} from '../item.ts';
import type { KdfCost } from '../keys/kdf.ts';
import { type PasswordSource, passwordBytes } from '../keys/password.ts';
import type { KeyringFileIo } from '../types/keyring-file-io.ts';
import type {
  KeyringEdit,
  KeyringFormat,
  OpenedKeyring,
  WritableKeyring,
} from '../types/opened-keyring.ts';
import { CurrentKeyring } from './current-keyring.ts';
import {
  type CreateKeyringFileOptions,
  createEmpty,
  lockOptions,
  type OpenKeyringFileOptions,
  openBytes,
  readExisting,
} from './opening.ts';

/** What every change of a keyring file takes. */
export interface WriteOptions {
  /** Ends the waiting for the lock; a change that has begun is carried out. */
  readonly signal?: AbortSignal | undefined;
}

/** What storing an item takes. */
export interface PutOptions extends WriteOptions {
  /** Replaces an item with exactly the same attributes. Default: true. */
  readonly replace?: boolean;
}

/** What {@link KeyringFile.rekey} takes. */
export interface RekeyFileOptions extends WriteOptions {
  readonly password: PasswordSource;
  /** Hardened: at least the present cost. Default: as it is. */
  readonly cost?: KdfCost;
  /** v1: at least the present count. Default: as it is. */
  readonly iterations?: number;
}

const PUT_NAMES: Readonly<Record<keyof PutOptions, true>> = { replace: true, signal: true };

const REKEY_NAMES: Readonly<Record<keyof RekeyFileOptions, true>> = {
  password: true,
  cost: true,
  iterations: true,
  signal: true,
};

/**
 * An open keyring file. Calls may overlap: they are carried out one after the other.
 *
 * Reading rejects with {@link KeyringFileError} of code `closed`, `changed-underneath`, or what opening rejects
 * with; changing also with `read-only-format`, `invalid-item`, `too-large`, `lock-failed` or `write-failed`.
 */
export class KeyringFile {
  readonly path: string;
  readonly #io: KeyringFileIo;
  readonly #current: CurrentKeyring;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    io: KeyringFileIo,
    path: string,
    options: OpenKeyringFileOptions,
    bytes: OwnBytes,
    keyring: OpenedKeyring,
  ) {
    this.path = path;
    this.#io = io;
    this.#current = new CurrentKeyring(io, path, options, bytes, keyring);
  }

  /** See `openKeyringFile`. */
  static async open(
    io: KeyringFileIo,
    path: string,
    options: OpenKeyringFileOptions,
  ): Promise<KeyringFile> {
    const bytes = await readExisting(io, path);
    const keyring = await openBytes(io, bytes, options, options.password);
    return new KeyringFile(io, path, options, bytes, keyring);
  }

  /** See `createKeyringFile`. */
  static async create(
    io: KeyringFileIo,
    path: string,
    options: CreateKeyringFileOptions,
  ): Promise<KeyringFile> {
    const keyring = await createEmpty(io, options);
    try {
      const bytes = await writeNew(io, path, options, keyring);
      return new KeyringFile(io, path, options, bytes, keyring);
    } catch (error) {
      keyring.close();
      throw error;
    }
  }

  /** See `openOrCreateKeyringFile`. */
  static async openOrCreate(
    io: KeyringFileIo,
    path: string,
    options: CreateKeyringFileOptions,
  ): Promise<KeyringFile> {
    const open = (): Promise<KeyringFile> => KeyringFile.open(io, path, options);
    return await open()
      .catch(whenRefused('file-not-found', () => KeyringFile.create(io, path, options)))
      // Another process was quicker to make it.
      .catch(whenRefused('file-exists', open));
  }

  get format(): KeyringFormat {
    return this.#current.keyring.format;
  }

  /** False for v0, text and JSON, which are read only. */
  get isWritable(): boolean {
    return this.#current.keyring.isWritable;
  }

  /** The keyring's own name as last read; `undefined` where the format has none. */
  get label(): string | undefined {
    return this.#current.keyring.label;
  }

  /** Hardened: the number of the version last read or written; keep it to detect a rollback. */
  get revision(): number | undefined {
    return this.#current.revision;
  }

  /** All items as they are in the file now, in its order. */
  async items(): Promise<readonly KeyringItem[]> {
    return (await this.#read()).items;
  }

  /** Items that do not match their authentication code. They stay in the file until deleted. */
  async rejected(): Promise<readonly RejectedItem[]> {
    return (await this.#read()).rejected;
  }

  /** Items that have all of the attributes given; with none given, all items. */
  async search(attributes: AttributesInit): Promise<KeyringItem[]> {
    const wanted = attributesOf(attributes);
    return (await this.items()).filter((item) => hasAttributes(item.attributes, wanted));
  }

  /** One item, or `undefined`. */
  async get(id: string): Promise<KeyringItem | undefined> {
    return (await this.items()).find((item) => item.id === id);
  }

  /** Stores one item and resolves once it is on disk. */
  async put(item: KeyringItemInit, options: PutOptions = {}): Promise<KeyringItem> {
    const [stored] = await this.putAll([item], options);
    return expectPresent(stored, 'the item stored');
  }

  /** Stores many items with one write: all of them, or none. */
  async putAll(
    items: readonly KeyringItemInit[],
    options: PutOptions = {},
  ): Promise<KeyringItem[]> {
    // @rule file/option-names keywire#bad-input
    checkOptionNames('options', options, PUT_NAMES);
    const { replace = true, signal } = options;
    const stored = await this.#write(
      items.map((item) => ({ kind: 'put', item, isReplacing: replace })),
      signal,
    );
    return stored.items.map((item) => expectPresent(item, 'an item for each put'));
  }

  /**
   * Changes an item; what is left out stays.
   * @throws {@link KeyringFileError} with code `item-not-found`
   */
  async update(
    id: string,
    changes: KeyringItemChanges,
    { signal }: WriteOptions = {},
  ): Promise<KeyringItem> {
    const { items } = await this.#write([{ kind: 'update', id, changes }], signal);
    return expectPresent(items[0], 'the item updated');
  }

  /** Removes an item, also a rejected one; false when there was none. */
  async delete(id: string, { signal }: WriteOptions = {}): Promise<boolean> {
    const { hasChanged } = await this.#write([{ kind: 'delete', id }], signal);
    return hasChanged.includes(true);
  }

  /** Renames the keyring; hardened only. */
  async setLabel(label: string, { signal }: WriteOptions = {}): Promise<void> {
    await this.#write([{ kind: 'label', label }], signal);
  }

  /**
   * Seals the file under another password, or at a higher cost. Other processes that have it open
   * need the new password from then on, and items handed out before no longer give their secrets.
   * @throws {@link KeyringFileError} with code `too-weak` or `tampered-item`
   */
  async rekey(options: RekeyFileOptions): Promise<void> {
    checkOptionNames('options', options, REKEY_NAMES);
    const password = await passwordBytes(options.password, { isNew: true });
    try {
      await this.#inTurn(async () => {
        // Those that were not written, or were overtaken by another program's writing.
        const unused = new Set<OpenedKeyring>();
        try {
          const old = await this.#current.replace(async (keyring) => {
            const next = await this.#sealedAnew(keyring, password, options);
            unused.add(next);
            return { keyring: next, result: keyring };
          }, options.signal);
          unused.delete(this.#current.keyring);
          old.close();
        } finally {
          for (const each of unused) each.close();
        }
        this.#current.keepSource(options.password);
      });
    } finally {
      password.fill(0);
    }
  }

  #sealedAnew(
    keyring: WritableKeyring,
    password: Uint8Array,
    { cost, iterations }: RekeyFileOptions,
  ): Promise<WritableKeyring> {
    return keyring.rekey({
      ...this.#current.sources(),
      kdf: this.#io.kdf,
      password,
      ...(cost === undefined ? {} : { cost }),
      ...(iterations === undefined ? {} : { iterations }),
    });
  }

  /** Forgets the key. Items already handed out can no longer give their secrets. */
  close(): void {
    this.#current.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #read(): Promise<OpenedKeyring> {
    return await this.#inTurn(() => this.#current.read());
  }

  async #write(
    edits: readonly KeyringEdit[],
    signal: AbortSignal | undefined,
  ): Promise<{ items: readonly (KeyringItem | undefined)[]; hasChanged: readonly boolean[] }> {
    const changes = edits.map(readOnce);
    return await this.#inTurn(() =>
      this.#current.replace((keyring) => {
        const { keyring: next, ...result } = keyring.edit(changes, this.#current.sources());
        return { keyring: result.hasChanged.includes(true) ? next : undefined, result };
      }, signal),
    );
  }

  /** Calls of one object never interleave: each starts when the one before it has settled. */
  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#current.assertOpen();
    const turn = this.#queue.then(work);
    // The row goes on after a failure, which its own caller hears of.
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }
}

/** Writes a keyring where no file may be yet. */
async function writeNew(
  io: KeyringFileIo,
  path: string,
  options: CreateKeyringFileOptions,
  keyring: WritableKeyring,
): Promise<OwnBytes> {
  await io.createFolder(path);
  return await io.underLock(path, lockOptions(options), async (lock) => {
    // @rule file/create-never-overwrites keywire#files
    if ((await io.readFile(path)) !== undefined) {
      throw new KeyringFileError('file-exists', 'keyring file: expected none at the path, got one');
    }
    const bytes = keyring.encode();
    await lock.assertHeld();
    await io.replaceFile(path, bytes);
    return bytes;
  });
}

/** Does something else for one code, and passes every other error on. */
function whenRefused(
  code: KeyringFileErrorCode,
  instead: () => Promise<KeyringFile>,
): (error: unknown) => Promise<KeyringFile> {
  return async (error) => {
    if (isKeyringFileError(error) && error.code === code) return await instead();
    throw error;
  };
}
