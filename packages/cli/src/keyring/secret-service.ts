/**
 * The keyring of the commands over the Secret Service. All knowledge of daemons is in
 * `@keywire/secret-service`; what is here is the CLI's way of naming collections, and which
 * operation a command's request becomes.
 */
import {
  type Collection,
  DAEMON_PROFILES,
  type DaemonProfile,
  GENERIC_PROFILE,
  type Item,
  isAddedAttribute,
  isSecretServiceError,
  type SecretService,
} from '@keywire/secret-service';
import { CliError } from '../output/cli-error.ts';
import type {
  Attributes,
  CollectionDescription,
  FoundItem,
  ItemDescription,
  ReadItem,
  Scope,
  StoredSecret,
} from '../types/items.ts';
import type { Keyring, SearchRequest, StoreRequest, UnlockRequest } from '../types/keyring.ts';
import type { KeyringObjects } from '../types/keyring-objects.ts';
import {
  describeCollection,
  describeIfThere,
  describeWhole,
  joinSecrets,
  readItem,
  withSecret,
} from './descriptions.ts';
import { findCollection } from './find-collection.ts';

const DEFAULT_ALIAS = 'default';
const SESSION_ALIAS = 'session';

export interface SecretServiceKeyringOptions {
  /** Ends every operation. */
  readonly signal: AbortSignal;
  /** Told of every wait, so that a person can be told of a long one. */
  readonly whileWaiting: <T>(operation: Promise<T>) => Promise<T>;
}

export class SecretServiceKeyring implements Keyring {
  readonly #service: SecretService;
  readonly #signal: AbortSignal;
  readonly #whileWaiting: SecretServiceKeyringOptions['whileWaiting'];

  constructor(service: SecretService, { signal, whileWaiting }: SecretServiceKeyringOptions) {
    this.#service = service;
    this.#signal = signal;
    this.#whileWaiting = whileWaiting;
  }

  async objects(): Promise<KeyringObjects> {
    const { SecretServiceObjects } = await import('./objects.ts');
    return new SecretServiceObjects(this.#service, this.#signal, (operation) =>
      this.#wait(operation),
    );
  }

  async ready(): Promise<void> {
    await this.#wait(this.#service.ready());
  }

