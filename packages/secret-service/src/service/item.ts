// One item of a collection. Every property that the daemon holds is asked for when it is needed:
// nothing is cached, so nothing is stale.
// https://specifications.freedesktop.org/secret-service/latest/ (Item interface)

import { asKept, isAddedAttribute, isRiskyRelabel } from '../daemon-profile.ts';
import { afterChange, secretServiceError } from '../errors/errors.ts';
import type { OperationOptions, ServiceContext } from '../operations/context.ts';
import { deleteObject, refuseIfLocked } from '../operations/creation.ts';
import { lockObjects, unlockObjects } from '../operations/locking.ts';
import {
  attributesCall,
  type ItemProperties,
  labelCall,
  readAttributes,
  readItemProperties,
  readLabel,
  readLocked,
  readTime,
} from '../operations/properties.ts';
import { readItemSecret } from '../operations/reading.ts';
import { relabelSafely } from '../operations/relabel.ts';
import { refuseUnfit } from '../operations/unfit.ts';
import {
  type Attributes,
  isSameItem,
  toAttributes,
  withoutAdditions,
} from '../protocol/attributes.ts';
import * as calls from '../protocol/calls.ts';
import { collectionPathOf, GENERIC_SCHEMA, SCHEMA_ATTRIBUTE } from '../protocol/names.ts';
import { checkText } from '../protocol/text.ts';
import { sealFor, secretToStore } from '../secrets/sealing.ts';
import type { Secret, SecretInput } from '../secrets/secret.ts';

/** Options of writing a secret. */
export interface SetSecretOptions extends OperationOptions {
  /** The content type; default: `text/plain` for valid UTF-8, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
}

/**
 * An item: a secret with a label and attributes. Made by a service or a collection; its methods reject as
 * those of the service do, and with code `not-found` when it is gone.
 */
export class Item {
  readonly #context: ServiceContext;
  #path: string;

  constructor(context: ServiceContext, path: string) {
    this.#context = context;
    this.#path = path;
  }

  /**
   * The item's object path. It means nothing in another login session: keep attributes, not paths.
   * It changes when a new label needs a new item (see {@link Item.setLabel}).
   */
  get path(): string {
    return this.#path;
  }

