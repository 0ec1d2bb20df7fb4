// Boots real keyrings and opens ours on them; what a test opened is closed when it ends.

import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type GnomeKeyringOptions,
  type KeePassXCOptions,
  type Keyring as KeyringFixture,
  type KeyringKind,
  type KWalletOptions,
  type Requirement,
  requires,
} from '../../../../test-fixtures/src/index.ts';
import { type Keyring, type OpenKeyringOptions, openKeyring } from '../../src/index.ts';

/** Prompts that complete by themselves may take their time on a loaded machine. */
const PATIENT = { promptMs: 30_000 };

export const KINDS: readonly KeyringKind[] = ['gnome-keyring', 'kwallet', 'keepassxc'];

export interface BootOptions {
  readonly 'gnome-keyring'?: GnomeKeyringOptions | undefined;
  readonly kwallet?: KWalletOptions | undefined;
  readonly keepassxc?: KeePassXCOptions | undefined;
}

const BOOT: Readonly<Record<KeyringKind, (options: BootOptions) => Promise<KeyringFixture>>> = {
  'gnome-keyring': (options) => bootGnomeKeyring(options['gnome-keyring']),
  kwallet: (options) => bootKWallet(options.kwallet),
  keepassxc: (options) => bootKeePassXC(options.keepassxc),
};

/** What a test body works with. */
export interface Bench<K extends KeyringFixture = KeyringFixture> {
  readonly fixture: K;
  readonly address: string;
  /** Opens a keyring on the fixture's bus, and closes it when the test ends. */
  open(options?: OpenKeyringOptions): Promise<Keyring>;
}

/** Registers a test for each kind, or the skipping of it. */
export function onEach(
  name: string,
  needs: readonly Requirement[],
  body: (bench: Bench) => Promise<void>,
  options: BootOptions = {},
  kinds: readonly KeyringKind[] = KINDS,
): void {
  for (const kind of kinds) {
    const title = `${kind}: ${name}`;
    const missing = requires('dbus-daemon', kind, ...needs);
    if (missing === undefined) test(title, () => withBench(() => BOOT[kind](options), body));
    else test.skip(title, missing);
  }
}

/** Registers a test on gnome-keyring alone, the one whose prompts can be answered. */
export function onGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  needs: readonly Requirement[],
  body: (bench: Bench<Awaited<ReturnType<typeof bootGnomeKeyring>>>) => Promise<void>,
): void {
  const prompter: Requirement[] = options.prompter === undefined ? [] : ['mock-prompter'];
  const missing = requires('dbus-daemon', 'gnome-keyring', ...prompter, ...needs);
  const title = `gnome-keyring: ${name}`;
  if (missing === undefined) test(title, () => withBench(() => bootGnomeKeyring(options), body));
  else test.skip(title, missing);
}

async function withBench<K extends KeyringFixture>(
  boot: () => Promise<K>,
  body: (bench: Bench<K>) => Promise<void>,
): Promise<void> {
  await using fixture = await boot();
  const address = fixture.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  const opened: Keyring[] = [];
  try {
    const open = async (options: OpenKeyringOptions = {}): Promise<Keyring> => {
      const connect = { address, timeouts: PATIENT, ...options.connect };
      const keyring = await openKeyring({ config: 'none', interactive: true, ...options, connect });
      opened.push(keyring);
      return keyring;
    };
    await body({ fixture, address, open });
  } finally {
    for (const keyring of opened) await keyring.close();
  }
}
