/**
 * A bus address in front of another one, over which bytes pass both ways. What is built on it looks
 * at the bytes, or changes them. File descriptors do not pass, and a daemon that asks for its
 * caller's process id is told the test's.
 */
import { once } from 'node:events';
import { createConnection, createServer, type NetConnectOpts, type Socket } from 'node:net';
import path from 'node:path';
import { createWorkspace } from './workspace.ts';

/** What one connection's bytes go through. */
export interface Tap {
  /** The client's bytes; what it returns goes on to the bus. */
  out(chunk: Uint8Array): Uint8Array;
  /** The bus's bytes; what it returns goes on to the client. */
  in(chunk: Uint8Array): Uint8Array;
}

export interface Relay extends AsyncDisposable {
  readonly address: string;
  /** Breaks every connection that is open, as a bus that dies would; new ones are taken. */
  disconnect(): void;
}

/** Listens on a socket of its own; every connection is passed on to the given bus address. */
export async function startRelay(target: string, createTap: () => Tap): Promise<Relay> {
  const destination = parseTarget(target);
  const workspace = createWorkspace();
  const socketPath = path.join(workspace.folder, 'relay');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const bus = createConnection({ ...destination, allowHalfOpen: true });
    const tap = createTap();
    forward(client, bus, (chunk) => tap.out(chunk));
    forward(bus, client, (chunk) => tap.in(chunk));
    for (const socket of [client, bus]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(socketPath);
  await once(server, 'listening');
  server.unref();
  return {
    address: `unix:path=${socketPath}`,
    disconnect: () => {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      await workspace[Symbol.asyncDispose]();
    },
  };
}

function forward(from: Socket, to: Socket, pass: (chunk: Uint8Array) => Uint8Array): void {
  from.on('data', (chunk: Uint8Array) => {
    const passed = pass(chunk);
    if (to.destroyed || to.write(passed)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('end', () => to.end());
  // One end that breaks breaks the other, as if there were nothing in between.
  from.on('error', () => to.destroy());
}

function parseTarget(address: string): NetConnectOpts {
  const [transport = '', text = ''] = address.split(':', 2);
  const parameters = new Map(
    text.split(',').map((pair): [string, string] => {
      const [key = '', value = ''] = pair.split('=', 2);
      return [key, decodeURIComponent(value)];
    }),
  );
  const socketPath = parameters.get('path');
  const host = parameters.get('host');
  if (transport === 'unix' && socketPath !== undefined) return { path: socketPath };
  if (transport === 'tcp' && host !== undefined) {
    return { host, port: Number(parameters.get('port')) };
  }
  throw new TypeError(`relay: expected unix:path or tcp, got ${transport}`);
}
