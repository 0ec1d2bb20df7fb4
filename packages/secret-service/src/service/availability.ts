// Whether a Secret Service can be had, without starting one and without asking anyone anything.

import { connect } from '@keywire/dbus-wire';
import type { BusConnection } from '../daemon/bus-links.ts';
import { normaliseError } from '../errors/error-normalisation.ts';
import { BUS_INTERFACE, BUS_NAME, BUS_PATH, SERVICE_NAME } from '../protocol/names.ts';
import { type ConnectOptions, checkOptions } from './options.ts';

/** Options of {@link isAvailable}. */
export type AvailabilityOptions = Pick<ConnectOptions, 'bus' | 'address' | 'connection' | 'signal'>;

/**
 * Whether the service's name is owned or can be activated. Without a bus the answer is false.
 * Starts nothing and prompts nothing; that a service will also be of use is not known by it.
 *
 * @throws {@link AbortedError} when the signal fires; {@link InvalidArgumentError} for an option that
 * is none
 */
export async function isAvailable(options: AvailabilityOptions = {}): Promise<boolean> {
  checkOptions(options);
  const { connection, signal } = options;
  try {
    if (connection !== undefined) return await isKnown(connection, signal);
    const own = await connect({
      ...(options.bus === undefined ? {} : { bus: options.bus }),
      ...(options.address === undefined ? {} : { address: options.address }),
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      return await isKnown(own, signal);
    } finally {
      await own.close();
    }
  } catch (error) {
    const subject = 'isAvailable';
    if (signal?.aborted) throw normaliseError(error, { subject, isWrite: false, isFirst: true });
    // The question is only whether: connect() tells why not.
    return false;
  }
}

async function isKnown(
  connection: BusConnection,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // A daemon need not be activatable, and an activatable one need not run: either is enough.
  // @rule secret/owned-or-activatable quirk#P14
  const [isOwned, activatable] = await Promise.all([
    ask(connection, 'NameHasOwner', 's', [SERVICE_NAME], signal),
    ask(connection, 'ListActivatableNames', '', [], signal),
  ]);
  return isOwned === true || (Array.isArray(activatable) && activatable.includes(SERVICE_NAME));
}

async function ask(
  connection: BusConnection,
  member: string,
  signature: string,
  body: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const reply = await connection.call({
    destination: BUS_NAME,
    path: BUS_PATH,
    interface: BUS_INTERFACE,
    member,
    signature,
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  return reply.body[0];
}
