/**
 * A backend whose methods return instead of promising: a worker does the work while this thread
 * waits on shared memory. One worker for each thread that asks; it does not keep the process alive.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { SharedBlock } from '../drop-ins/shared-block.ts';
import { decodeFrame, encodeFrame, type Frame } from '../drop-ins/sync-frame.ts';
import { KeyringError, keyringError } from '../errors.ts';
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
const SYNC_CALL_MS = 120_000;

export interface SyncCallOptions {
  readonly place: Place;
  /** Default: {@link SYNC_CALL_MS}. */
  readonly timeoutMs?: number | undefined;
}

/** How long a wait goes on before it is looked whether the worker still lives. */
const LOOK_AGAIN_MS = 250;

/** Room for the name of a folder that says that a thread lives. */
const THREAD_FOLDER_BYTES = 64;

/** A worker, and the block in which it says that it runs, and that it ends. */
interface Running {
  readonly worker: Worker;
  readonly lifeline: SharedBlock;
  /** The folder that is there as long as its thread is; empty where there is none. */
  readonly threadFolder: string;
}

export class SyncBackend {
  readonly #source: string | URL;
  #running: Running | undefined;

  /** @param source - of the worker, which only tests stand in for */
  constructor(source: string | URL = workerSource) {
    this.#source = source;
  }

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
    const running = this.#started();
    const { worker } = running;
    const head: SyncRequest = { place, operation };
    const request = encodeFrame({ head, secrets });
    const block = SharedBlock.holding(request);
    request.fill(0);
    send(worker, 'request', block);
    // @rule keyring/sync-bounded keywire#nothing-hangs
    if (!this.#answered(running, block, operation, timeoutMs)) {
      send(worker, 'abort', block);
      throw tooLate(operation, timeoutMs);
    }
    const reply = decodeReply(
      block.isTooShort ? this.#rest(running, block.length, operation, timeoutMs) : block,
    );
    if (reply.head.outcome === 'failed') throw errorOf(reply.head.failure);
    return reply;
  }

  /** The rest of a reply that was longer than its block. */
  #rest(
    running: Running,
    length: number,
    operation: SyncOperation,
    timeoutMs: number,
  ): SharedBlock {
    const block = SharedBlock.holding(new Uint8Array(0), length);
    send(running.worker, 'rest', block);
    if (this.#answered(running, block, operation, timeoutMs)) return block;
    throw tooLate(operation, timeoutMs);
  }

  /**
   * Waits for a reply; false when the deadline came first. Events of the worker cannot come while this
   * thread waits: the lifeline tells of its end, or its thread is there no more.
   */
  #answered(
    running: Running,
    block: SharedBlock,
    operation: SyncOperation,
    timeoutMs: number,
  ): boolean {
    for (let leftMs = timeoutMs; leftMs > 0; leftMs -= LOOK_AGAIN_MS) {
      if (block.wait(Math.min(leftMs, LOOK_AGAIN_MS))) return true;
      if (!hasEnded(running)) continue;
      // The reply may have been the last that it did.
      if (block.wait(0)) return true;
      this.#running = undefined;
      throw workerEnded(operation);
    }
    return false;
  }

  #started(): Running {
    // One that ended between two calls has no call to tell.
    if (this.#running !== undefined && !hasEnded(this.#running)) return this.#running;
    const lifeline = SharedBlock.holding(new Uint8Array(0), THREAD_FOLDER_BYTES);
    const worker = startWorker(this.#source, lifeline);
    worker.unref();
    // Its error has been told by then, to the call that waited; without a listener it would end the
    // program.
    worker.once('error', () => this.#forget(worker));
    worker.once('exit', () => this.#forget(worker));
    if (!lifeline.wait(START_MS)) {
      void worker.terminate();
      throw unsupported(`the worker did not start within ${START_MS} ms`);
    }
    const threadFolder = new TextDecoder().decode(lifeline.take());
    this.#running = { worker, lifeline, threadFolder };
    return this.#running;
  }

  #forget(worker: Worker): void {
    if (this.#running?.worker === worker) this.#running = undefined;
  }
}

/** Whether a worker has ended: by itself, which it tells, or in a way that leaves it no time to. */
function hasEnded({ lifeline, threadFolder }: Running): boolean {
  // @rule keyring/dead-worker-is-told keywire#nothing-hangs
  return lifeline.hasEnded || (threadFolder !== '' && !existsSync(threadFolder));
}

/** @throws {@link KeyringError} with code `not-supported` where the runtime allows no workers */
function startWorker(source: string | URL, lifeline: SharedBlock): Worker {
  const isEmbedded = typeof source === 'string';
  try {
    return new Worker(source, {
      name: 'keywire',
      eval: isEmbedded,
      workerData: lifeline.memory,
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

function workerEnded({ name }: SyncOperation): KeyringError {
  return keyringError('backend-failed', `synchronous ${name}`, {
    detail: 'the worker ended before it answered',
    advice: 'call again: another worker is started',
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
