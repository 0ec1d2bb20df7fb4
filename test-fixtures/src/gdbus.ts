/**
 * Calls on a bus through GLib's own client, so that no D-Bus code of ours decides whether a daemon
 * is ready. Arguments and results are GVariant text.
 */
import { runOrThrow } from './run.ts';

const BUS = 'org.freedesktop.DBus';

interface BusLike {
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface GdbusCall {
  readonly destination: string;
  readonly path: string;
  /** Interface and member: `org.freedesktop.Secret.Service.Lock`. */
  readonly method: string;
  /** GVariant text, one for each argument. */
  readonly args?: readonly string[];
  readonly timeoutMs?: number;
}

/** Makes one call and resolves to the reply's body as GVariant text, without its outer brackets. */
export async function gdbusCall(bus: BusLike, call: GdbusCall): Promise<string> {
  const { destination, path, method, args = [], timeoutMs = 25_000 } = call;
  const seconds = String(Math.ceil(timeoutMs / 1000));
  const text = await runOrThrow(
    '/usr/bin/gdbus',
    ['call', '--address', bus.address, '--dest', destination, '--object-path', path]
      .concat(['--method', method, '--timeout', seconds, '--'])
      .concat(args),
    { env: bus.env, timeoutMs: timeoutMs + 5_000 },
  );
  return text.trim().replace(/^\((.*?),?\)$/su, '$1');
}

/** One property as GVariant text. */
export async function gdbusProperty(
  bus: BusLike,
  { destination, path, property }: { destination: string; path: string; property: string },
): Promise<string> {
  const dot = property.lastIndexOf('.');
  const text = await gdbusCall(bus, {
    destination,
    path,
    method: `${BUS}.Properties.Get`,
    args: [property.slice(0, dot), property.slice(dot + 1)],
  });
  return text.replace(/^<(.*)>$/su, '$1');
}

/**
 * Waits until this very process owns the name. The waiting is an event of the bus
 * (NameOwnerChanged); the owner is looked at afterwards because a predecessor that has just ended
 * may still be on the bus's books for a moment.
 */
export async function waitForOwner(bus: BusLike, name: string, pid: number): Promise<void> {
  for (;;) {
    await runOrThrow(
      '/usr/bin/gdbus',
      ['wait', '--address', bus.address, '--timeout', '60', name],
      { env: bus.env, timeoutMs: 65_000 },
    );
    if ((await ownerPid(bus, name)) === pid) return;
  }
}

/** The process id of a name's owner, or undefined when nobody owns it. */
export async function ownerPid(bus: BusLike, name: string): Promise<number | undefined> {
  const isOwned = await gdbusCall(bus, busCall('NameHasOwner', name));
  if (isOwned !== 'true') return undefined;
  const text = await gdbusCall(bus, busCall('GetConnectionUnixProcessID', name));
  return Number(text.replace('uint32 ', ''));
}

function busCall(member: string, name: string): GdbusCall {
  return {
    destination: BUS,
    path: '/org/freedesktop/DBus',
    method: `${BUS}.${member}`,
    args: [name],
  };
}
