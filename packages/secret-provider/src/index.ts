export {
  type AuditEntry,
  type AuditFaultReason,
  type AuditLog,
  type AuditVerdict,
  verifyAuditLog,
} from './audit-log.ts';
export { type AuditFileOptions, auditFile } from './io/audit-file.ts';
export { hasKeyringFiles } from './io/keyring-folder.ts';
export {
  type SecretProvider,
  SecretProviderError,
  type SecretProviderErrorCode,
  type SecretProviderOptions,
  startSecretProvider,
} from './io/start-secret-provider.ts';
export { type KeyringFileStoreOptions, keyringFileStore } from './keyring-file-store.ts';
export { memoryStore } from './memory-store.ts';
export { type ParsedPolicy, PolicyError, parsePolicy } from './policy-file.ts';
export type { ProfileName } from './profile.ts';
export {
  acceptingPrompter,
  noPrompter,
  type Prompter,
  type PromptReply,
  type PromptRequest,
} from './prompter.ts';
export { type ScriptedAnswer, scriptedPrompter } from './scripted-prompter.ts';
export { SeedError } from './seed.ts';
export type {
  Attributes,
  PromptScript,
  SecretStore,
  StoredCollection,
  StoredItem,
} from './store.ts';
export { type PromptTerminal, terminalPrompter } from './terminal-prompter.ts';
export type {
  AccessDecision,
  AccessKind,
  AccessPolicy,
  AccessRequest,
  AuditedOperation,
  Caller,
} from './types/policy.ts';
