/**
 * A server that keeps no rules: for each connection a script decides which raw bytes are written
 * and when the connection ends. It knows nothing of D-Bus.
 */
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { createWorkspace } from '../workspace.ts';

/** What a script can do with its connection. */
export interface HostileConnection {
  /** Writes text (each character one byte) or bytes; resolves when the system has taken them. */
  write(data: string | Uint8Array): Promise<void>;
  /** Resolves when the client has said something that ends like this, so far or later. */
  heard(text: string): Promise<void>;
  /** Everything that the client has said, each byte one character. */
  readonly said: string;
  /** Reads no more. */
  pause(): void;
  /** Ends after what was written. */
  end(): void;
  /** Cuts the connection. */
  cut(): void;
  /** Resolves when the client is gone. */
  readonly gone: Promise<void>;
}

/** Plays the server's part on one connection; `index` counts the connections from 0. */
export type HostileScript = (connection: HostileConnection, index: number) => Promise<void> | void;

export interface HostileServer extends AsyncDisposable {
  readonly address: string;
  /** How many connections were made. */
  readonly connections: number;
}

/** Listens on a socket of its own; every connection is given to the script. */
export async function startHostileServer(script: HostileScript): Promise<HostileServer> {
  const workspace = createWorkspace();
  const socketPath = path.join(workspace.folder, 'hostile');
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    // A script that is overtaken by the end of its connection has nothing to tell.
    Promise.resolve(script(scripted(socket), connections++)).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    address: `unix:path=${socketPath}`,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await workspace[Symbol.asyncDispose]();
    },
  };
}

function scripted(socket: Socket): HostileConnection {
  let said = '';
  let waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  socket.on('data', (chunk: Uint8Array) => {
    for (const byte of chunk) said += String.fromCharCode(byte);
    waiting = waiting.filter(({ text, resolve }) => {
      if (!said.includes(text)) return true;
      resolve();
      return false;
    });
  });
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        const bytes = typeof data === 'string' ? latin1(data) : data;
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    heard: (text) =>
      said.includes(text)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ text, resolve })),
    get said() {
      return said;
    },
    pause: () => socket.pause(),
    end: () => socket.end(),
    cut: () => socket.destroy(),
    gone: new Promise((resolve) => socket.once('close', () => resolve())),
  };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