  /** The path of the collection that it lies in. */
  get collectionPath(): string {
    return collectionPathOf(this.#path);
  }

  /** Reads the label. */
  label(options: OperationOptions = {}): Promise<string> {
    return this.#read(options, (path, signal) =>
      readLabel(this.#context.peer, path, 'item', signal),
    );
  }

  /** Reads the attributes, without those that the daemon adds by itself. */
  async attributes(options: OperationOptions = {}): Promise<Map<string, string>> {
    const found = await this.#read(options, (path, signal) =>
      readAttributes(this.#context.peer, path, signal),
    );
    const profile = await this.#context.profile(options);
    return withoutAdditions(found, (name, value) => isAddedAttribute(profile, name, value));
  }

  /** Whether it is locked; what hides it because it is locked counts as locked. */
  isLocked(options: OperationOptions = {}): Promise<boolean> {
    return this.#read(options, (path, signal) =>
      readLocked(this.#context.peer, path, 'item', signal),
    );
  }

  /** When it was made, to the second; undefined where the daemon does not know. */
  created(options: OperationOptions = {}): Promise<Date | undefined> {
    return this.#read(options, (path, signal) =>
      readTime(this.#context.peer, path, 'item', 'Created', signal),
    );
  }

  /** When it was last changed, to the second; undefined where the daemon does not know. */
  modified(options: OperationOptions = {}): Promise<Date | undefined> {
    return this.#read(options, (path, signal) =>
      readTime(this.#context.peer, path, 'item', 'Modified', signal),
    );
  }

  /** Reads all properties in one call; the attributes as the daemon gives them. */
  properties(options: OperationOptions = {}): Promise<ItemProperties> {
    return this.#read(options, (path, signal) =>
      readItemProperties(this.#context.peer, path, signal),
    );
  }

  /**
   * Reads the secret; the caller disposes of it.
   *
   * @throws {@link LockedError} when it is locked: nothing is unlocked unasked
   */
  getSecret(options: OperationOptions = {}): Promise<Secret> {
    return this.#context.repeatable(() => readItemSecret(this.#context, this.#path, options));
  }

  /**
   * Overwrites the secret.
   *
   * @throws {@link LockedError} when it is locked, {@link InvalidArgumentError}
   */
  async setSecret(input: SecretInput, options: SetSecretOptions = {}): Promise<void> {
    const secret = secretToStore(input, options.contentType);
    try {
      await this.#write(options, async (path) => {
        await this.#context.sessions.use(async (session) => {
          const profile = await this.#context.profile(options);
          const struct = await sealFor(session, secret, options.contentType, profile);
          const callOptions = { signal: options.signal, origin: session.origin };
          await this.#context.change(calls.setSecret(path, struct), callOptions);
        }, options.signal);
      });
    } finally {
      secret.dispose();
    }
  }

  /**
   * Changes the label. Where the daemon would damage the secret by that, the item is replaced by a
   * copy with the new label, verified, and then {@link Item.path} is the copy's.
   *
   * @throws {@link LockedError}; {@link ProtocolError} with code `failed` when the copy differs
   */
  async setLabel(label: string, options: OperationOptions = {}): Promise<void> {
    checkText('label', label);
    await this.#write(options, async (path) => {
      const profile = await this.#context.profile(options);
      refuseUnfit(profile, { label });
      const isRisky =
        profile.labelsHaveFolders && isRiskyRelabel(profile, await this.label(options), label);
      if (isRisky) {
        this.#path = await relabelSafely(this.#context, profile, path, label, options);
      } else {
        await this.#context.change(labelCall(path, 'item', label), { signal: options.signal });
      }
    });
  }

  /**
   * Replaces all attributes.
   *
   * @throws {@link InvalidArgumentError} with code `invalid-attributes` for names that the daemon
   * reserves, {@link NotSupportedError} where a name that should go cannot be taken away
   */
  async setAttributes(attributes: Attributes, options: OperationOptions = {}): Promise<void> {
    const wanted = toAttributes(attributes);
    const profile = await this.#context.profile(options);
    refuseUnfit(profile, { attributes: wanted });
    const signal = { signal: options.signal };
    // @rule secret/schema-taken-away quirk#G23
    const sent =
      profile.keepsSchema && !wanted.has(SCHEMA_ATTRIBUTE)
        ? new Map([...wanted, [SCHEMA_ATTRIBUTE, GENERIC_SCHEMA]])
        : wanted;
    await this.#write(options, async (path) => {
      await this.#context.change(attributesCall(path, sent), signal);
      if (!profile.attributesOnlyAdd) return;
      // @rule secret/attributes-verified quirk#P4
      const found = await afterChange('Item.Attributes', () =>
        readAttributes(this.#context.peer, path, signal),
      );
      const isAdded = (name: string, value: string) => isAddedAttribute(profile, name, value);
      if (isSameItem(asKept(profile, wanted), found, isAdded)) return;
      throw secretServiceError('not-supported', 'Item.Attributes', {
        detail: 'expected the given attributes only, got older ones that the daemon keeps',
        isPartlyDone: true,
        advice: 'delete the item and store it again with the attributes that it should have',
      });
    });
  }

  /**
   * Unlocks it; resolves once it reads unlocked. May unlock its whole collection.
   *
   * @throws {@link LockedError}, {@link PromptDismissedError}, {@link PromptRequiredError}
   */
  unlock(options: OperationOptions = {}): Promise<void> {
    return unlockObjects(this.#context, [{ path: this.#path, kind: 'item' }], options);
  }

  /** Locks it; resolves once it reads locked. May lock its whole collection. */
  lock(options: OperationOptions = {}): Promise<void> {
    return lockObjects(this.#context, [{ path: this.#path, kind: 'item' }], options);
  }

  /**
   * Checks that it is unlocked.
   *
   * @throws {@link LockedError}
   */
  async ensureNotLocked(options: OperationOptions = {}): Promise<void> {
    if (!(await this.isLocked(options))) return;
    const { unlockAdvice } = await this.#context.profile(options);
    throw secretServiceError('locked', 'Item', { advice: unlockAdvice });
  }

  /**
   * Deletes it, with the daemon's prompt if there is one.
   *
   * @throws {@link LockedError}, {@link PromptDismissedError}, {@link ItemNotFoundError}
   */
  delete(options: OperationOptions = {}): Promise<void> {
    return this.#write(options, (path) => deleteObject(this.#context, path, 'item', options));
  }

  #read<T>(
    options: OperationOptions,
    operation: (path: string, signal: { signal: AbortSignal | undefined }) => Promise<T>,
  ): Promise<T> {
    const signal = { signal: options.signal };
    return this.#context.repeatable(() =>
      this.#context.withItem(this.#path, signal, () => operation(this.#path, signal)),
    );
  }

  #write(options: OperationOptions, operation: (path: string) => Promise<void>): Promise<void> {
    return this.#context.withItem(this.#path, { signal: options.signal }, async () => {
      await refuseIfLocked(this.#context, this.#path, 'item', options);
      await operation(this.#path);
    });
  }
}
