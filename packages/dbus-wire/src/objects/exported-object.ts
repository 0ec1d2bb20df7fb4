/**
 * An object on offer: its interfaces, with Introspectable and Properties answered from their
 * descriptions. Peer is answered by the connection.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */

import { checkObject } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import { parseSignature } from '../codec/signature.ts';
import type { Connection } from '../connection/connection.ts';
import type { CallHandler, ReplyValues } from '../connection/connection-options.ts';
import { DBusErrorReply } from '../connection-error.ts';
import type {
  InterfaceDescription,
  MethodDescription,
  PropertyDescription,
} from '../types/interface-description.ts';
import { Variant } from '../variant.ts';
import { formatIntrospection } from './introspection-format.ts';
import { ownEntry } from './own-entry.ts';
import { INTROSPECTABLE, PROPERTIES } from './standard-interfaces.ts';

/** What a handler learns about a call besides its arguments. */
export interface IncomingCall {
  /** The whole call; `message.sender` is the caller's unique name. */
  readonly message: Message;
  readonly connection: Connection;
}

/**
 * A method's code: arguments in order, and its value, values, or nothing back. A method's type and
 * not a function's, so that code for narrower arguments fits; they are checked before it runs.
 */
export type MethodHandler = {
  handle(call: IncomingCall, ...args: unknown[]): unknown;
}['handle'];

/** A property's code. */
export interface PropertyHandler {
  /** Without a call when PropertiesChanged announces the value. */
  get?(call?: IncomingCall): unknown;
  set?(call: IncomingCall, value: unknown): unknown;
}

/** One interface with its code; {@link implement} makes it. */
export interface ImplementedInterface {
  readonly description: InterfaceDescription;
  readonly methods: { readonly [member: string]: MethodHandler };
  readonly properties: { readonly [name: string]: PropertyHandler };
}

const ERROR = 'org.freedesktop.DBus.Error';

/** Answers calls to one object. */
export class ExportedObject implements CallHandler {
  readonly path: string;
  readonly #connection: Connection;
  readonly #interfaces: ReadonlyMap<string, ImplementedInterface>;

  constructor(connection: Connection, path: string, interfaces: readonly ImplementedInterface[]) {
    if (!Array.isArray(interfaces)) throw new TypeError('interfaces: expected a list of them');
    for (const each of interfaces) checkObject('interface', each?.description);
    this.path = path;
    this.#connection = connection;
    this.#interfaces = new Map(interfaces.map((each) => [each.description.name, each]));
  }

