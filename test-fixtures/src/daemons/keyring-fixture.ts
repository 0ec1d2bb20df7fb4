/** What every booted keyring has in common, whichever daemon it is. */
import { Buffer } from 'node:buffer';
import { FixtureError } from '../errors.ts';
import { gdbusCall, gdbusProperty } from '../gdbus.ts';
import { PYTHON } from '../requires.ts';
import { runOrThrow } from '../run.ts';
import type { Supervised } from '../supervised.ts';
import { pythonScript } from '../workspace.ts';
import type { Bus } from './bus.ts';

export type KeyringKind = 'gnome-keyring' | 'kwallet' | 'keepassxc';

export const SECRETS_NAME = 'org.freedesktop.secrets';
export const SECRETS_PATH = '/org/freedesktop/secrets';

/** An item that is there before the test begins. */
export interface SeedItem {
  readonly label: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly secret: string | Uint8Array;
  /** Default `text/plain`. */
  readonly contentType?: string;
}

export interface Keyring extends AsyncDisposable {
  readonly kind: KeyringKind;
  readonly bus: Bus;
  readonly pid: number;
  /** The whole environment for clients. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The same for other people's clients. With KWallet their bus address leads through a proxy that
   * keeps them to plain sessions, because the encrypted ones fail now and then.
   */
  readonly peerEnv: Readonly<Record<string, string>>;
  /** The password that unlocks it. */
  readonly password: string;
  stderrTail(): string;
  /** Ends the daemon as a crash would; bus and files stay. Disposal does the same, files included. */
  kill(): Promise<void>;
  /** Asks the daemon to end, and waits until it has; bus and files stay. */
  stop(): Promise<void>;
}

/** Locks one collection, as a client would. */
export async function lockCollection(bus: Bus, path: string): Promise<void> {
  await gdbusCall(bus, {
    destination: SECRETS_NAME,
    path: SECRETS_PATH,
    method: 'org.freedesktop.Secret.Service.Lock',
    args: [`[objectpath '${path}']`],
  });
}

/** Fails unless the daemon says that the collection is locked, or that it is not. */
export async function expectLocked(
  bus: Bus,
  daemon: Supervised,
  path: string,
  expected: boolean,
): Promise<void> {
  const property = 'org.freedesktop.Secret.Collection.Locked';
  const locked = await gdbusProperty(bus, { destination: SECRETS_NAME, path, property });
  if (locked === String(expected)) return;
  const message = `${daemon.name}: expected Locked=${expected}, got ${locked}`;
  throw new FixtureError('not-ready', message, daemon.stderrTail());
}

/** Puts the items into the default collection, which must be unlocked, through a plain session. */
export async function seedItems(bus: Bus, items: readonly SeedItem[]): Promise<void> {
  if (items.length === 0) return;
  const encoded = items.map(({ secret, contentType = 'text/plain', ...item }) => ({
    ...item,
    secretBase64: Buffer.from(secret).toString('base64'),
    contentType,
  }));
  const input = JSON.stringify(encoded);
  await runOrThrow(PYTHON, ['-I', pythonScript('seed_items')], { env: bus.env, input });
}
