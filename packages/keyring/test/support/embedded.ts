/** An embedded bus with an embedded keyring on it, for tests that need no daemon. */
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';

export interface Embedded {
  readonly address: string;
  /** Ends the keyring; the bus stays. */
  stopProvider(): Promise<void>;
  /** Starts another one, empty, in its place. */
  startProvider(): Promise<void>;
}

type Seed = Parameters<typeof memoryStore>[0];

export async function onEmbedded(
  body: (embedded: Embedded) => Promise<void>,
  seed?: Seed,
): Promise<void> {
  const bus = await startMessageBus();
  const { address } = bus;
  let provider = await startSecretProvider({ address, store: memoryStore(seed) });
  try {
    await body({
      address,
      stopProvider: () => provider.close(),
      startProvider: async () => {
        provider = await startSecretProvider({ address, store: memoryStore() });
      },
    });
  } finally {
    await provider.close();
    await bus.close();
  }
}
