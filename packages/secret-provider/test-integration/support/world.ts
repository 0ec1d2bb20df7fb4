/** A bus of each kind with a provider on it, and what foreign clients need to find it. */
import process from 'node:process';
import { startMessageBus } from '@keywire/message-bus';
import { bootBus, type Requirement } from '../../../../test-fixtures/src/index.ts';
import { acceptingPrompter } from '../../src/prompters/prompter.ts';
import {
  type SecretProviderOptions,
  startSecretProvider,
} from '../../src/start-secret-provider.ts';
import { memoryStore } from '../../src/stores/memory.ts';

export type BusKind = 'embedded' | 'dbus-daemon' | 'dbus-broker';

export const BUSES: readonly { readonly kind: BusKind; readonly needs: readonly Requirement[] }[] =
  [
    { kind: 'embedded', needs: [] },
    { kind: 'dbus-daemon', needs: ['dbus-daemon'] },
    { kind: 'dbus-broker', needs: ['dbus-broker'] },
  ];

export interface World extends AsyncDisposable {
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uniqueName: string;
}

/** Starts a bus and a provider whose prompts are accepted. */
export async function startWorld(
  kind: BusKind,
  options: Omit<SecretProviderOptions, 'address' | 'store'> & { readonly seed?: unknown } = {},
): Promise<World> {
  const bus = await bootKind(kind);
  const { address, env } = bus;
  const { seed, ...rest } = options;
  try {
    const provider = await startSecretProvider({
      prompter: acceptingPrompter,
      ...rest,
      address,
      store: memoryStore(seed),
    });
    const end = async (): Promise<void> => {
      await provider.close();
      await bus[Symbol.asyncDispose]();
    };
    return { address, env, uniqueName: provider.uniqueName, [Symbol.asyncDispose]: end };
  } catch (error) {
    await bus[Symbol.asyncDispose]();
    throw error;
  }
}

async function bootKind(
  kind: BusKind,
): Promise<AsyncDisposable & { address: string; env: Readonly<Record<string, string>> }> {
  if (kind !== 'embedded') return bootBus({ implementation: kind });
  const bus = await startMessageBus();
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    HOME: '/nonexistent',
    DBUS_SESSION_BUS_ADDRESS: bus.address,
  };
  return { address: bus.address, env, [Symbol.asyncDispose]: () => bus.close() };
}
