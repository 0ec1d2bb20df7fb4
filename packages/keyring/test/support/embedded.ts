/** An embedded bus with an embedded keyring on it, for tests that need no daemon. */
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';

type Seed = Parameters<typeof memoryStore>[0];

export async function onEmbedded(
  body: (embedded: { readonly address: string }) => Promise<void>,
  seed?: Seed,
): Promise<void> {
  await using bus = await startMessageBus();
  const { address } = bus;
  await using _provider = await startSecretProvider({ address, store: memoryStore(seed) });
  await body({ address });
}
