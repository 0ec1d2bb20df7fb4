// Runs one test on each real keyring: boots it on a private bus, hands out connected services, and
// ends both. What a test does not need it does not boot.

import {
  type GnomeKeyring,
  type GnomeKeyringOptions,
  type Keyring,
  type KeyringKind,
  type RecordingProxy,
  type Requirement,
  startRecordingProxy,
} from '../../../../test-fixtures/src/index.ts';
import {
  KEYRING_KINDS,
  type KeyringBootOptions,
  testOnEachKeyring,
  testOnGnomeKeyring,
} from '../../../../test-fixtures/src/on-keyrings.ts';
import { type Clock, type ConnectOptions, SecretService } from '../../src/index.ts';
import { systemClock } from '../../src/io/clock.ts';

/** Prompts that complete by themselves may take their time on a loaded machine. */
const PATIENT = { promptMs: 30_000 };

/** A clock on which every dismissal comes at once, however loaded the machine is. */
export const AT_ONCE: Clock = { ...systemClock, now: () => 0 };

/** What a test body works with. */
export interface Bench<K extends Keyring = Keyring> {
  readonly keyring: K;
  readonly address: string;
  /** Opens a service on the keyring's bus; closed when the test ends. */
  connect(options?: ConnectOptions): Promise<SecretService>;
  /** The same without waiting, for what travels together with connecting. */
  open(options?: ConnectOptions): SecretService;
  /** A proxy in front of the bus that counts; ended when the test ends. */
  proxy(): Promise<RecordingProxy>;
}

export type { KeyringBootOptions as BootOptions };

/** Registers a test for each kind, or the skipping of it. */
export function onEach(
  name: string,
  needs: readonly Requirement[],
  body: (bench: Bench) => Promise<void>,
  options: KeyringBootOptions = {},
  kinds: readonly KeyringKind[] = KEYRING_KINDS,
): void {
  testOnEachKeyring(name, needs, (keyring) => withBench(keyring, body), options, kinds);
}

/** Registers a test on gnome-keyring, whose prompts a mock can answer. */
export function onGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  body: (bench: Bench<GnomeKeyring>) => Promise<void>,
  needs: readonly Requirement[] = [],
): void {
  const all: readonly Requirement[] = ['secret-tool', ...needs];
  testOnGnomeKeyring(name, options, all, (keyring) => withBench(keyring, body));
}

async function withBench<K extends Keyring>(
  keyring: K,
  body: (bench: Bench<K>) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableList();
  const address = keyring.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  const open = (options: ConnectOptions = {}): SecretService =>
    stack.add(
      SecretService.open({
        ...(options.connection === undefined ? { address } : {}),
        hasDisplay: false,
        timeouts: PATIENT,
        ...options,
      }),
    );
  await body({
    keyring,
    address,
    open,
    connect: async (options) => {
      const service = open(options);
      await service.ready();
      return service;
    },
    proxy: async () => stack.add(await startRecordingProxy(address)),
  });
}

/** Disposes of what was added, last first. */
class AsyncDisposableList implements AsyncDisposable {
  readonly #added: AsyncDisposable[] = [];

  add<T extends AsyncDisposable>(disposable: T): T {
    this.#added.push(disposable);
    return disposable;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const disposable of this.#added.reverse()) await disposable[Symbol.asyncDispose]();
  }
}