  async lookup(attributes: Attributes, scope: Scope): Promise<StoredSecret | undefined> {
    return await this.#inScope(scope, (collection) =>
      this.#service.lookup(attributes, { collection, signal: this.#signal }),
    );
  }

  async search(request: SearchRequest): Promise<readonly FoundItem[]> {
    return await this.#inScope(request, async (collection) => {
      const { items, readable } = await this.#matching(request, collection);
      const secrets = this.#service.getSecrets(readable, { signal: this.#signal });
      return await joinSecrets(secrets, this.#describeAll(items), withSecret);
    });
  }

  async describe(request: SearchRequest): Promise<readonly ItemDescription[]> {
    return await this.#inScope(request, async (collection) => {
      const { items } = await this.#matching(request, collection);
      return await this.#describeAll(items);
    });
  }

  async readAll(scope: Scope): Promise<readonly ReadItem[]> {
    const signal = this.#signal;
    return await this.#inScope(scope, async (collection) => {
      const targets = collection === undefined ? await this.#lockableCollections() : [collection];
      await this.#service.unlock(targets, { signal });
      const items = (await Promise.all(targets.map((each) => each.items({ signal })))).flat();
      const profile = await this.#profile();
      const descriptions = Promise.all(items.map((item) => describeWhole(item, profile, signal)));
      return await joinSecrets(this.#service.getSecrets(items, { signal }), descriptions, readItem);
    });
  }

  async tellingAttributes(attributes: Attributes): Promise<Attributes> {
    const profile = await this.#wait(this.#profile());
    const own = [...attributes].filter(([name, value]) => !isAddedAttribute(profile, name, value));
    return new Map(own);
  }

  async store(request: StoreRequest): Promise<string> {
    const { label, attributes, secret, contentType, replace = true } = request;
    const signal = this.#signal;
    return await this.#inScope({ collection: request.collection }, async (collection) => {
      if (replace) {
        const options = { collection, contentType, signal };
        return (await this.#service.store(label, attributes, secret, options)).path;
      }
      const target = collection ?? (await this.#service.defaultCollection({ signal }));
      const item = await target.createItem(label, attributes, secret, { contentType, signal });
      return item.path;
    });
  }

  async clear(attributes: Attributes, scope: Scope): Promise<number> {
    return await this.#inScope(scope, (collection) =>
      this.#service.clear(attributes, { collection, signal: this.#signal }),
    );
  }

  async delete(paths: readonly string[]): Promise<number> {
    const signal = this.#signal;
    const deletions = paths.map(async (path) => {
      const item = this.#service.itemAt(path);
      return await item.delete({ signal }).then(() => 1, noneIfGone);
    });
    const counts = await this.#wait(Promise.all(deletions));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async lock(scope: Scope): Promise<readonly string[]> {
    return await this.#inScope(scope, async (collection) => {
      const targets = collection === undefined ? await this.#lockableCollections() : [collection];
      await this.#service.lock(targets, { signal: this.#signal });
      return targets.map(({ path }) => path);
    });
  }

  async unlock(request: UnlockRequest): Promise<readonly string[]> {
    const { password } = request;
    const signal = this.#signal;
    return await this.#inScope({ collection: request.collection }, async (named) => {
      // Where there is no default collection, there is nothing to unlock and none is made.
      const collection =
        named ?? (await this.#service.defaultCollection({ interactive: false, signal }));
      if (password === undefined) await this.#service.unlock([collection], { signal });
      else await this.#unlockWith(password, collection);
      return [collection.path];
    });
  }

  async list(scope: Scope): Promise<readonly CollectionDescription[]> {
    return await this.#inScope(scope, async (collection) => {
      const signal = this.#signal;
      const [standard, collections] = await Promise.all([
        this.#service.readAlias(DEFAULT_ALIAS, { signal }),
        collection === undefined ? this.#service.collections({ signal }) : [collection],
      ]);
      return await Promise.all(
        collections.map((each) => describeCollection(each, each.path === standard?.path, signal)),
      );
    });
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  /** What matches, unlocked ones first, and which of them are that. */
  async #matching(
    { attributes, limit, unlock }: SearchRequest,
    collection: Collection | undefined,
  ): Promise<{ readonly items: readonly Item[]; readonly readable: readonly Item[] }> {
    const found = await this.#service.searchItems(attributes, {
      collection,
      unlock,
      signal: this.#signal,
      // A search shows what is there; it opens a prompt only where --unlock asked for one.
      ...(unlock ? {} : { interactive: false }),
    });
    const items = [...found.unlocked, ...found.locked].slice(0, limit);
    return { items, readable: items.slice(0, found.unlocked.length) };
  }

  async #describeAll(items: readonly Item[]): Promise<readonly ItemDescription[]> {
    const described = await Promise.all(
      items.map((item) => describeIfThere(item, item.properties({ signal: this.#signal }))),
    );
    return described.filter((item): item is ItemDescription => item !== undefined);
  }

  /** Does something in the collection that was named, or in all of them. */
  #inScope<T>(
    { collection: name }: Scope,
    operation: (collection: Collection | undefined) => Promise<T>,
  ): Promise<T> {
    return this.#wait(
      name === undefined
        ? operation(undefined)
        : findCollection(this.#service, name, this.#signal).then(operation),
    );
  }

  async #wait<T>(operation: Promise<T>): Promise<T> {
    try {
      return await this.#whileWaiting(operation);
    } catch (error) {
      // @rule cli/silence-is-unavailable keywire#exit-codes
      // A deadline before the keyring has given any sign of life is a keyring that is not there.
      const isSilent = isSecretServiceError(error, 'deadline') && this.#service.owner === undefined;
      if (!isSilent) throw error;
      throw new CliError('no-answer', 'the bus or the keyring does not answer in the time allowed');
    }
  }

  /** All but the session's collection: it is kept in memory only, and has no password. */
  async #lockableCollections(): Promise<readonly Collection[]> {
    const signal = this.#signal;
    const [collections, session] = await Promise.all([
      this.#service.collections({ signal }),
      this.#service.readAlias(SESSION_ALIAS, { signal }),
    ]);
    return collections.filter(({ path }) => path !== session?.path);
  }

  async #profile(): Promise<DaemonProfile> {
    const family = await this.#service.daemon();
    return DAEMON_PROFILES.find((each) => each.family === family) ?? GENERIC_PROFILE;
  }

  async #unlockWith(password: Uint8Array, collection: Collection): Promise<void> {
    try {
      await this.#service.unlockWithPassword(password, { collection, signal: this.#signal });
    } catch (error) {
      // A cause is an answer of the daemon's: it has no such call.
      if (isSecretServiceError(error, 'not-supported') && error.cause !== undefined) {
        const { unlockAdvice } = await this.#profile();
        throw new CliError(
          'password-not-taken',
          `unlock: this keyring takes no password from a program; ${unlockAdvice}`,
        );
      }
      if (!isSecretServiceError(error, 'denied')) throw error;
      throw new CliError(
        'wrong-password',
        'unlock: wrong password; one newline at its end is dropped where it is not typed',
      );
    }
  }
}

/** Somebody else was quicker. */
function noneIfGone(error: unknown): number {
  if (isSecretServiceError(error, 'not-found')) return 0;
  throw error;
}
