// Boots real keyrings and opens ours on them; what a test opened is closed when it ends.

import type {
  GnomeKeyring,
  GnomeKeyringOptions,
  Keyring as KeyringFixture,
  KeyringKind,
  Requirement,
} from '../../../../test-fixtures/src/index.ts';
import {
  KEYRING_KINDS,
  type KeyringBootOptions,
  testOnEachKeyring,
  testOnGnomeKeyring,
} from '../../../../test-fixtures/src/on-keyrings.ts';
import { type Keyring, type OpenKeyringOptions, openKeyring } from '../../src/index.ts';

/** Prompts that complete by themselves may take their time on a loaded machine. */
const PATIENT = { promptMs: 30_000 };

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
  options: KeyringBootOptions = {},
  kinds: readonly KeyringKind[] = KEYRING_KINDS,
): void {
  testOnEachKeyring(name, needs, (fixture) => withBench(fixture, body), options, kinds);
}

/** Registers a test on gnome-keyring alone, the one whose prompts can be answered. */
export function onGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  needs: readonly Requirement[],
  body: (bench: Bench<GnomeKeyring>) => Promise<void>,
): void {
  testOnGnomeKeyring(name, options, needs, (fixture) => withBench(fixture, body));
}

async function withBench<K extends KeyringFixture>(
  fixture: K,
  body: (bench: Bench<K>) => Promise<void>,
): Promise<void> {
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
