/** Passwords in the user's own keyring: one API, every backend, every attribute scheme. */
export type {
  Backend,
  BackendOptions,
  BackendStatus,
  EntryFilter,
  EntryKey,
  FoundEntry,
  SetOptions,
} from './types/backend.ts';
