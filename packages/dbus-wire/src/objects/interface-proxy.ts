/**
 * An object of another program as an object of ours: methods, properties and signals of one
 * interface, with the types of its description. Replies and properties of other types than
 * described are refused, so that the types tell the truth.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-properties
 */

import { checkObject, checkOptionNames } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import type { Connection } from '../connection/connection.ts';
import type { CallOptions } from '../connection/connection-options.ts';
import type { SignalStream, SignalStreamOptions } from '../connection/signal-stream.ts';
import { ConnectionError } from '../connection-error.ts';
import { quietly } from '../settle-quietly.ts';
import type {
  Members,
  PropertyInputs,
  PropertyValues,
  ProxyMethods,
  SignalValues,
} from '../types/descriptions.ts';
import type { InterfaceDescription, MethodDescription } from '../types/interface-description.ts';
import { Variant } from '../variant.ts';
import { ownEntry } from './own-entry.ts';
import { PROPERTIES } from './standard-interfaces.ts';

/** Where an object is. */
export interface ProxyTarget {
  /** Unique or well-known name; left out on a connection without a bus. */
  readonly destination?: string;
  readonly path: string;
}

/** Options that every call of a proxy is made with. */
export type ProxyOptions = Pick<
  CallOptions,
  'timeoutMs' | 'signal' | 'noAutoStart' | 'interactive'
>;

const OPTION_NAMES: Readonly<Record<keyof ProxyOptions, true>> = {
  timeoutMs: true,
  signal: true,
  noAutoStart: true,
  interactive: true,
};

/** A remote object's interface. */
export interface InterfaceProxy<D extends InterfaceDescription> {
  /** The methods: arguments as the description says; the reply's one value, or list of values. */
  readonly call: ProxyMethods<D>;
  get<P extends Members<D, 'properties'>>(name: P): Promise<PropertyValues<D>[P]>;
  set<P extends Members<D, 'properties'>>(name: P, value: PropertyInputs<D>[P]): Promise<void>;
  /** The described properties that the object has. */
  getAll(): Promise<Partial<PropertyValues<D>>>;
  /** The arguments of each signal; see {@link Connection.signals} for whose. */
  signals<M extends Members<D, 'signals'>>(
    name: M,
    options?: SignalStreamOptions,
  ): ProxySignals<SignalValues<D, M>>;
}

/** Signals of one kind; iterate over it once. */
export interface ProxySignals<T> extends AsyncIterable<T>, AsyncDisposable {
  readonly ready: Promise<void>;
  readonly dropped: number;
  close(): void;
}

/** Makes a proxy; nothing is sent until it is used. */
export function createProxy<const D extends InterfaceDescription>(
  connection: Connection,
  target: ProxyTarget,
  description: D,
  options?: ProxyOptions,
): InterfaceProxy<D>;
export function createProxy(
  connection: Connection,
  target: ProxyTarget,
  description: InterfaceDescription,
  options: ProxyOptions = {},
): unknown {
  checkObject('target', target);
  checkObject('description', description);
  // @rule connection/option-names keywire#bad-input
  checkOptionNames('options', options, OPTION_NAMES);
  const remote = new RemoteInterface(connection, target, description, options);
  const call = Object.fromEntries(
    Object.entries(description.methods ?? {}).map(([member, method]) => [
      member,
      (...args: unknown[]) => quietly(remote.call(member, method, args)),
    ]),
  );
  return {
    call,
    get: (name: string) => quietly(remote.get(name)),
    set: (name: string, value: unknown) => quietly(remote.set(name, value)),
    getAll: () => quietly(remote.getAll()),
    signals: (name: string, streamOptions?: SignalStreamOptions) =>
      remote.signals(name, streamOptions),
  };
}

/** The untyped work behind a proxy. */
class RemoteInterface {
  readonly #connection: Connection;
  readonly #target: ProxyTarget;
  readonly #description: InterfaceDescription;
  readonly #options: ProxyOptions;

  constructor(
    connection: Connection,
    target: ProxyTarget,
    description: InterfaceDescription,
    options: ProxyOptions,
  ) {
    this.#connection = connection;
    this.#target = target;
    this.#description = description;
    this.#options = options;
  }

