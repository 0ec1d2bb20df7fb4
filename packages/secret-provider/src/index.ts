export {
  type SecretProvider,
  SecretProviderError,
  type SecretProviderErrorCode,
  type SecretProviderOptions,
  startSecretProvider,
} from './io/start-secret-provider.ts';
export { memoryStore } from './memory-store.ts';
export type { AccessDecision, AccessKind, AccessPolicy, AccessRequest, Caller } from './policy.ts';
export type { ProfileName } from './profile.ts';
export {
  acceptingPrompter,
  noPrompter,
  type Prompter,
  type PromptReply,
  type PromptRequest,
} from './prompter.ts';
export { SeedError } from './seed.ts';
export type {
  Attributes,
  PromptScript,
  SecretStore,
  StoredCollection,
  StoredItem,
} from './store.ts';
