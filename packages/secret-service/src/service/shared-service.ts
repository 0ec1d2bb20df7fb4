/**
 * One connection of this process to the keyring, whatever number of users it has: daemons do not take
 * it well when clients come and go all the time (QUIRKS, G20). While nothing is under way it does not
 * keep the process alive: a program that never closes its keyring ends by itself.
 */
import type { ConnectOptions } from './options.ts';
import { SecretService } from './service.ts';

/** How to connect; what else there is to say is said with each call. */
export type ServiceOptions = Omit<ConnectOptions, 'signal'>;

/** One user of the shared connection. */
export interface ServiceLease {
  readonly service: SecretService;
  /** Does something on it; the process stays alive meanwhile, also while a dialog is up. */
  use<T>(work: (service: SecretService) => Promise<T>): Promise<T>;
  /** The last one to leave closes the connection. May be called twice. */
  release(): Promise<void>;
}

interface Shared {
  readonly service: SecretService;
  users: number;
  underWay: number;
}

const shared = new Map<string, Shared>();

/**
 * Takes part in the connection to a keyring, opened if there is none yet. Options that hold an object
 * (a connection, a trace, a clock, a profile) get one of their own.
 *
 * @param address - where the session bus is, as far as the environment says: it may change
 */
export function leaseService(options: ServiceOptions, address: string | undefined): ServiceLease {
  const name = nameOf(options, address);
  const entry = (name === undefined ? undefined : shared.get(name)) ?? opened(name, options);
  entry.users += 1;
  let isReleased = false;
  return {
    service: entry.service,
    use: (work) => kept(entry, work),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      entry.users -= 1;
      if (entry.users > 0) return;
      if (name !== undefined) shared.delete(name);
      await entry.service.close();
    },
  };
}

/** What tells one connection from another; `undefined` for what no text can tell. */
function nameOf(options: ServiceOptions, address: string | undefined): string | undefined {
  const { connection, trace, profile, clock, ...plain } = options;
  if ([connection, trace, profile, clock].some((each) => each !== undefined)) return undefined;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return JSON.stringify([given.sort(([a], [b]) => (a < b ? -1 : 1)), address]);
}

function opened(name: string | undefined, options: ServiceOptions): Shared {
  const entry = { service: SecretService.open(options), users: 0, underWay: 0 };
  entry.service.unref();
  if (name !== undefined) shared.set(name, entry);
  return entry;
}

async function kept<T>(entry: Shared, work: (service: SecretService) => Promise<T>): Promise<T> {
  // A prompt is no call of the connection: it is told by a signal, and must be waited for.
  // @rule keyring/idle-ends-with-program keywire#nothing-hangs
  if (entry.underWay === 0) entry.service.ref();
  entry.underWay += 1;
  try {
    return await work(entry.service);
  } finally {
    entry.underWay -= 1;
    if (entry.underWay === 0) entry.service.unref();
  }
}
