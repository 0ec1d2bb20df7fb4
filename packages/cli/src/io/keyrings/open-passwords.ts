/** Passwords by service and user name, over `@keywire/keyring` as the options say. */
import { type Keyring, openKeyring } from '@keywire/keyring';
import type { FoundPassword, Passwords, PasswordsOptions } from '../../types/passwords.ts';
import { connectOptions } from './connect-options.ts';
import { whileWaiting } from './while-waiting.ts';

export async function openPasswords(
  options: PasswordsOptions,
  signal: AbortSignal,
): Promise<Passwords> {
  const { schemes, backend, group, collection, config, filePassword } = options;
  const keyring = await openKeyring({
    backend,
    group,
    collection,
    config,
    scheme: schemes,
    // Who names another program's scheme on a command line means it.
    allowForeignWrites: schemes !== undefined,
    interactive: !options.noPrompt,
    connect: connectOptions(options),
    file: { password: filePassword },
    signal,
  });
  return new OpenPasswords(keyring, signal);
}

class OpenPasswords implements Passwords {
  readonly #keyring: Keyring;
  readonly #signal: AbortSignal;

  constructor(keyring: Keyring, signal: AbortSignal) {
    this.#keyring = keyring;
    this.#signal = signal;
  }

  get(service: string, username: string): Promise<Uint8Array | undefined> {
    return whileWaiting(this.#keyring.getSecret(service, username, { signal: this.#signal }));
  }

  set(service: string, username: string, secret: Uint8Array): Promise<void> {
    return whileWaiting(
      this.#keyring.setSecret(service, username, secret, { signal: this.#signal }),
    );
  }

  delete(service: string, username: string): Promise<boolean> {
    return whileWaiting(this.#keyring.clearPassword(service, username, { signal: this.#signal }));
  }

  async find(service: string): Promise<FoundPassword | undefined> {
    const options = { signal: this.#signal };
    const found = await whileWaiting(this.#keyring.getCredential(service, undefined, options));
    if (found === undefined) return undefined;
    return { username: found.username, secret: new TextEncoder().encode(found.password) };
  }

  close(): Promise<void> {
    return this.#keyring.close();
  }
}
