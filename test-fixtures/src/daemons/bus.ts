/** A private session bus, of either implementation, in a workspace of its own. */
import { createWorkspace, type Workspace } from '../workspace.ts';
import type { BusImplementation, BusOptions } from './bus-options.ts';
import { startDbusBroker } from './dbus-broker.ts';
import { startDbusDaemon } from './dbus-daemon.ts';

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
