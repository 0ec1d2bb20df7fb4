/** What can go wrong while a message bus is started; clients' faults never surface here. */

/** Why a bus could not be started. */
export type MessageBusErrorCode =
  /** The address is not one `unix:path=` that this bus can listen on. */
  | 'address-not-supported'
  /** The socket's path is longer than a socket address holds. */
  | 'path-too-long'
  /** Another user owns the folder given, can open it, or can put another in its place. */
  | 'unsafe-folder'
  /** No folder could be made for the socket, or there is none at the path given. */
  | 'unusable-folder'
  /** Something else lies or listens at the path. */
  | 'address-in-use'
  /** The system refused to listen. */
  | 'listen-failed';

/** A message bus that could not be started. */
export class MessageBusError extends Error {
  override readonly name = 'MessageBusError';
  readonly code: MessageBusErrorCode;

  constructor(code: MessageBusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells a MessageBusError, also one of another copy of this package. */
export function isMessageBusError(error: unknown): error is MessageBusError {
  return error instanceof Error && error.name === 'MessageBusError' && 'code' in error;
}
