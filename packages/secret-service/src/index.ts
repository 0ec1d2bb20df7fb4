/** A Secret Service client: services, collections, items, prompts, sessions, schemas. See README.md. */
export type { CreateCollectionOptions } from './aliases.ts';
export type { Attributes } from './attributes.ts';
export { type AvailabilityOptions, isAvailable } from './availability.ts';
export type { BusConnection, BusSignals, BusWatch } from './bus-links.ts';
export { Collection, type CreateItemOptions } from './collection.ts';
export type { OperationOptions } from './context.ts';
export {
  DAEMON_PROFILES,
  type DaemonFamily,
  type DaemonProfile,
  GENERIC_PROFILE,
  isAddedAttribute,
  profileForSession,
} from './daemon-profile.ts';
export {
  ERROR_TABLE,
  type ErrorRow,
  isSecretServiceErrorCode,
  type SecretServiceErrorCode,
  type SecretServiceErrorName,
} from './error-table.ts';
export {
  AbortedError,
  AccessDeniedError,
  AmbiguousError,
  DeadlineError,
  DisconnectedError,
  InvalidArgumentError,
  ItemNotFoundError,
  isSecretServiceError,
  LockedError,
  NotSupportedError,
  PromptDismissedError,
  PromptRequiredError,
  ProtocolError,
  SecretServiceError,
  ServiceUnavailableError,
  SessionError,
} from './errors.ts';
export type { EventOptions, ServiceEvent, ServiceEventType } from './events.ts';
export type {
  FoundItems,
  LookupOptions,
  ScopeOptions,
  SearchOptions,
  StoreOptions,
} from './everyday.ts';
export type { Clock } from './io/clock.ts';
export { Item, type SetSecretOptions } from './item.ts';
export { MAX_SECRET_BYTES } from './limits.ts';
export {
  DEFAULT_ALIAS,
  GENERIC_SCHEMA,
  INTERFACE_PREFIX,
  SCHEMA_ATTRIBUTE,
  SERVICE_NAME,
  SERVICE_PATH,
  SESSION_ALIAS,
} from './names.ts';
export type { ConnectOptions, Timeouts } from './options.ts';
export {
  clearPassword,
  lookupPassword,
  type ServiceChoice,
  searchPasswords,
  storePassword,
} from './passwords.ts';
export { NETWORK_PASSWORD_SCHEMA, NOTE_SCHEMA } from './predefined-schemas.ts';
export type { CollectionProperties, ItemProperties } from './properties.ts';
export type { SecretResult } from './reading.ts';
export {
  type AttributeTypes,
  type Schema,
  type SchemaFields,
  type SchemaOptions,
  type SchemaValues,
  schema,
} from './schema.ts';
export { Secret, type SecretInput } from './secret.ts';
export { SecretService } from './service.ts';
export type { SessionInfo } from './session.ts';
export type { SessionPreference } from './session-keeper.ts';
export { leaseService, type ServiceLease, type ServiceOptions } from './shared-service.ts';
