/** Boots something on a given bus, or on a private one that then lives and ends with it. */
import { type Bus, bootBus } from './bus.ts';

export interface OnBus<T> {
  readonly value: T;
  /** Disposes of the bus if it was made here. */
  readonly release: () => Promise<void>;
}

export async function withBus<T>(
  given: Bus | undefined,
  boot: (bus: Bus) => Promise<T>,
): Promise<OnBus<T>> {
  const bus = given ?? (await bootBus());
  const release = async (): Promise<void> => {
    if (given === undefined) await bus[Symbol.asyncDispose]();
  };
  try {
    return { value: await boot(bus), release };
  } catch (error) {
    await release();
    throw error;
  }
}