  async call(
    member: string,
    method: MethodDescription,
    args: readonly unknown[],
  ): Promise<unknown> {
    const call: CallOptions = {
      ...this.#options,
      ...this.#target,
      interface: this.#description.name,
      member,
      signature: method.in ?? '',
      body: args,
    };
    if (method.noReply) return this.#connection.call({ ...call, noReply: true });
    const reply = await this.#connection.call(call);
    // @rule connection/reply-types keywire#proxies
    if (reply.signature !== (method.out ?? '')) throw this.#wrongTypes(member);
    return reply.body.length > 1 ? reply.body : reply.body[0];
  }

  async get(name: string): Promise<unknown> {
    const reply = await this.#property('Get', 'ss', [this.#description.name, name], 'v');
    return this.#unwrap(name, reply.body[0]);
  }

  async set(name: string, value: unknown): Promise<void> {
    const { type } = this.#describe(name);
    const body = [this.#description.name, name, new Variant(type, value)];
    await this.#property('Set', 'ssv', body, '');
  }

  async getAll(): Promise<unknown> {
    const reply = await this.#property('GetAll', 's', [this.#description.name], 'a{sv}');
    const [all] = reply.body;
    if (!(all instanceof Map)) throw this.#wrongTypes('GetAll');
    const described = Object.keys(this.#description.properties ?? {}).filter((key) => all.has(key));
    return Object.fromEntries(described.map((key) => [key, this.#unwrap(key, all.get(key))]));
  }

  signals(name: string, options: SignalStreamOptions = {}): ProxySignals<readonly unknown[]> {
    const signal = ownEntry(this.#description.signals, name);
    if (signal === undefined) throw new TypeError(`${name}: expected a described signal`);
    const { destination, path } = this.#target;
    const stream = this.#connection.signals(
      {
        ...(destination === undefined ? {} : { sender: destination }),
        path,
        interface: this.#description.name,
        member: name,
      },
      options,
    );
    return new DescribedSignals(stream, signal.args ?? '');
  }

  async #property(
    member: 'Get' | 'Set' | 'GetAll',
    signature: string,
    body: readonly unknown[],
    expected: string,
  ): Promise<Message> {
    const reply = await this.#connection.call({
      ...this.#options,
      ...this.#target,
      interface: PROPERTIES.name,
      member,
      signature,
      body,
    });
    if (reply.signature !== expected) throw this.#wrongTypes(member);
    return reply;
  }

  #unwrap(name: string, value: unknown): unknown {
    const { type } = this.#describe(name);
    if (!(value instanceof Variant) || value.signature !== type) throw this.#wrongTypes(name);
    return value.value;
  }

  #describe(name: string): { readonly type: string } {
    const property = ownEntry(this.#description.properties, name);
    if (property === undefined) throw new TypeError(`${name}: expected a described property`);
    return property;
  }

  #wrongTypes(member: string): ConnectionError {
    return new ConnectionError(
      'protocol',
      `${this.#description.name}.${member}: expected the types of its description, got others`,
    );
  }
}

class DescribedSignals implements ProxySignals<readonly unknown[]> {
  readonly #stream: SignalStream;
  readonly #signature: string;

  constructor(stream: SignalStream, signature: string) {
    this.#stream = stream;
    this.#signature = signature;
  }

  get ready(): Promise<void> {
    return this.#stream.ready;
  }

  get dropped(): number {
    return this.#stream.dropped;
  }

  close(): void {
    this.#stream.close();
  }

  // Not a generator: one that waits for a signal cannot be left before the signal comes.
  [Symbol.asyncIterator](): AsyncIterableIterator<readonly unknown[]> {
    const signals = this.#stream[Symbol.asyncIterator]();
    return {
      next: async () => {
        for (;;) {
          const result = await signals.next();
          if (result.done === true) return result;
          const { signature, body } = result.value;
          if (signature === this.#signature) return { done: false, value: body };
        }
      },
      return: async () => {
        await signals.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stream[Symbol.asyncDispose]();
  }
}
