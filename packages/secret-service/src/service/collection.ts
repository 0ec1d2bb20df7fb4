// One collection ("keyring") of the service.
// https://specifications.freedesktop.org/secret-service/latest/ (Collection interface)

import { isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import type { OperationOptions, ServiceContext } from '../operations/context.ts';
import { deleteObject, refuseIfLocked } from '../operations/creation.ts';
import { lockObjects, unlockObjects } from '../operations/locking.ts';
import {
  type CollectionProperties,
  labelCall,
  readCollectionProperties,
  readItemPaths,
  readLabel,
  readLocked,
  readTime,
} from '../operations/properties.ts';
import { searchPaths } from '../operations/search.ts';
import { createNew, type StoreRequest, storeExactly } from '../operations/store.ts';
import { refuseUnfit } from '../operations/unfit.ts';
import { type Attributes, toAttributes, toNonEmptyAttributes } from '../protocol/attributes.ts';
import { checkText } from '../protocol/text.ts';
import { secretToStore } from '../secrets/sealing.ts';
import type { SecretInput } from '../secrets/secret.ts';
import { Item } from './item.ts';
import { checkNames } from './options.ts';

/** Options of creating an item. */
export interface CreateItemOptions extends OperationOptions {
  /** Whether an item with exactly the same attributes is overwritten instead; default: false. */
  readonly replace?: boolean | undefined;
  /** The content type; default: `text/plain` for valid UTF-8, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
}

const CREATE_NAMES: Readonly<Record<keyof CreateItemOptions, true>> = {
  signal: true,
  interactive: true,
  windowId: true,
  replace: true,
  contentType: true,
};

/**
 * A collection of items. Made by a service; its methods reject as those of the service do, and with code
 * `not-found` when it is gone.
 */
export class Collection {
  /** The collection's object path: never that of an alias. */
  readonly path: string;
  readonly #context: ServiceContext;

  constructor(context: ServiceContext, path: string) {
    this.#context = context;
    this.path = path;
  }

  /** Reads the label. */
  label(options: OperationOptions = {}): Promise<string> {
    return this.#read(options, (signal) =>
      readLabel(this.#context.peer, this.path, 'collection', signal),
    );
  }

  /**
   * Changes the label.
   *
   * @throws {@link LockedError}
   */
  async setLabel(label: string, options: OperationOptions = {}): Promise<void> {
    checkText('label', label);
    await refuseIfLocked(this.#context, this.path, 'collection', options);
    const call = labelCall(this.path, 'collection', label);
    await this.#context.change(call, { signal: options.signal });
  }

  /** Whether it is locked. */
  isLocked(options: OperationOptions = {}): Promise<boolean> {
    return this.#read(options, (signal) =>
      readLocked(this.#context.peer, this.path, 'collection', signal),
    );
  }

  /** When it was made; undefined where the daemon does not know. */
  created(options: OperationOptions = {}): Promise<Date | undefined> {
    return this.#time('Created', options);
  }

  /** When it was last changed; undefined where the daemon does not know. */
  modified(options: OperationOptions = {}): Promise<Date | undefined> {
    return this.#time('Modified', options);
  }

  /** Reads all properties in one call. */
  properties(options: OperationOptions = {}): Promise<CollectionProperties> {
    return this.#read(options, (signal) =>
      readCollectionProperties(this.#context.peer, this.path, signal),
    );
  }

  /**
   * Lists all items.
   *
   * @throws {@link LockedError} when it is locked and shows none: they may be hidden
   */
  async items(options: OperationOptions = {}): Promise<Item[]> {
    const [paths, isLocked] = await this.#read(options, (signal) =>
      Promise.all([
        readItemPaths(this.#context.peer, this.path, signal),
        readLocked(this.#context.peer, this.path, 'collection', signal),
      ]),
    );
    // @rule secret/locked-list-is-not-empty quirk#P6
    if (isLocked && paths.length === 0) throw await this.#lockedError(options);
    return paths.map((path) => new Item(this.#context, path));
  }

  /** Finds the items that have all given attributes, locked or not. */
  async searchItems(attributes: Attributes, options: OperationOptions = {}): Promise<Item[]> {
    const scope = { collectionPath: this.path };
    const paths = await searchPaths(this.#context, toAttributes(attributes), scope, options);
    return paths.map((path) => new Item(this.#context, path));
  }

  /**
   * Creates an item; with `replace`, overwrites the one that has exactly these attributes, and
   * never one that has others besides.
   *
   * @throws {@link LockedError}, {@link PromptDismissedError}, {@link InvalidArgumentError}
   */
  async createItem(
    label: string,
    attributes: Attributes,
    secret: SecretInput,
    options: CreateItemOptions = {},
  ): Promise<Item> {
    checkNames(options, CREATE_NAMES);
    checkText('label', label);
    const isReplacing = options.replace ?? false;
    const checked = isReplacing ? toNonEmptyAttributes(attributes) : toAttributes(attributes);
    const copy = secretToStore(secret, options.contentType);
    try {
      const request = {
        label,
        attributes: checked,
        secret: copy,
        contentType: options.contentType,
      };
      const path = isReplacing
        ? await storeExactly(this.#context, { path: this.path }, request, options)
        : await this.#createNew(request, options);
      return new Item(this.#context, path);
    } finally {
      copy.dispose();
    }
  }

  /**
   * Unlocks it; resolves once it reads unlocked.
   *
   * @throws {@link LockedError}, {@link PromptDismissedError}, {@link PromptRequiredError}
   */
  unlock(options: OperationOptions = {}): Promise<void> {
    return unlockObjects(this.#context, [{ path: this.path, kind: 'collection' }], options);
  }

  /** Locks it; resolves once it reads locked. */
  lock(options: OperationOptions = {}): Promise<void> {
    return lockObjects(this.#context, [{ path: this.path, kind: 'collection' }], options);
  }

  /**
   * Checks that it is unlocked.
   *
   * @throws {@link LockedError}
   */
  async ensureNotLocked(options: OperationOptions = {}): Promise<void> {
    if (await this.isLocked(options)) throw await this.#lockedError(options);
  }

  /** Whether it (still) exists. */
  async exists(options: OperationOptions = {}): Promise<boolean> {
    try {
      await this.isLocked(options);
      return true;
    } catch (error) {
      if (isSecretServiceError(error, 'not-found')) return false;
      throw error;
    }
  }

  /**
   * Deletes it and all its items, with the daemon's prompt if there is one.
   *
   * @throws {@link PromptDismissedError}, {@link PromptRequiredError}, {@link ItemNotFoundError}
   */
  async delete(options: OperationOptions = {}): Promise<void> {
    await deleteObject(this.#context, this.path, 'collection', options);
  }

  async #createNew(request: StoreRequest, options: OperationOptions): Promise<string> {
    const profile = await this.#context.profile(options);
    refuseUnfit(profile, request);
    return createNew(this.#context, profile, this.path, request, options);
  }

  #read<T>(
    options: OperationOptions,
    operation: (signal: { signal: AbortSignal | undefined }) => Promise<T>,
  ): Promise<T> {
    return this.#context.repeatable(() => operation({ signal: options.signal }));
  }

  /** Times are missing while some daemons' collections are locked: that is "locked", not a fault. */
  async #time(name: 'Created' | 'Modified', options: OperationOptions): Promise<Date | undefined> {
    try {
      return await this.#read(options, (signal) =>
        readTime(this.#context.peer, this.path, 'collection', name, signal),
      );
    } catch (error) {
      // @rule secret/locked-times quirk#P6
      if (isSecretServiceError(error, 'disconnected') || !(await this.isLocked(options)))
        throw error;
      throw await this.#lockedError(options);
    }
  }

  async #lockedError(options: OperationOptions): Promise<Error> {
    const { unlockAdvice } = await this.#context.profile(options);
    return secretServiceError('locked', 'Collection', { advice: unlockAdvice });
  }
}
