/**
 * One line for each message, for bug reports: direction, time, header, size. Bodies are never
 * looked at, since any of them can hold a secret.
 */
import type { Clock } from '../transport/transport.ts';

/** The parts of a message that a line may show. */
export interface TraceableMessage {
  readonly type: string;
  readonly serial: number;
  readonly replySerial?: number | undefined;
  readonly sender?: string | undefined;
  readonly destination?: string | undefined;
  readonly path?: string | undefined;
  readonly interface?: string | undefined;
  readonly member?: string | undefined;
  readonly errorName?: string | undefined;
  readonly signature?: string | undefined;
}

/** Tells of one message, sent (`>`) or received (`<`). */
export type Trace = (direction: '>' | '<', message: TraceableMessage) => void;

/**
 * Writes a line for each message, with the time since now. Whoever wrote `write` learns that it fails,
 * from everything that waits; the process goes on.
 */
export function traceTo(
  write: (line: string) => void,
  clock: Clock,
  failed: (error: unknown) => void,
): Trace {
  const startedAt = clock.now();
  return (direction, message) => {
    try {
      write(formatTraceLine(direction, clock.now() - startedAt, message));
    } catch (error) {
      // Not in the middle of what is begun just now: it has to be there to end with the rest.
      queueMicrotask(() => failed(error));
    }
  };
}

/** Formats one line, such as `12.3ms > method_call #4 to :1.2 /org/a org.a.B.Get (ss)`. */
export function formatTraceLine(
  direction: '>' | '<',
  elapsedMs: number,
  message: TraceableMessage,
): string {
  const words = [`${elapsedMs.toFixed(1)}ms`, direction, message.type, `#${message.serial}`];
  const add = (before: string, part: string | number | undefined): void => {
    if (part !== undefined) words.push(before + part);
  };
  add('re #', message.replySerial);
  if (direction === '<') add('from ', message.sender);
  add('to ', message.destination);
  add('', message.path);
  const name = [message.interface, message.member].filter((part) => part !== undefined);
  if (name.length > 0) words.push(name.join('.'));
  add('', message.errorName);
  words.push(`(${message.signature ?? ''})`);
  return words.join(' ');
}
