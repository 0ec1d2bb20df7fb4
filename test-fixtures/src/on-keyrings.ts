/** Registers one test for each real keyring: boots it on a private bus, and ends it after the body. */
import {
  bootGnomeKeyring,
  type GnomeKeyring,
  type GnomeKeyringOptions,
} from './daemons/gnome-keyring.ts';
import { bootKeePassXC, type KeePassXCOptions } from './daemons/keepassxc.ts';
import type { Keyring, KeyringKind } from './daemons/keyring-fixture.ts';
import { bootKWallet, type KWalletOptions } from './daemons/kwallet.ts';
import { test } from './harness.ts';
import { type Requirement, requires } from './requires.ts';

export const KEYRING_KINDS: readonly KeyringKind[] = ['gnome-keyring', 'kwallet', 'keepassxc'];

/** How each kind is booted in a test that runs on several. */
export interface KeyringBootOptions {
  readonly 'gnome-keyring'?: GnomeKeyringOptions | undefined;
  readonly kwallet?: KWalletOptions | undefined;
  readonly keepassxc?: KeePassXCOptions | undefined;
}

const BOOT: Readonly<Record<KeyringKind, (options: KeyringBootOptions) => Promise<Keyring>>> = {
  'gnome-keyring': (options) => bootGnomeKeyring(options['gnome-keyring']),
  kwallet: (options) => bootKWallet(options.kwallet),
  keepassxc: (options) => bootKeePassXC(options.keepassxc),
};

/** Registers a test for each kind, or the skipping of it. */
export function testOnEachKeyring(
  name: string,
  needs: readonly Requirement[],
  body: (keyring: Keyring) => Promise<void>,
  options: KeyringBootOptions = {},
  kinds: readonly KeyringKind[] = KEYRING_KINDS,
): void {
  for (const kind of kinds) {
    testBooted(`${kind}: ${name}`, [kind, ...needs], () => BOOT[kind](options), body);
  }
}

/** Registers a test on gnome-keyring alone, whose prompts a mock can answer. */
export function testOnGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  needs: readonly Requirement[],
  body: (keyring: GnomeKeyring) => Promise<void>,
): void {
  const prompter: Requirement[] = options.prompter === undefined ? [] : ['mock-prompter'];
  const all: Requirement[] = ['gnome-keyring', ...prompter, ...needs];
  testBooted(`gnome-keyring: ${name}`, all, () => bootGnomeKeyring(options), body);
}

function testBooted<K extends Keyring>(
  title: string,
  needs: readonly Requirement[],
  boot: () => Promise<K>,
  body: (keyring: K) => Promise<void>,
): void {
  const missing = requires('dbus-daemon', ...needs);
  if (missing !== undefined) {
    test.skip(title, missing);
    return;
  }
  test(title, async () => {
    await using keyring = await boot();
    await body(keyring);
  });
}
