/**
 * keyring-rs's way with the Secret Service, which @napi-rs/keyring has from it: an entry is whatever
 * item has its attributes, others besides or not, in any collection; several that differ are
 * refused. A target (our group) is one more attribute, and the label of the collection that a new
 * item is put into.
 */
import {
  DEFAULT_ALIAS,
  leaseService,
  type ServiceLease,
  type ServiceOptions,
} from '@keywire/secret-service';
import { SchemeBackend } from '../backends/scheme-backend.ts';
import { Turns } from '../backends/turns.ts';
import { asKeyringErrors } from '../errors.ts';
import { defineScheme } from '../schemes/scheme.ts';
import { schemeNamed } from '../schemes/schemes.ts';
import { collectionLabelled } from '../stores/collection-choice.ts';
import { SecretServiceStore } from '../stores/secret-service-store.ts';
import type {
  Backend,
  BackendOptions,
  BackendStatus,
  EntryFilter,
  EntryKey,
  FoundEntry,
  SetOptions,
} from '../types/backend.ts';
import type { Place } from '../types/place.ts';
import type { Scheme } from '../types/scheme.ts';

export interface TargetBackendOptions extends Place {
  readonly connect: ServiceOptions;
}

export class TargetBackend implements Backend {
  readonly name = 'secret-service';
  readonly #lease: ServiceLease;
  readonly #interactive: boolean;
  /** By target and collection: calls on one entry take turns. */
  readonly #backends = new Map<string, Backend>();
  readonly #placing = new Turns();

  private constructor(lease: ServiceLease, interactive: boolean) {
    this.#lease = lease;
    this.#interactive = interactive;
  }

  /**
   * Connects; nobody is asked anything.
   *
   * @throws {@link KeyringError} with code `unavailable` and others that say why not
   */
  static async open(options: TargetBackendOptions): Promise<TargetBackend> {
    const { connect, busAddress, interactive } = options;
    const lease = leaseService(connect, busAddress);
    const store = new SecretServiceStore({ lease, interactive });
    try {
      await asKeyringErrors('secret-service', () => store.ready(undefined));
      return new TargetBackend(lease, interactive);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  get({ group, ...key }: EntryKey, options: BackendOptions = {}): Promise<Uint8Array | undefined> {
    return this.#of(group).get(key, options);
  }

  /** An entry that exists stays where it is; a new one goes where its target says. */
  async set(key: EntryKey, secret: Uint8Array, options: SetOptions = {}): Promise<void> {
    const { group, ...rest } = key;
    const isPlaced =
      (await this.#isPresent(key, options)) || group === undefined || group === DEFAULT_ALIAS;
    const collection = isPlaced ? undefined : await this.#collectionInTurn(group, options);
    await this.#of(group, collection).set(rest, secret, options);
  }

  /** Of several, none is deleted: which one was meant is not known. */
  async delete(key: EntryKey, options: BackendOptions = {}): Promise<number> {
    const { group, ...rest } = key;
    if (!(await this.#isPresent(key, options))) return 0;
    return this.#of(group).delete(rest, options);
  }

  search(
    { group, ...filter }: EntryFilter,
    options: BackendOptions = {},
  ): Promise<readonly FoundEntry[]> {
    return this.#of(group).search(filter, options);
  }

  status(options: BackendOptions = {}): Promise<BackendStatus> {
    return this.#of(undefined).status(options);
  }

  close(): Promise<void> {
    return this.#lease.release();
  }

  async #isPresent(key: EntryKey, options: BackendOptions): Promise<boolean> {
    const secret = await this.get(key, options);
    secret?.fill(0);
    return secret !== undefined;
  }

  #of(target: string | undefined, collection?: string): Backend {
    const name = JSON.stringify([target, collection]);
    const known = this.#backends.get(name);
    if (known !== undefined) return known;
    const backend = new SchemeBackend({
      name: this.name,
      schemes: [targetScheme(target)],
      // @rule keyring/several-refused keywire#exact-replace
      several: 'refuse-unlike',
      store: new SecretServiceStore({
        lease: this.#lease,
        interactive: this.#interactive,
        collection,
      }),
    });
    this.#backends.set(name, backend);
    return backend;
  }

  /** One after the other: two entries that come at once make one collection, with one dialog. */
  #collectionInTurn(target: string, options: BackendOptions): Promise<string> {
    const find = (): Promise<string> => this.#collectionOf(target, options);
    return this.#placing.take(target, find, options.signal);
  }

  async #collectionOf(target: string, options: BackendOptions): Promise<string> {
    const how = { signal: options.signal, interactive: options.interactive ?? this.#interactive };
    const store = new SecretServiceStore({ lease: this.#lease, interactive: this.#interactive });
    return asKeyringErrors(this.name, () =>
      this.#lease.use(async (service) => {
        try {
          const found = await collectionLabelled(service, target, how);
          return (found ?? (await service.createCollection(target, how))).path;
        } catch (error) {
          throw store.translate(error);
        }
      }),
    );
  }
}

/** The scheme of keyring-rs, with a target if there is one, that sees what keyring-rs sees. */
function targetScheme(target: string | undefined): Scheme {
  const plain = schemeNamed('keyring-rs');
  const scheme =
    target === undefined
      ? plain
      : defineScheme({
          name: 'keyring-rs-target',
          title: plain.title,
          service: 'service',
          username: 'username',
          constants: { target },
          label: 'keyring:{username}@{service}',
          scope: 'all',
          allowsEmptyUsername: true,
        });
  return {
    name: scheme.name,
    title: scheme.title,
    access: scheme.access,
    scope: scheme.scope,
    hasGroup: scheme.hasGroup,
    allowsEmptyUsername: scheme.allowsEmptyUsername,
    label: (key, app) => scheme.label(key, app),
    attributes: (key) => scheme.attributes(key),
    query: (filter) => scheme.query(filter),
    // No attribute makes an item another one's.
    keyOf: (attributes) => scheme.keyOf(attributes, () => true),
    wrap: (secret) => scheme.wrap(secret),
    unwrap: (secret) => scheme.unwrap(secret),
  };
}
