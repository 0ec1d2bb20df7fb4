/** A private session bus, of either implementation, in a workspace of its own. */
import type { Supervised } from '../supervised.ts';
import { createWorkspace, type Workspace } from '../workspace.ts';
import { startDbusBroker } from './dbus-broker.ts';
import { startDbusDaemon } from './dbus-daemon.ts';

export type BusImplementation = 'dbus-daemon' | 'dbus-broker';
export type BusTransport = 'unix' | 'abstract' | 'tcp' | 'nonce-tcp';
export type BusMechanism = 'EXTERNAL' | 'DBUS_COOKIE_SHA1' | 'ANONYMOUS';

/** A service that the bus starts when somebody calls its name. */
export interface BusService {
  readonly name: string;
  /** The command line, in the quoting of a `.service` file. */
  readonly exec: string;
}

export interface BusOptions {
  /** Default `dbus-daemon`. */
  readonly implementation?: BusImplementation;
  /** Default `unix`. dbus-broker takes `unix` and `abstract` only. */
  readonly address?: BusTransport;
  /** The mechanisms offered; default: what the implementation offers by itself. dbus-daemon only. */
  readonly auth?: readonly BusMechanism[];
  /** Whether somebody who authenticated as ANONYMOUS may stay; default false. dbus-daemon only. */
  readonly anonymous?: boolean;
  /** Default: none, so that nothing is ever started by accident. dbus-daemon only. */
  readonly services?: readonly BusService[];
  /** How long an activated service may take to claim its name; default 25,000. dbus-daemon only. */
  readonly serviceStartTimeoutMs?: number;
}

export interface Bus extends AsyncDisposable {
  readonly kind: BusImplementation;
  /** As the bus printed it, with its guid. */
  readonly address: string;
  readonly pid: number;
  /** The whole environment for clients: HOME, XDG folders and DBUS_SESSION_BUS_ADDRESS. */
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: Workspace;
  stderrTail(): string;
  /** Ends the bus as a crash would; its folder stays until it is disposed of. */
  kill(): Promise<void>;
  /**
   * Ends it as a crash would and starts it again on the same socket, with nobody on it. The address
   * may have another guid then; services that were on the old one are not started again.
   */
  restart(): Promise<void>;
}

/** What a starter of one implementation hands back. */
export interface StartedBus {
  readonly process: Supervised;
  readonly address: string;
  /** What clients need in their environment besides the address. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Boots a private bus; ready when it resolves. */
export async function bootBus(options: BusOptions = {}): Promise<Bus> {
  const workspace = createWorkspace();
  const kind = options.implementation ?? 'dbus-daemon';
  try {
    const start = kind === 'dbus-daemon' ? startDbusDaemon : startDbusBroker;
    let started = await start(workspace, options);
    return {
      kind,
      get address() {
        return started.address;
      },
      get pid() {
        return started.process.pid;
      },
      get env() {
        return { ...workspace.env, ...started.env, DBUS_SESSION_BUS_ADDRESS: started.address };
      },
      workspace,
      stderrTail: () => started.process.stderrTail(),
      kill: () => started.process.kill(),
      restart: async () => {
        await started.process.kill();
        started = await start(workspace, options);
      },
      [Symbol.asyncDispose]: async () => {
        await started.process.kill();
        await workspace[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await workspace[Symbol.asyncDispose]();
    throw error;
  }
}
