/**
 * Starts an embedded message bus on a unix socket in a folder that only its user can open.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus
 */
import { randomBytes } from 'node:crypto';
import { chmod, rename } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {
  formatAddressEntry,
  isBusName,
  isConnectionError,
  isUniqueName,
  parseAddress,
} from '@keywire/dbus-wire';
import { checkOptionNames, readMachineId, systemClock } from '@keywire/dbus-wire/server';
import { Bus } from '../bus.ts';
import { MessageBusError } from '../errors.ts';
import { type BusLimits, effectiveLimits } from '../limits.ts';
import {
  checkBusFolder,
  MAX_SOCKET_PATH_BYTES,
  makeBusFolder,
  removeBusFolder,
} from './bus-folder.ts';
import { ClientSocket } from './client-socket.ts';
import { NEW_SOCKET_NAME, SOCKET_NAME } from './stale-folders.ts';

/** What {@link startMessageBus} takes. */
export interface MessageBusOptions {
  /** `unix:path=…` in a 0700 folder of this user; by default a fresh folder is made. */
  readonly address?: string | undefined;
  /** Limits that differ from {@link DEFAULT_BUS_LIMITS}. */
  readonly limits?: Partial<BusLimits> | undefined;
  /** Names to bring up when somebody calls them, and how. */
  readonly services?: Readonly<Record<string, () => Promise<void>>> | undefined;
}

/** A bus that runs until it is closed. */
export interface MessageBus {
  /** What clients put into DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string;
  /** How many clients are connected and have a name: another bus that only looks whether we live is none. */
  readonly clientCount: number;
  /** Ends every connection and removes the socket, and the folder if the bus made it. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const OPTION_NAMES: Readonly<Record<keyof MessageBusOptions, true>> = {
  address: true,
  limits: true,
  services: true,
};

/**
 * Starts a message bus.
 *
 * @throws {@link MessageBusError} with code `address-not-supported`, `path-too-long`,
 * `unsafe-folder`, `unusable-folder`, `address-in-use` or `listen-failed`
 * @throws TypeError or RangeError for an option that is none
 */
export async function startMessageBus(options: MessageBusOptions = {}): Promise<MessageBus> {
  // @rule bus/option-names keywire#bad-input
  checkOptionNames('options', options, OPTION_NAMES);
  const limits = effectiveLimits(options.limits);
  const services = checkedServices(options.services);
  const place = await findPlace(options.address);
  const id = randomBytes(16).toString('hex');
  const bus = new Bus({
    id,
    // A machine without an id still answers the call: this bus's own id stands in.
    machineId: readMachineId() ?? id,
    userId: process.geteuid?.() ?? 0,
    limits,
    activation: {
      services,
      startDeadline: (expired) => systemClock.schedule(limits.activationTimeoutMs, expired),
    },
  });
  const clients = new Set<ClientSocket>();
  const server = createServer((socket) => accept(socket, bus, clients));
  await listenAt(server, place);
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const client of [...clients]) client.close();
    await closed;
    await place.remove();
  };
  return {
    address: formatAddressEntry({
      transport: 'unix',
      parameters: new Map([
        ['path', place.socketPath],
        ['guid', id],
      ]),
    }),
    get clientCount() {
      return [...clients].filter((client) => client.isComplete).length;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What nobody could own or start would be found out by the first call to it. */
function checkedServices(
  services: MessageBusOptions['services'] = {},
): ReadonlyMap<string, () => Promise<void>> {
  for (const [name, start] of Object.entries(services)) {
    if (!isBusName(name) || isUniqueName(name)) {
      throw new TypeError('services: expected well-known bus names, got another');
    }
    if (typeof start !== 'function') {
      throw new TypeError(`services: expected a function for ${name}, got ${typeof start}`);
    }
  }
  return new Map(Object.entries(services));
}

function accept(socket: Socket, bus: Bus, clients: Set<ClientSocket>): void {
  const { limits } = bus.hub;
  const incomplete = [...clients].filter((client) => !client.isComplete).length;
  // @rule bus/connection-limit keywire#embedded-bus-limits
  if (clients.size >= limits.maxConnections || incomplete >= limits.maxIncompleteConnections) {
    socket.destroy();
    return;
  }
  const client = new ClientSocket({
    socket,
    bus,
    gone: () => {
      cancelDeadline();
      clients.delete(client);
    },
  });
  clients.add(client);
  // @rule bus/auth-time keywire#embedded-bus-limits
  const cancelDeadline = systemClock.schedule(limits.authTimeoutMs, () => {
    if (!client.isComplete) client.close();
  });
}

interface Place {
  readonly socketPath: string;
  /** Where the socket lies until it listens: in a folder of ours, where the name then says so. */
  readonly listenPath?: string;
  readonly remove: () => Promise<void>;
}

async function findPlace(address: string | undefined): Promise<Place> {
  if (address === undefined) {
    const folder = await makeBusFolder();
    return {
      ...place(path.join(folder, SOCKET_NAME), () => removeBusFolder(folder)),
      listenPath: path.join(folder, NEW_SOCKET_NAME),
    };
  }
  const [entry, ...others] = readAddress(address);
  const socketPath = entry?.parameters.get('path');
  // @rule bus/listens-on-paths-only keywire#embedded-bus-access
  if (entry?.transport !== 'unix' || typeof socketPath !== 'string' || others.length > 0) {
    throw new MessageBusError(
      'address-not-supported',
      'bus address: expected one unix:path=…; this bus listens on nothing that others can reach',
    );
  }
  await checkBusFolder(path.dirname(socketPath));
  return place(socketPath, async () => {});
}

function readAddress(address: string): ReturnType<typeof parseAddress> {
  try {
    return parseAddress(address);
  } catch (cause) {
    if (!isConnectionError(cause)) throw cause;
    throw new MessageBusError('address-not-supported', `bus address: ${cause.message}`, { cause });
  }
}

function place(socketPath: string, remove: () => Promise<void>): Place {
  const bytes = Buffer.byteLength(socketPath);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    throw new MessageBusError(
      'path-too-long',
      `${socketPath}: expected at most ${MAX_SOCKET_PATH_BYTES} bytes, got ${bytes}`,
    );
  }
  return { socketPath, remove };
}

/** Listens where clients look, or leaves nothing there. */
async function listenAt(server: Server, place: Place): Promise<void> {
  try {
    await listen(server, place.listenPath ?? place.socketPath);
    if (place.listenPath !== undefined) await rename(place.listenPath, place.socketPath);
  } catch (error) {
    if (server.listening) server.close();
    await place.remove();
    throw error;
  }
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // For good: once it listens, an error is a connection that could not be taken, which is not taken.
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      reject(
        new MessageBusError(
          isTaken ? 'address-in-use' : 'listen-failed',
          `${socketPath}: expected to listen there, got ${cause.code ?? cause.message}`,
          { cause },
        ),
      );
    });
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
}
