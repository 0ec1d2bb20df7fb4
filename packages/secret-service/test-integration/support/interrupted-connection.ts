// A real connection that lets a test step in before any one call to the daemon: everything else goes
// through as it is.

import type { Connection, Message } from '@keywire/dbus-wire';
import { openConnection } from '@keywire/dbus-wire/client';
import type { BusConnection, BusWatch } from '../../src/index.ts';

/** What was called. */
export interface InterceptedCall {
  readonly path: string;
  readonly member: string;
}

/** Told before each call to the daemon; the call leaves when it has settled. */
export type Intercept = (call: InterceptedCall) => Promise<void>;

/** A connection whose calls to the daemon wait for `intercept`. */
export class InterruptedConnection implements BusConnection {
  readonly #connection: Connection;
  intercept: Intercept = async () => {};

  constructor(address: string) {
    this.#connection = openConnection({ address });
  }

  call(options: Parameters<Connection['call']>[0] & { readonly noReply: true }): Promise<undefined>;
  call(options: Parameters<Connection['call']>[0]): Promise<Message>;
  async call(options: Parameters<Connection['call']>[0]): Promise<Message | undefined> {
    await this.intercept(options);
    return this.#connection.call(options);
  }

  signals(...args: Parameters<Connection['signals']>): ReturnType<Connection['signals']> {
    return this.#connection.signals(...args);
  }

  watchName(name: string): BusWatch {
    const watch = this.#connection.watchName(name);
    return {
      get owner() {
        return watch.owner;
      },
      call: async (options) => {
        await this.intercept(options);
        return watch.call(options);
      },
      close: () => watch.close(),
      [Symbol.asyncIterator]: () => watch[Symbol.asyncIterator](),
    };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
