/**
 * A backend whose methods return instead of promising: a worker does the work while this thread
 * waits on shared memory. One worker for each thread that asks; it does not keep the process alive.
 */
import { Worker } from 'node:worker_threads';
import { KeyringError, keyringError } from '../errors.ts';
import { SharedBlock } from '../shared-block.ts';
import { decodeFrame, encodeFrame, type Frame } from '../sync-frame.ts';
import type { EntryFilter, EntryKey, FoundEntry } from '../types/backend.ts';
import type { Place } from '../types/place.ts';
import type {
  SyncFailure,
  SyncOperation,
  SyncReply,
  SyncRequest,
  WorkerMessage,
} from '../types/sync.ts';
import { workerSource } from './worker-source.ts';

/** How long a worker may take to start. */
const START_MS = 30_000;

/** How long a call may take, dialogs included, unless the program says otherwise. */
export const SYNC_CALL_MS = 120_000;

export interface SyncCallOptions {
  readonly place: Place;
  /** Default: {@link SYNC_CALL_MS}. */
  readonly timeoutMs?: number | undefined;
}

export class SyncBackend {
  #worker: Worker | undefined;

  get(key: EntryKey, options: SyncCallOptions): Uint8Array | undefined {
    return this.#call({ name: 'get', key }, options).secrets[0];
  }

  set(key: EntryKey, secret: Uint8Array, options: SyncCallOptions): void {
    this.#call({ name: 'set', key }, options, [secret]);
  }

  delete(key: EntryKey, options: SyncCallOptions): number {
    const { head } = this.#call({ name: 'delete', key }, options);
    return head.outcome === 'done' ? head.count : 0;
  }

  search(filter: EntryFilter, options: SyncCallOptions): FoundEntry[] {
    const { head, secrets } = this.#call({ name: 'search', filter }, options);
    const keys = head.outcome === 'found' ? head.keys : [];
    return secrets.flatMap((secret, at) => {
      const key = keys[at];
      return key === undefined ? [] : [{ ...key, secret }];
    });
  }

  #call(
    operation: SyncOperation,
    { place, timeoutMs = SYNC_CALL_MS }: SyncCallOptions,
    secrets: readonly Uint8Array[] = [],
  ): Frame<SyncReply> {
    const worker = this.#started();
    const head: SyncRequest = { place, operation };
    const request = encodeFrame({ head, secrets });
    const block = SharedBlock.holding(request);
    request.fill(0);
    send(worker, 'request', block);
    // @rule keyring/sync-bounded keywire#nothing-hangs
    if (!block.wait(timeoutMs)) {
      send(worker, 'abort', block);
      throw tooLate(operation, timeoutMs);
    }
    const reply = decodeReply(
      block.isTooShort ? fetchRest(worker, block.length, timeoutMs) : block,
    );
    if (reply.head.outcome === 'failed') throw errorOf(reply.head.failure);
    return reply;
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const block = SharedBlock.holding(new Uint8Array(0), 0);
    const worker = startWorker(block);
    worker.unref();
    if (!block.wait(START_MS)) {
      void worker.terminate();
      throw unsupported(`the worker did not start within ${START_MS} ms`);
    }
    worker.once('exit', () => {
      this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }
}

/** @throws {@link KeyringError} with code `not-supported` where the runtime allows no workers */
function startWorker(block: SharedBlock): Worker {
  const isEmbedded = typeof workerSource === 'string';
  try {
    return new Worker(workerSource, {
      name: 'keywire',
      eval: isEmbedded,
      workerData: block.memory,
      // What the program was started with is for its own files.
      ...(isEmbedded ? { execArgv: [] } : {}),
    });
  } catch (error) {
    throw unsupported('the runtime refused to start a worker', error);
  }
}

function send(worker: Worker, kind: WorkerMessage['kind'], block: SharedBlock): void {
  const message: WorkerMessage = { kind, memory: block.memory };
  worker.postMessage(message);
}

function fetchRest(worker: Worker, length: number, timeoutMs: number): SharedBlock {
  const block = SharedBlock.holding(new Uint8Array(0), length);
  send(worker, 'rest', block);
  if (block.wait(timeoutMs)) return block;
  throw tooLate({ name: 'search', filter: {} }, timeoutMs);
}

function decodeReply(block: SharedBlock): Frame<SyncReply> {
  const bytes = block.take();
  const reply = decodeFrame<SyncReply>(bytes);
  bytes.fill(0);
  return reply;
}

/** The error of the worker, thrown where the call was made; what lies under it is text only. */
function errorOf(failure: SyncFailure): KeyringError {
  const { code, message, cause, ...rest } = failure;
  return new KeyringError(code, message, {
    ...rest,
    ...(cause === undefined ? {} : { cause: new Error(cause) }),
  });
}

function tooLate({ name }: SyncOperation, timeoutMs: number): KeyringError {
  return new KeyringError('deadline', `synchronous ${name}: no answer within ${timeoutMs} ms`, {
    advice: 'answer the dialog of the keyring, or use the asynchronous form',
    mayHaveHappened: name === 'set' || name === 'delete',
  });
}

function unsupported(reason: string, cause?: unknown): KeyringError {
  return keyringError('not-supported', 'synchronous form', {
    detail: reason,
    advice: 'use the asynchronous form',
    cause,
  });
}
