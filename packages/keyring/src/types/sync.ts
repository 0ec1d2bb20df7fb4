/** What passes between a thread that waits and the worker that talks to the keyring for it. */
import type { KeyringErrorCode } from '../error-table.ts';
import type { EntryFilter, EntryKey } from './backend.ts';
import type { Place } from './place.ts';

/** One call of a backend; a secret to store travels beside it as bytes. */
export type SyncOperation =
  | { readonly name: 'get'; readonly key: EntryKey }
  | { readonly name: 'set'; readonly key: EntryKey }
  | { readonly name: 'delete'; readonly key: EntryKey }
  | { readonly name: 'search'; readonly filter: EntryFilter };

export interface SyncRequest {
  /** That of the waiting thread. */
  readonly place: Place;
  readonly operation: SyncOperation;
}

/** An error of this package, as data. */
export interface SyncFailure {
  readonly code: KeyringErrorCode;
  readonly message: string;
  readonly advice: string;
  readonly mayHaveHappened: boolean;
  /** The message of the error underneath. */
  readonly cause?: string | undefined;
}

/** What came of it; secrets travel beside it as bytes, one for each entry found. */
export type SyncReply =
  | { readonly outcome: 'found'; readonly keys: readonly EntryKey[] }
  | { readonly outcome: 'done'; readonly count: number }
  | { readonly outcome: 'failed'; readonly failure: SyncFailure };

/** What the worker is told; `rest` brings a longer block for a reply that did not fit. */
export interface WorkerMessage {
  readonly kind: 'request' | 'rest' | 'abort';
  readonly memory: SharedArrayBuffer;
}
