/**
 * One text in one keyring item: save, load, clear, by schema name and attributes. The item that has
 * exactly these attributes counts, and never one that has others besides.
 */

import { checkOptionNames } from '@keywire/file-lock';
import {
  type Collection,
  type ConnectOptions,
  GENERIC_SCHEMA,
  type Item,
  isSecretServiceError,
  leaseService,
  SCHEMA_ATTRIBUTE,
  type SchemaFields,
  type SecretService,
  type ServiceLease,
  schema,
} from '@keywire/secret-service';
import type { CallOptions } from '../abort.ts';
import { sessionBusAddress } from '../io/platform.ts';
import type { SecretBackendOptions } from '../types/persistence.ts';

/** Types of attributes, as libsecret has them. */
export type AttributeType = 'string' | 'integer' | 'boolean';

/** Attributes in their own types, or in the text they are stored as. */
export type AgentAttributes = Readonly<Record<string, string | number | boolean>>;

/** What a {@link SecretAgent} is made of. */
export interface SecretAgentOptions {
  /** Stored in the item's `xdg:schema`. */
  readonly schemaName: string;
  /** Default: none besides the schema's name. */
  readonly attributes?: AgentAttributes | undefined;
  /** Checks attributes given as text. Default: the types that the values have. */
  readonly attributeTypes?: Readonly<Record<string, AttributeType>> | undefined;
  /** What keyring managers show. Default: `Token cache`; not every keyring takes an empty one. */
  readonly label?: string | undefined;
  /** An alias or an object path. Default: saved to `default`, looked for everywhere. */
  readonly collection?: string | undefined;
  /** An open service. Default: a connection of this process, which does not keep it alive. */
  readonly service?: SecretService | undefined;
  /** How to connect when no service is given. */
  readonly connect?: ConnectOptions | undefined;
}

/** Of an agent, and of what is kept with one. */
export const AGENT_NAMES: Readonly<Record<keyof SecretAgentOptions, true>> = {
  schemaName: true,
  attributes: true,
  attributeTypes: true,
  label: true,
  collection: true,
  service: true,
  connect: true,
};

const DEFAULT_LABEL = 'Token cache';

/** Keeps one text in the keyring; the errors are those of `@keywire/secret-service`. */
export class SecretAgent {
  readonly #options: SecretAgentOptions;
  readonly #attributes: ReadonlyMap<string, string>;
  /** Held to the end of the process: a cache is read and saved again and again. */
  #lease: ServiceLease | undefined;

  /**
   * @throws `InvalidArgumentError` for attributes that are not of their types, `TypeError` for an option
   * that there is not
   */
  constructor(options: SecretAgentOptions) {
    checkOptionNames('options', options, AGENT_NAMES);
    this.#options = options;
    this.#attributes = attributesOf(options);
  }

  /** Stores the text in the item with exactly these attributes, or in a new one. */
  async save(content: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#use(async (service) => {
      const collection = collectionOf(service, this.#options.collection);
      const label = this.#options.label ?? DEFAULT_LABEL;
      await service.store(label, this.#attributes, content, { collection, signal });
    });
  }

  /** Gives the text, or `undefined` when there is certainly no such item. */
  async load(options: CallOptions = {}): Promise<string | undefined> {
    return this.#use(async (service) => {
      for (const item of await this.#items(service, options)) {
        using secret = await unlessGone(item.getSecret(options));
        if (secret !== undefined) return secret.text();
      }
      return undefined;
    });
  }

  /** Deletes what `load` could give; false when there was nothing. */
  async clear(options: SecretBackendOptions = {}): Promise<boolean> {
    return this.#use(async (service) => {
      let hasDeleted = false;
      for (const item of await this.#items(service, options)) {
        if (await unlessGone(item.delete(options).then(() => true))) hasDeleted = true;
      }
      return hasDeleted;
    });
  }

  /** The items with exactly these attributes, unlocked; the one changed last comes first. */
  async #items(
    service: SecretService,
    { signal, interactive }: SecretBackendOptions,
  ): Promise<readonly Item[]> {
    const collection = collectionOf(service, this.#options.collection);
    const how = { collection, unlock: true, signal, interactive };
    const { unlocked } = await service.searchItems(this.#attributes, how);
    const found = await Promise.all(
      unlocked.map(async (item) => ({ item, told: await unlessGone(item.properties({ signal })) })),
    );
    return found
      .flatMap(({ item, told }) =>
        told !== undefined && isSame(told.attributes, this.#attributes)
          ? [{ item, ms: told.modified?.getTime() ?? 0 }]
          : [],
      )
      .sort((a, b) => b.ms - a.ms)
      .map(({ item }) => item);
  }

  async #use<Result>(operation: (service: SecretService) => Promise<Result>): Promise<Result> {
    if (this.#options.service !== undefined) return operation(this.#options.service);
    this.#lease ??= leaseService(this.#options.connect ?? {}, sessionBusAddress());
    return this.#lease.use(operation);
  }
}

/** What came of a call on an item; `undefined` for one that another process deleted meanwhile. */
async function unlessGone<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    // @rule token/gone-meanwhile keywire#token-cache
    if (isSecretServiceError(error, 'not-found')) return undefined;
    throw error;
  }
}

function collectionOf(
  service: SecretService,
  collection: string | undefined,
): Collection | string | undefined {
  return collection?.startsWith('/') === true ? service.collectionAt(collection) : collection;
}

/** The schema follows from the attributes, as in libsecret's own simple functions. */
function attributesOf(options: SecretAgentOptions): ReadonlyMap<string, string> {
  const { schemaName, attributes = {}, attributeTypes = {} } = options;
  const typeOf = (name: string, value: unknown): AttributeType =>
    new Map(Object.entries(attributeTypes)).get(name) ?? typeNamed(value);
  const fields: SchemaFields = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeOf(name, value)]),
  );
  const ours = schema(schemaName, fields);
  // Text stands for any type, and is read as the type it is declared to have.
  const texts = Object.entries(attributes).filter(([, value]) => typeof value === 'string');
  const typed = Object.entries(attributes).filter(([, value]) => typeof value !== 'string');
  const read = ours.parse(new Map(texts.map(([name, value]) => [name, String(value)])));
  return ours.attributes({ ...read, ...Object.fromEntries(typed) });
}

function typeNamed(value: unknown): AttributeType {
  if (typeof value === 'number') return 'integer';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

function isSame(found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  const [theirs, ours] = [named(found), named(wanted)];
  // @rule token/exact-item keywire#token-cache
  return (
    theirs.size === ours.size && [...ours].every(([name, value]) => theirs.get(name) === value)
  );
}

/** "No schema in particular" is the same as no schema: daemons add it, and readers leave it out. */
function named(attributes: ReadonlyMap<string, string>): Map<string, string> {
  const isNone = ([name, value]: [string, string]): boolean =>
    name === SCHEMA_ATTRIBUTE && value === GENERIC_SCHEMA;
  return new Map([...attributes].filter((entry) => !isNone(entry)));
}
