// One-liners on schemas: connect, do one thing, close. With `service` they use an open one instead.

import type { Schema, SchemaFields, SchemaValues } from '../protocol/schema.ts';
import type { Secret, SecretInput } from '../secrets/secret.ts';
import type {
  FoundItems,
  LookupOptions,
  ScopeOptions,
  SearchOptions,
  StoreOptions,
} from './everyday.ts';
import type { Item } from './item.ts';
import type { ConnectOptions } from './options.ts';
import { SecretService } from './service.ts';

/** Which service a one-liner uses. */
export interface ServiceChoice {
  /** An open service, which stays open; default: a new one for this call. */
  readonly service?: SecretService | undefined;
  /** How to connect when no service is given. */
  readonly connect?: ConnectOptions | undefined;
}

/**
 * Stores a secret under a schema's attributes; see {@link SecretService.store}.
 *
 * @throws {@link InvalidArgumentError} for values that are not the schema's, before anything is sent
 */
export async function storePassword<F extends SchemaFields>(
  schema: Schema<F>,
  values: SchemaValues<F>,
  label: string,
  secret: SecretInput,
  options: StoreOptions & ServiceChoice = {},
): Promise<void> {
  const attributes = schema.attributes(values);
  await withService(options, (service, rest) => service.store(label, attributes, secret, rest));
}

/** Reads the secret that has all given values; see {@link SecretService.lookup}. */
export async function lookupPassword<F extends SchemaFields>(
  schema: Schema<F>,
  values: SchemaValues<F>,
  options: LookupOptions & ServiceChoice = {},
): Promise<Secret | undefined> {
  const attributes = schema.attributes(values);
  return withService(options, (service, rest) => service.lookup(attributes, rest));
}

/** Deletes every item that has all given values; see {@link SecretService.clear}. */
export async function clearPassword<F extends SchemaFields>(
  schema: Schema<F>,
  values: SchemaValues<F>,
  options: ScopeOptions & ServiceChoice = {},
): Promise<number> {
  const attributes = schema.attributes(values);
  return withService(options, (service, rest) => service.clear(attributes, rest));
}

/** Finds every item that has all given values. Needs an open service: items live on it. */
export async function searchPasswords<F extends SchemaFields>(
  service: SecretService,
  schema: Schema<F>,
  values: SchemaValues<F>,
  options: SearchOptions = {},
): Promise<FoundItems & { readonly items: readonly Item[] }> {
  const found = await service.searchItems(schema.attributes(values), options);
  return { ...found, items: [...found.unlocked, ...found.locked] };
}

/** @param operation - gets the options that are its own */
async function withService<Options extends ServiceChoice, T>(
  options: Options,
  operation: (service: SecretService, rest: Omit<Options, keyof ServiceChoice>) => Promise<T>,
): Promise<T> {
  const { service: given, connect, ...rest } = options;
  if (given !== undefined) return operation(given, rest);
  const service = SecretService.open(connect);
  try {
    return await operation(service, rest);
  } finally {
    await service.close();
  }
}
