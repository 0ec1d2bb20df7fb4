/** A Secret Service client: services, collections, items, prompts, sessions, schemas. See README.md. */

export type { BusConnection, BusSignals, BusWatch } from './daemon/bus-links.ts';
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
} from './errors/error-table.ts';
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
} from './errors/errors.ts';
export type { EventOptions, ServiceEvent, ServiceEventType } from './events/events.ts';
export type { Clock } from './io/clock.ts';
export { MAX_SECRET_BYTES } from './limits.ts';
export type { OperationOptions } from './operations/context.ts';
export type { CollectionProperties, ItemProperties } from './operations/properties.ts';
export type { SecretResult } from './operations/reading.ts';
export type { Attributes } from './protocol/attributes.ts';
export {
  DEFAULT_ALIAS,
  GENERIC_SCHEMA,
  INTERFACE_PREFIX,
  SCHEMA_ATTRIBUTE,
  SERVICE_NAME,
  SERVICE_PATH,
  SESSION_ALIAS,
} from './protocol/names.ts';
export { NETWORK_PASSWORD_SCHEMA, NOTE_SCHEMA } from './protocol/predefined-schemas.ts';
export {
  type AttributeTypes,
  type Schema,
  type SchemaFields,
  type SchemaOptions,
  type SchemaValues,
  schema,
} from './protocol/schema.ts';
export { Secret, type SecretInput } from './secrets/secret.ts';
export type { SessionInfo } from './secrets/session.ts';
export type { SessionPreference } from './secrets/session-keeper.ts';
export type { CreateCollectionOptions } from './service/aliases.ts';
export { type AvailabilityOptions, isAvailable } from './service/availability.ts';
export { Collection, type CreateItemOptions } from './service/collection.ts';
export type {
  FoundItems,
  LookupOptions,
  ScopeOptions,
  SearchOptions,
  StoreOptions,
} from './service/everyday.ts';
export { Item, type SetSecretOptions } from './service/item.ts';
export type { ConnectOptions, Timeouts } from './service/options.ts';
export {
  clearPassword,
  lookupPassword,
  type ServiceChoice,
  searchPasswords,
  storePassword,
} from './service/passwords.ts';
export { SecretService } from './service/service.ts';
export { leaseService, type ServiceLease, type ServiceOptions } from './service/shared-service.ts';
