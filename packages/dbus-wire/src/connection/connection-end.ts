/** The errors with which a connection ends. */

import { ConnectionError, isConnectionError } from '../connection-error.ts';

/** `close()` was called. */
export function closedByUs(): ConnectionError {
  return new ConnectionError('closed', 'connection: expected it to be open, got closed');
}

/** Connecting took longer than it may. */
export function connectedTooLate(): ConnectionError {
  return new ConnectionError('deadline', 'bus: expected it to answer in time');
}

/** The signal given for connecting was aborted. */
export function givenUp(cause: unknown): ConnectionError {
  return new ConnectionError('aborted', 'bus: connecting was given up', { cause });
}

/** The other side hung up, or dialling failed, which has told why already. */
export function disconnected(cause: unknown): ConnectionError {
  if (isConnectionError(cause)) return cause;
  return new ConnectionError('disconnected', 'connection: expected it to stay open, got its end', {
    cause,
    advice: 'The bus may have been stopped.',
  });
}

/** The other side calls on and on, and does not read what we answer. */
export function answersUnread(): ConnectionError {
  return new ConnectionError(
    'disconnected',
    'connection: expected our answers to be read, got only calls',
  );
}

/** The bus answered Hello with an error. */
export function helloFailed(cause: Error): ConnectionError {
  if (isConnectionError(cause)) return cause;
  return new ConnectionError('hello-failed', `bus: expected a name, got ${cause.message}`, {
    cause,
  });
}

/** The bus took our authentication and then hung up, as it does with those it may not serve. */
export function helloHungUp(cause: Error | undefined): ConnectionError {
  return new ConnectionError(
    'hello-failed',
    'bus: expected an answer to Hello, got the end of the connection',
    {
      cause,
      advice: 'The bus accepted the authentication but serves neither this user nor ANONYMOUS.',
    },
  );
}

/** What was received is not D-Bus. */
export function protocolBroken(cause: unknown): ConnectionError {
  const detail = cause instanceof Error ? cause.message : 'something else';
  return new ConnectionError('protocol', `connection: expected valid messages, got ${detail}`, {
    cause,
  });
}

/** The function that gets the trace threw: what it is for would go unnoticed otherwise. */
export function traceFailed(cause: unknown): ConnectionError {
  return new ConnectionError('trace-failed', 'trace: expected it to take a line, got an error', {
    cause,
  });
}
