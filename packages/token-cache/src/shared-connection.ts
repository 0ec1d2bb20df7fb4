/**
 * One connection of this process for each way to connect, kept open: a cache is read and saved again
 * and again, and daemons do not take it well when clients come and go all the time (QUIRKS, G20).
 * While nothing is under way it does not keep the process alive.
 */
import { type ConnectOptions, SecretService } from '@keywire/secret-service';
import { sessionBusAddress } from './io/platform.ts';

interface Shared {
  readonly service: SecretService;
  underWay: number;
}

const shared = new Map<string, Shared>();

/** Does something on the connection; the process stays alive meanwhile, also while a dialog is up. */
export async function withSharedService<Result>(
  connect: ConnectOptions,
  work: (service: SecretService) => Promise<Result>,
): Promise<Result> {
  const name = nameOf(connect);
  if (name === undefined) {
    await using service = SecretService.open(connect);
    return await work(service);
  }
  const entry = shared.get(name) ?? opened(name, connect);
  if (entry.underWay === 0) entry.service.ref();
  entry.underWay += 1;
  try {
    return await work(entry.service);
  } finally {
    entry.underWay -= 1;
    if (entry.underWay === 0) entry.service.unref();
  }
}

function opened(name: string, connect: ConnectOptions): Shared {
  const entry = { service: SecretService.open(connect), underWay: 0 };
  entry.service.unref();
  shared.set(name, entry);
  return entry;
}

/** What tells one connection from another; `undefined` for one that cannot be told by a text. */
function nameOf(connect: ConnectOptions): string | undefined {
  const values = Object.entries(connect).filter(([, value]) => value !== undefined);
  const isPlain = values.every(
    ([name, value]) =>
      name === 'timeouts' || (typeof value !== 'object' && typeof value !== 'function'),
  );
  if (!isPlain) return undefined;
  return JSON.stringify([values.sort(([a], [b]) => (a < b ? -1 : 1)), sessionBusAddress()]);
}
