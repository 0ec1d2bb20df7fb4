/**
 * Bringing up a service that the bus hosts: who waits for which name, until it is owned, its start
 * fails, or the deadline passes. Nothing is ever spawned; starting is a function the host gave.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-starting-services
 */
import { DriverError, unknownService } from '../messages/driver-error.ts';

export interface Activation {
  /** How to bring up each name; the promise settles once the start was made or failed. */
  readonly services: ReadonlyMap<string, () => Promise<void>>;
  /** Runs `expired` after the activation time-out, unless the returned function is called. */
  readonly startDeadline: (expired: () => void) => () => void;
}

export interface Waiter {
  readonly owned: () => void;
  readonly failed: (error: DriverError) => void;
}

interface Start {
  readonly waiters: Waiter[];
  readonly cancelDeadline: () => void;
}

export class Activations {
  readonly #activation: Activation;
  readonly #maxWaiters: number;
  readonly #starting = new Map<string, Start>();

  /** @param maxWaiters how many may wait for one name */
  constructor(activation: Activation, maxWaiters: number) {
    this.#activation = activation;
    this.#maxWaiters = maxWaiters;
  }

  names(): string[] {
    return [...this.#activation.services.keys()];
  }

  has(name: string): boolean {
    return this.#activation.services.has(name);
  }

  /** Starts `name` unless it is being started, and tells the waiter how that ended. */
  start(name: string, waiter: Waiter): void {
    const underWay = this.#starting.get(name);
    if (underWay !== undefined) {
      // @rule bus/start-wait-limit keywire#embedded-bus-limits
      if (underWay.waiters.length < this.#maxWaiters) underWay.waiters.push(waiter);
      else waiter.failed(tooManyWait(name));
      return;
    }
    const service = this.#activation.services.get(name);
    if (service === undefined) {
      waiter.failed(unknownService(name));
      return;
    }
    const cancelDeadline = this.#activation.startDeadline(() =>
      this.#fail(name, new DriverError('TimedOut', `${name}: not owned before the deadline`)),
    );
    this.#starting.set(name, { waiters: [waiter], cancelDeadline });
    // One that throws instead of rejecting has not started either.
    const begun = (async (): Promise<void> => service())();
    begun.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'it rejected';
      this.#fail(name, new DriverError('Failed', `${name}: could not be started: ${reason}`));
    });
  }

  /** The name has an owner now. */
  ready(name: string): void {
    for (const waiter of this.#take(name)) waiter.owned();
  }

  #fail(name: string, error: DriverError): void {
    for (const waiter of this.#take(name)) waiter.failed(error);
  }

  #take(name: string): readonly Waiter[] {
    const start = this.#starting.get(name);
    if (start === undefined) return [];
    this.#starting.delete(name);
    start.cancelDeadline();
    return start.waiters;
  }
}

function tooManyWait(name: string): DriverError {
  return new DriverError('LimitsExceeded', `${name}: too many calls wait for its start`);
}
