/**
 * The worker's side of a synchronous call, without the threads: a request in, a reply out. Whatever
 * fails becomes a reply too, since nobody is there to catch anything.
 */
import { toKeyringError } from '../errors.ts';
import type { Backend, FoundEntry } from '../types/backend.ts';
import type { Place } from '../types/place.ts';
import type { SyncReply, SyncRequest } from '../types/sync.ts';
import { decodeFrame, encodeFrame, type Frame } from './sync-frame.ts';

/**
 * @param request - a frame, which is wiped
 * @param open - opens a backend, or gives the one that is open already
 * @returns a frame, which the caller wipes; never rejects
 */
export async function answerSync(
  request: Uint8Array,
  open: (place: Place) => Promise<Backend>,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { head, secrets } = decodeFrame<SyncRequest>(request);
  request.fill(0);
  let reply: Frame<SyncReply>;
  try {
    reply = await perform(await open(head.place), head, secrets, signal);
  } catch (error) {
    reply = failed(error);
  }
  const bytes = encodeFrame(reply);
  for (const secret of [...secrets, ...reply.secrets]) secret.fill(0);
  return bytes;
}

async function perform(
  backend: Backend,
  { operation, place: { interactive } }: SyncRequest,
  [secret = new Uint8Array(0)]: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Frame<SyncReply>> {
  const how = { signal, interactive };
  switch (operation.name) {
    case 'get': {
      const found = await backend.get(operation.key, how);
      return foundFrame(found === undefined ? [] : [{ ...operation.key, secret: found }]);
    }
    case 'set':
      await backend.set(operation.key, secret, how);
      return doneFrame(1);
    case 'delete':
      return doneFrame(await backend.delete(operation.key, how));
    case 'search':
      return foundFrame(await backend.search(operation.filter, how));
  }
}

function doneFrame(count: number): Frame<SyncReply> {
  return { head: { outcome: 'done', count }, secrets: [] };
}

function foundFrame(entries: readonly FoundEntry[]): Frame<SyncReply> {
  const keys = entries.map(({ service, username, group }) => ({ service, username, group }));
  return { head: { outcome: 'found', keys }, secrets: entries.map(({ secret }) => secret) };
}

function failed(error: unknown): Frame<SyncReply> {
  const { code, message, advice, mayHaveHappened, cause } = toKeyringError(error, 'secret-service');
  const causeMessage = cause instanceof Error ? cause.message : undefined;
  const failure = { code, message, advice, mayHaveHappened, cause: causeMessage };
  return { head: { outcome: 'failed', failure }, secrets: [] };
}