  /** Emits a signal of one of the interfaces; to everybody, unless a destination is given. */
  emit(
    interfaceName: string,
    member: string,
    args: readonly unknown[],
    destination?: string,
  ): void {
    const signal = ownEntry(this.#interfaces.get(interfaceName)?.description.signals, member);
    if (signal === undefined) {
      throw new TypeError(`${interfaceName}.${member}: expected a signal of this object`);
    }
    this.#connection.emit({
      path: this.path,
      interface: interfaceName,
      member,
      signature: signal.args ?? '',
      body: args,
      ...(destination === undefined ? {} : { destination }),
    });
  }

  /** Emits PropertiesChanged with the present values, as each property's description wants. */
  async emitPropertiesChanged(interfaceName: string, names: readonly string[]): Promise<void> {
    if (!Array.isArray(names)) throw new TypeError('names: expected a list of them');
    const implemented = this.#interfaces.get(interfaceName);
    const changed = new Map<string, Variant>();
    const invalidated: string[] = [];
    for (const name of names) {
      const property = ownEntry(implemented?.description.properties, name);
      const handler = ownEntry(implemented?.properties, name);
      if (property === undefined) {
        throw new TypeError(`${interfaceName}.${name}: expected a property of this object`);
      }
      // @rule connection/properties-changed dbus#standard-interfaces-properties
      const mode = property.emitsChanged ?? 'true';
      if (mode === 'invalidates' || (mode === 'true' && handler?.get === undefined)) {
        invalidated.push(name);
      } else if (mode === 'true' && handler?.get !== undefined) {
        changed.set(name, new Variant(property.type, await handler.get()));
      }
    }
    if (changed.size === 0 && invalidated.length === 0) return;
    this.#connection.emit({
      path: this.path,
      interface: PROPERTIES.name,
      member: 'PropertiesChanged',
      signature: 'sa{sv}as',
      body: [interfaceName, changed, invalidated],
    });
  }

  async handleCall(message: Message): Promise<ReplyValues | undefined> {
    const call = { message, connection: this.#connection };
    if (message.interface === PROPERTIES.name) return this.#handleProperties(call);
    if (message.interface === INTROSPECTABLE.name) return this.#introspect(message);
    const found = this.#findMethod(message);
    if (found === undefined) throw unknownMember(message);
    const { method, handler } = found;
    // @rule connection/argument-types dbus#message-protocol-types-method
    if (message.signature !== (method.in ?? '')) throw wrongArguments(message);
    return replyValues(method.out ?? '', await handler(call, ...message.body));
  }

  /** Without an interface the first one that has the method is meant, as the specification says. */
  #findMethod(
    message: Message,
  ): { readonly method: MethodDescription; readonly handler: MethodHandler } | undefined {
    for (const [name, { description, methods }] of this.#interfaces) {
      if (message.interface !== undefined && message.interface !== name) continue;
      const method = ownEntry(description.methods, message.member);
      const handler = ownEntry(methods, message.member);
      if (method !== undefined && handler !== undefined) return { method, handler };
    }
    return undefined;
  }

  #introspect(message: Message): ReplyValues {
    if (message.member !== 'Introspect') throw unknownMember(message);
    if (message.signature !== '') throw wrongArguments(message);
    const interfaces = [...this.#interfaces.values()].map(({ description }) => description);
    const nodes = childNames(this.path, this.#connection.exportedPaths()).map((name) => ({
      name,
      interfaces: [],
      nodes: [],
    }));
    const xml = formatIntrospection({ interfaces, nodes });
    return { signature: 's', body: [xml] };
  }

  async #handleProperties(call: IncomingCall): Promise<ReplyValues | undefined> {
    const { message } = call;
    const method = ownEntry(PROPERTIES.methods, message.member);
    if (method === undefined) throw unknownMember(message);
    if (message.signature !== method.in) throw wrongArguments(message);
    const [interfaceName, name, value] = message.body;
    if (typeof interfaceName !== 'string') throw wrongArguments(message);
    switch (message.member) {
      case 'GetAll':
        return { signature: 'a{sv}', body: [await this.#getAll(call, interfaceName)] };
      case 'Get': {
        const { property, handler } = this.#findProperty(interfaceName, name);
        if (handler.get === undefined) throw notReadable(name);
        return { signature: 'v', body: [new Variant(property.type, await handler.get(call))] };
      }
      default: {
        const { property, handler } = this.#findProperty(interfaceName, name);
        if (handler.set === undefined) throw readOnly(name);
        if (!(value instanceof Variant) || value.signature !== property.type) {
          throw wrongArguments(message);
        }
        await handler.set(call, value.value);
        return undefined;
      }
    }
  }

  async #getAll(call: IncomingCall, interfaceName: string): Promise<Map<string, Variant>> {
    const implemented = this.#interfaces.get(interfaceName);
    if (implemented === undefined) throw unknownInterface(interfaceName);
    const all = new Map<string, Variant>();
    for (const [name, property] of Object.entries(implemented.description.properties ?? {})) {
      const handler = ownEntry(implemented.properties, name);
      if (handler?.get === undefined) continue;
      all.set(name, new Variant(property.type, await handler.get(call)));
    }
    return all;
  }

  #findProperty(
    interfaceName: string,
    name: unknown,
  ): { readonly property: PropertyDescription; readonly handler: PropertyHandler } {
    const implemented = this.#interfaces.get(interfaceName);
    if (implemented === undefined) throw unknownInterface(interfaceName);
    const key = typeof name === 'string' ? name : undefined;
    const property = ownEntry(implemented.description.properties, key);
    const handler = ownEntry(implemented.properties, key);
    if (property !== undefined && handler !== undefined) return { property, handler };
    throw new DBusErrorReply(`${ERROR}.UnknownProperty`, 'this interface has no such property');
  }
}

/** Turns what a handler returned into the values that its signature wants. */
function replyValues(signature: string, result: unknown): ReplyValues {
  const count = parseSignature(signature).length;
  if (count === 0) return {};
  if (count === 1) return { signature, body: [result] };
  if (!Array.isArray(result))
    throw new TypeError('handler: expected it to return a list of values');
  return { signature, body: result };
}

/** The names of what lies directly below a path, each once. */
function childNames(path: string, exported: Iterable<string>): string[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  const names = new Set<string>();
  for (const other of exported) {
    const [name] = other.startsWith(prefix) ? other.slice(prefix.length).split('/') : [];
    if (name !== undefined && name !== '') names.add(name);
  }
  return [...names].sort();
}

function unknownMember({ interface: interfaceName, member, path }: Message): DBusErrorReply {
  const name = interfaceName === undefined ? member : `${interfaceName}.${member}`;
  return new DBusErrorReply(`${ERROR}.UnknownMethod`, `no method ${name} at ${path}`);
}

function unknownInterface(interfaceName: string): DBusErrorReply {
  return new DBusErrorReply(`${ERROR}.UnknownInterface`, `no interface ${interfaceName} here`);
}

function wrongArguments({ member }: Message): DBusErrorReply {
  return new DBusErrorReply(`${ERROR}.InvalidArgs`, `${member} takes arguments of other types`);
}

function readOnly(name: unknown): DBusErrorReply {
  return new DBusErrorReply(`${ERROR}.PropertyReadOnly`, `${name} cannot be set`);
}

function notReadable(name: unknown): DBusErrorReply {
  return new DBusErrorReply(`${ERROR}.AccessDenied`, `${name} cannot be read`);
}
