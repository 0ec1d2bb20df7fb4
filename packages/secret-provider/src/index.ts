export { type AuditFileOptions, auditFile } from './access/audit-file.ts';
export {
  type AuditEntry,
  type AuditFaultReason,
  type AuditLog,
  type AuditVerdict,
  verifyAuditLog,
} from './access/audit-log.ts';
export {
  isPolicyError,
  type ParsedPolicy,
  PolicyError,
  parsePolicy,
} from './access/policy-file.ts';
export type { ProfileName } from './api/daemon-profiles.ts';
export {
  isSecretProviderError,
  SecretProviderError,
  type SecretProviderErrorCode,
} from './errors.ts';
export { hasKeyringFiles } from './io/keyring-folder.ts';
export {
  acceptingPrompter,
  noPrompter,
  type Prompter,
  type PromptReply,
  type PromptRequest,
} from './prompters/prompter.ts';
export { type ScriptedAnswer, scriptedPrompter } from './prompters/scripted.ts';
export { type PromptTerminal, terminalPrompter } from './prompters/terminal.ts';
export {
  type SecretProvider,
  type SecretProviderOptions,
  startSecretProvider,
} from './start-secret-provider.ts';
export { type KeyringFileStoreOptions, keyringFileStore } from './stores/keyring-file.ts';
export { memoryStore } from './stores/memory.ts';
export { isSeedError, SeedError } from './stores/seed.ts';
export type {
  Attributes,
  PromptScript,
  SecretStore,
  StoredCollection,
  StoredItem,
} from './stores/store.ts';
export type {
  AccessDecision,
  AccessKind,
  AccessPolicy,
  AccessRequest,
  AuditedOperation,
  Caller,
} from './types/policy.ts';
