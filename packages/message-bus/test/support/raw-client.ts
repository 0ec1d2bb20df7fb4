/** A client that writes raw bytes to a bus's socket, for what a well-behaved one never sends. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseAddress } from '@keywire/dbus-wire';

export interface RawClient {
  readonly socket: Socket;
  /** Settles when the bus has hung up. */
  readonly closed: Promise<unknown>;
}

/** The path of a bus's socket. */
export function socketPath(address: string): string {
  const path = parseAddress(address)[0]?.parameters.get('path');
  if (typeof path !== 'string') throw new Error('expected a bus on a path');
  return path;
}

export async function rawClient(address: string): Promise<RawClient> {
  const socket = connect(socketPath(address));
  const closed = once(socket, 'close');
  // A reset is one way of being hung up on; 'close' follows.
  socket.on('error', () => {});
  await once(socket, 'connect');
  // What the bus says is not looked at, but has to be taken before the end can be seen.
  socket.resume();
  return { socket, closed };
}

/** AUTH EXTERNAL without identity and BEGIN, in one write. */
export const AUTHENTICATION = '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n';
