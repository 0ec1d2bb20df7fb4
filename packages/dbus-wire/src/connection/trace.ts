/**
 * One line for each message, for bug reports: direction, time, header, size. Bodies are never
 * looked at, since any of them can hold a secret.
 */

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
