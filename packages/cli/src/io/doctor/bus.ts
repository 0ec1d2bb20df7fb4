/**
 * Looks at the bus and at the keyring on it. A keyring that is not running and can be started is
 * started, as a store would; nobody is asked anything unless unlocking was asked for.
 */
import { statSync } from 'node:fs';
import process from 'node:process';
import {
  type Connection,
  connect,
  findBusAddress,
  isConnectionError,
  isDBusErrorReply,
  processWorld,
  Variant,
} from '@keywire/dbus-wire';
import {
  DAEMON_PROFILES,
  isSecretServiceError,
  SERVICE_NAME,
  SecretService,
} from '@keywire/secret-service';
import { socketPaths, sourceOf, usualPaths } from '../../doctor/bus-address.ts';
import { daemonOfFamily } from '../../doctor/daemons.ts';
import {
  ALIASES,
  type Alias,
  type BusFacts,
  type FactsOptions,
  type FailureFact,
  type OwnerFacts,
  type ServiceFacts,
  type SocketFact,
} from '../../types/doctor.ts';
import { displaysOf, programOf, versionOf } from './processes.ts';

interface Found {
  readonly bus: BusFacts;
  readonly service: ServiceFacts | undefined;
}

export async function collectBus(options: FactsOptions, signal: AbortSignal): Promise<Found> {
  const { DBUS_SESSION_BUS_ADDRESS: variable, XDG_RUNTIME_DIR: runtime } = process.env;
  const world = processWorld();
  let address: string | undefined;
  try {
    address = findBusAddress('session', world);
    const bus = {
      address,
      source: sourceOf(variable, address, runtime),
      sockets: sockets(address),
    };
    const { timeoutMs } = options;
    const connection = await connect({ address, timeoutMs, replyTimeoutMs: timeoutMs, signal });
    try {
      return { bus, service: await collectService(connection, options, signal) };
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (signal.aborted || !isConnectionError(error)) throw error;
    const looked =
      address === undefined ? usualPaths(runtime, world.uid).map(socketFact) : sockets(address);
    const source = sourceOf(variable, address, runtime);
    return {
      bus: { address, source, sockets: looked, failure: failureFact(error) },
      service: undefined,
    };
  }
}

function sockets(address: string): readonly SocketFact[] {
  return socketPaths(address).map(socketFact);
}

function socketFact(path: string): SocketFact {
  try {
    const stats = statSync(path);
    const kind = stats.isSocket() ? 'socket' : 'other';
    return { path, kind, ownerUid: stats.uid, mode: stats.mode & 0o7777 };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { path, kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' };
  }
}

async function collectService(
  connection: Connection,
  options: FactsOptions,
  signal: AbortSignal,
): Promise<ServiceFacts> {
  const activatable = await askIfThere(connection, 'ListActivatableNames', '', []);
  const names: readonly unknown[] = Array.isArray(activatable) ? activatable : [];
  const nothing = {
    isActivatable: names.includes(SERVICE_NAME),
    quirks: [],
    collections: [],
    aliases: {},
  };
  let uniqueName = await ownerOf(connection, SERVICE_NAME);
  if (uniqueName === undefined && nothing.isActivatable) {
    try {
      await ask(connection, 'StartServiceByName', 'su', [SERVICE_NAME, 0]);
    } catch (error) {
      if (signal.aborted || isEndOfBus(error)) throw error;
      return { ...nothing, failure: failureFact(error) };
    }
    uniqueName = await ownerOf(connection, SERVICE_NAME);
  }
  if (uniqueName === undefined) return nothing;
  const owner = await describeOwner(connection, uniqueName);
  try {
    const state = await readState(connection, names, options, signal);
    return { ...nothing, ...state, owner };
  } catch (error) {
    if (signal.aborted || isEndOfBus(error)) throw error;
    return { ...nothing, owner, failure: failureFact(error) };
  }
}

function isEndOfBus(error: unknown): boolean {
  return isConnectionError(error) && error.code === 'disconnected';
}

async function describeOwner(connection: Connection, uniqueName: string): Promise<OwnerFacts> {
  const answer = await askIfThere(connection, 'GetConnectionCredentials', 's', [uniqueName]);
  const credential = (name: string): number | undefined => {
    const value: unknown = answer instanceof Map ? answer.get(name) : undefined;
    return value instanceof Variant && typeof value.value === 'number' ? value.value : undefined;
  };
  const [pid, uid] = [credential('ProcessID'), credential('UnixUserID')];
  if (pid === undefined) return { uniqueName, uid };
  const program = programOf(pid);
  const version = program === undefined ? undefined : await versionOf(pid, program);
  return { uniqueName, pid, uid, program, version, displays: displaysOf(pid) };
}

type State = Omit<ServiceFacts, 'isActivatable' | 'owner' | 'failure'>;

async function readState(
  connection: Connection,
  activatable: readonly unknown[],
  options: FactsOptions,
  signal: AbortSignal,
): Promise<State> {
  const { timeoutMs } = options;
  const timeouts = { connectMs: timeoutMs, replyMs: timeoutMs, promptMs: timeoutMs };
  const session = 'prefer-encrypted' as const;
  const service = await SecretService.connect({ connection, session, timeouts, signal });
  try {
    const family = await service.daemon();
    const unlocking = options.isUnlocking ? await unlock(service, signal) : undefined;
    const collections = await service.collections({ signal });
    const described = await Promise.all(
      collections.map(async (collection) => {
        const { label, isLocked } = await collection.properties({ signal });
        return { path: collection.path, label, isLocked };
      }),
    );
    return {
      family,
      quirks: DAEMON_PROFILES.find((profile) => profile.family === family)?.quirks ?? [],
      isEncrypted: service.session?.encrypted,
      collections: described,
      aliases: await readAliases(service, signal),
      prompter: await findPrompter(connection, activatable, family),
      unlocking,
    };
  } finally {
    await service.close();
  }
}

async function readAliases(
  service: SecretService,
  signal: AbortSignal,
): Promise<Partial<Record<Alias, string>>> {
  const paths = await Promise.all(
    ALIASES.map(
      async (alias) => [alias, (await service.readAlias(alias, { signal }))?.path] as const,
    ),
  );
  return Object.fromEntries(paths.filter(([, path]) => path !== undefined));
}

async function unlock(
  service: SecretService,
  signal: AbortSignal,
): Promise<NonNullable<ServiceFacts['unlocking']> | undefined> {
  const standard = await service.defaultCollection({ create: false, signal });
  if (standard === undefined) return undefined;
  try {
    await service.unlock([standard], { signal });
    return 'unlocked';
  } catch (error) {
    if (signal.aborted || !isSecretServiceError(error)) throw error;
    return failureFact(error);
  }
}

async function findPrompter(
  connection: Connection,
  activatable: readonly unknown[],
  family: string,
): Promise<ServiceFacts['prompter']> {
  const name = daemonOfFamily(family)?.prompterName;
  if (name === undefined) return undefined;
  if ((await ownerOf(connection, name)) !== undefined) return 'running';
  return activatable.includes(name) ? 'activatable' : 'missing';
}

async function ownerOf(connection: Connection, name: string): Promise<string | undefined> {
  const owner = await askIfThere(connection, 'GetNameOwner', 's', [name]);
  return typeof owner === 'string' ? owner : undefined;
}

/** As {@link ask}; `undefined` where the bus knows nothing of what is asked, or does not tell. */
async function askIfThere(...call: Parameters<typeof ask>): Promise<unknown> {
  try {
    return await ask(...call);
  } catch (error) {
    if (isDBusErrorReply(error)) return undefined;
    throw error;
  }
}

/** A call to the bus itself; its first value. */
async function ask(
  connection: Connection,
  member: string,
  signature: string,
  body: readonly unknown[],
): Promise<unknown> {
  const reply = await connection.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member,
    signature,
    body,
  });
  return reply.body[0];
}

/** The name and the text of an error; a reply's text is the bus's own, about programs and times. */
function failureFact(error: unknown): FailureFact {
  if (isDBusErrorReply(error)) {
    const [text] = error.body;
    const detail = typeof text === 'string' ? `: ${text}` : '';
    return { code: error.errorName, message: `${error.errorName}${detail}` };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return { code, message: error instanceof Error ? error.message : 'unknown' };
}
