// Changes of collections and items as an async iterator. Daemons tell the same change several
// times: once per property, once more on the path of an alias. What is told about one object in one
// go becomes one event, and events that this program caused itself are marked.
// https://specifications.freedesktop.org/secret-service/latest/ (Signals)

import { type Message, onAbort } from '@keywire/dbus-wire';
import type { BusSignals } from '../daemon/bus-links.ts';
import type { Peer } from '../daemon/peer.ts';
import { normaliseError } from '../errors/error-normalisation.ts';
import type { Clock } from '../io/clock.ts';
import { MAX_QUEUED_EVENTS } from '../limits.ts';
import { COLLECTION_INTERFACE, SERVICE_INTERFACE } from '../protocol/names.ts';
import { EventBatch, type ServiceEvent } from './event-batch.ts';
import type { OwnWrites } from './own-writes.ts';

export type { ServiceEvent, ServiceEventType } from './event-batch.ts';

/** Whose events are followed, and which writes are this program's own. */
export interface EventSource {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly writes: OwnWrites;
}

/** Options of following events. */
export interface EventOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
  /** Whether events that this program caused are left out; default: false. */
  readonly excludeOwn?: boolean | undefined;
}

/**
 * Subscribes at once and gives the events from then on. Whether it ends because the caller did or
 * because nothing more can be told is not the same: the second ends with an error.
 */
export function serviceEvents(
  source: EventSource,
  options: EventOptions,
): AsyncIterableIterator<ServiceEvent> {
  const { peer } = source;
  const streams = [
    peer.signals({ interface: SERVICE_INTERFACE }, MAX_QUEUED_EVENTS),
    peer.signals({ interface: COLLECTION_INTERFACE }, MAX_QUEUED_EVENTS),
  ];
  const batch = new EventBatch();
  const iterator = events(source, batch, options);
  let stopAbort: (() => void) | undefined;
  const end = (error?: Error): void => {
    stopAbort?.();
    for (const stream of streams) stream.close();
    batch.end(error);
  };
  if (options.signal?.aborted === true) end();
  else stopAbort = options.signal && onAbort(options.signal, () => end());
  for (const stream of streams) {
    collect(stream, batch).then(
      () => end(),
      // The connection was lost, or the bus refuses the subscription.
      // @rule secret/events-end-told keywire#errors
      (error: unknown) => end(normaliseError(error, ENDED)),
    );
  }
  return {
    next: () => iterator.next(),
    return: () => {
      end();
      return iterator.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const ENDED = { subject: 'events', isWrite: false, isFirst: false };

async function collect(stream: BusSignals, batch: EventBatch): Promise<void> {
  for await (const message of stream) batch.add(describe(message));
}

async function* events(
  source: EventSource,
  batch: EventBatch,
  options: EventOptions,
): AsyncGenerator<ServiceEvent, undefined> {
  while (await batch.waiting()) {
    // What a daemon sends in one go arrives in one go: one turn of the event loop gathers it.
    await new Promise<void>((resolve) => source.clock.soon(resolve));
    await source.writes.settled();
    for (const event of batch.take()) {
      const isOwn = source.writes.isOwn(event.path);
      if (!isOwn || options.excludeOwn !== true) yield { ...event, isOwn };
    }
  }
  return undefined;
}

function describe(message: Message): { member: string; path: unknown } {
  return { member: message.member ?? '', path: message.body[0] };
}
