// Runs one test on each real keyring: boots it on a private bus, hands out connected services, and
// ends both. What a test does not need it does not boot.

import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type GnomeKeyringOptions,
  type KeePassXCOptions,
  type Keyring,
  type KeyringKind,
  type KWalletOptions,
  type RecordingProxy,
  type Requirement,
  requires,
  startRecordingProxy,
} from '../../../../test-fixtures/src/index.ts';
import {
  type Clock,
  type ConnectOptions,
  isSecretServiceError,
  SecretService,
  type SecretServiceError,
  type SecretServiceErrorCode,
} from '../../src/index.ts';
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

/** How each kind is booted in a test that runs on several. */
export interface BootOptions {
  readonly 'gnome-keyring'?: GnomeKeyringOptions | undefined;
  readonly kwallet?: KWalletOptions | undefined;
  readonly keepassxc?: KeePassXCOptions | undefined;
}

export const KINDS: readonly KeyringKind[] = ['gnome-keyring', 'kwallet', 'keepassxc'];

const BOOT: Readonly<Record<KeyringKind, (options: BootOptions) => Promise<Keyring>>> = {
  'gnome-keyring': (options) => bootGnomeKeyring(options['gnome-keyring']),
  kwallet: (options) => bootKWallet(options.kwallet),
  keepassxc: (options) => bootKeePassXC(options.keepassxc),
};

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

/** Registers a test on gnome-keyring, whose prompts a mock can answer. */
export function onGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  body: (bench: Bench<Awaited<ReturnType<typeof bootGnomeKeyring>>>) => Promise<void>,
  needs: readonly Requirement[] = [],
): void {
  const prompter: Requirement[] = options.prompter === undefined ? [] : ['mock-prompter'];
  const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool', ...prompter, ...needs);
  const title = `gnome-keyring: ${name}`;
  if (missing === undefined) test(title, () => withBench(() => bootGnomeKeyring(options), body));
  else test.skip(title, missing);
}

/** Asserts that something fails with one code, and gives the error. */
export async function failsWith(
  code: SecretServiceErrorCode,
  operation: Promise<unknown>,
): Promise<SecretServiceError> {
  try {
    await operation;
  } catch (error) {
    if (!isSecretServiceError(error)) throw error;
    assert.equal(error.code, code, error.message);
    return error;
  }
  return assert.fail(`expected ${code}, got success`);
}

async function withBench<K extends Keyring>(
  boot: () => Promise<K>,
  body: (bench: Bench<K>) => Promise<void>,
): Promise<void> {
  await using keyring = await boot();
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
