/** A keyring for tests on every runtime: this repository's own bus and provider, in memory. */
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import type { ConnectOptions } from '@keywire/secret-service';

/** Runs `work` with a keyring of its own; it never prompts. */
export async function withKeyring(
  work: (connect: ConnectOptions) => Promise<void>,
  collection: { readonly locked?: boolean } = {},
): Promise<void> {
  const seed = {
    collections: [{ id: 'login', label: 'Login', aliases: ['default'], items: [], ...collection }],
  };
  await using bus = await startMessageBus();
  await using _provider = await startSecretProvider({
    address: bus.address,
    store: memoryStore(seed),
  });
  await work({ address: bus.address, interactive: false });
}

/** Where no bus answers. */
export const NO_BUS: ConnectOptions = { address: 'unix:path=/nonexistent/bus', interactive: false };
