/** A socket that pretends to be a bus: it answers SASL and calls as a script says, or not at all. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeMessage, type Message, MessageParser } from '@keywire/dbus-wire';

/** What the peer does with a fresh connection. */
export type Behaviour = (socket: Socket) => void;

export interface HostileBus extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

export async function startHostileBus(behaviour: Behaviour): Promise<HostileBus> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
  const socketPath = path.join(folder, 'bus');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // The client ends the connection whenever it has seen enough.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    behaviour(socket);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    env: {
      PATH: '/usr/bin:/bin',
      HOME: folder,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${socketPath}`,
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

const BEGIN = 'BEGIN\r\n';

/** Lets the client in, and hands over what it sends after BEGIN. */
export function afterLogin(onBytes: (socket: Socket, chunk: Uint8Array) => void): Behaviour {
  return (socket) => {
    let login = '';
    let isIn = false;
    socket.on('data', (chunk: Buffer) => {
      if (isIn) return onBytes(socket, chunk);
      login += chunk.toString('latin1');
      const begin = login.indexOf(BEGIN);
      if (begin < 0) return undefined;
      isIn = true;
      // An identity not sent with AUTH is asked for, and comes in a line of its own.
      const isAskedFor = /^\0AUTH EXTERNAL\r\n/u.test(login);
      socket.write(`${isAskedFor ? 'DATA\r\n' : ''}OK 0123456789abcdef0123456789abcdef\r\n`);
      const rest = Buffer.from(login.slice(begin + BEGIN.length), 'latin1');
      if (rest.length > 0) onBytes(socket, rest);
      return undefined;
    });
  };
}

/** Lets the client in, and answers each of its calls with the bytes that `answer` gives. */
export function answering(answer: (call: Message) => Uint8Array | undefined): Behaviour {
  const parser = new MessageParser();
  return afterLogin((socket, chunk) => {
    for (const call of parser.feed(chunk)) {
      const bytes = answer(call);
      if (bytes !== undefined) socket.write(bytes);
    }
  });
}

/** A well-formed reply to Hello; other calls are left to the caller. */
export function helloReply(call: Message): Uint8Array | undefined {
  if (call.member !== 'Hello') return undefined;
  return encodeMessage({
    type: 'method_return',
    serial: call.serial,
    replySerial: call.serial,
    sender: 'org.freedesktop.DBus',
    destination: ':1.5',
    signature: 's',
    body: [':1.5'],
  });
}
