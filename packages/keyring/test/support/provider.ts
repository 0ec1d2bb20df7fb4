/** An embedded keyring on a bus of its own, in this process. */
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';

export interface TestKeyring extends AsyncDisposable {
  readonly address: string;
  /** The items of all collections: where they lie, and what they have. */
  items(): Promise<readonly TestItem[]>;
  /** Ends the keyring, and starts another one on the same bus. */
  restart(seed: unknown): Promise<void>;
}

export interface TestItem {
  readonly collection: string;
  readonly label: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** @param seed - see the README of secret-provider; default: an empty collection, unlocked */
export async function startTestKeyring(seed?: unknown): Promise<TestKeyring> {
  const bus = await startMessageBus();
  const { address } = bus;
  let provider = await startSecretProvider({ address, store: memoryStore(seed) });
  return {
    address,
    items: () => listItems(address),
    async restart(newSeed) {
      await provider.close();
      provider = await startSecretProvider({ address, store: memoryStore(newSeed) });
    },
    async [Symbol.asyncDispose]() {
      await provider.close();
      await bus.close();
    },
  };
}

async function listItems(address: string): Promise<TestItem[]> {
  await using service = await SecretService.connect({ address });
  const found: TestItem[] = [];
  for (const collection of await service.collections()) {
    const name = await collection.label();
    for (const item of await collection.items()) {
      const { label, attributes } = await item.properties();
      found.push({ collection: name, label, attributes: Object.fromEntries(attributes) });
    }
  }
  return found;
}
