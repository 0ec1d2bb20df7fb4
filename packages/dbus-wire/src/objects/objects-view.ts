/**
 * The objects below an ObjectManager, with their interfaces and properties, kept up to date.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-objectmanager
 */

import { checkObject } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import type { Connection } from '../connection/connection.ts';
import type { Variant } from '../variant.ts';
import type { ProxyTarget } from './interface-proxy.ts';
import { variantsOf } from './properties-view.ts';
import { RemoteView } from './remote-view.ts';
import { OBJECT_MANAGER, PROPERTIES } from './standard-interfaces.ts';

/** Interfaces by name, each with its properties. */
export type ManagedInterfaces = Map<string, Map<string, Variant>>;

/** What changed: the paths of the objects, or everything when the list was loaded anew. */
export interface ObjectsChange {
  readonly kind: 'loaded' | 'added' | 'removed' | 'changed' | 'lost';
  readonly paths: readonly string[];
}

/** Follows the objects of an ObjectManager; `objects` is the copy. */
export function watchObjects(
  connection: Connection,
  target: ProxyTarget,
): {
  readonly objects: ReadonlyMap<string, ManagedInterfaces>;
  readonly view: RemoteView<ObjectsChange>;
} {
  checkObject('target', target);
  const objects = new Map<string, ManagedInterfaces>();
  const view = new RemoteView<ObjectsChange>(connection, {
    destination: target.destination,
    rules: [
      { path: target.path, interface: OBJECT_MANAGER.name },
      { pathNamespace: target.path, interface: PROPERTIES.name, member: 'PropertiesChanged' },
    ],
    load: async () => {
      const reply = await connection.call({
        ...target,
        interface: OBJECT_MANAGER.name,
        member: 'GetManagedObjects',
      });
      objects.clear();
      for (const [path, interfaces] of entriesOf(reply.body[0])) {
        objects.set(path, interfacesOf(interfaces));
      }
      return { kind: 'loaded', paths: [...objects.keys()] };
    },
    apply: (signal) => applySignal(objects, signal),
    clear: () => {
      const paths = [...objects.keys()];
      objects.clear();
      return { kind: 'lost', paths };
    },
  });
  return { objects, view };
}

function applySignal(
  objects: Map<string, ManagedInterfaces>,
  signal: Message,
): ObjectsChange | undefined {
  const { member, signature, body } = signal;
  if (member === 'PropertiesChanged') return applyProperties(objects, signal);
  const [path, interfaces] = body;
  if (typeof path !== 'string') return undefined;
  if (member === 'InterfacesAdded' && signature === 'oa{sa{sv}}') {
    const known: ManagedInterfaces = objects.get(path) ?? new Map();
    for (const [name, properties] of interfacesOf(interfaces)) known.set(name, properties);
    objects.set(path, known);
    return { kind: 'added', paths: [path] };
  }
  if (member === 'InterfacesRemoved' && signature === 'oas' && Array.isArray(interfaces)) {
    const known = objects.get(path);
    for (const name of interfaces) known?.delete(name);
    // An object without interfaces is no object any more.
    if (known?.size === 0) objects.delete(path);
    return { kind: 'removed', paths: [path] };
  }
  return undefined;
}

function applyProperties(
  objects: Map<string, ManagedInterfaces>,
  { path, signature, body }: Message,
): ObjectsChange | undefined {
  if (path === undefined || signature !== 'sa{sv}as') return undefined;
  const [interfaceName, changed, invalidated] = body;
  const properties =
    typeof interfaceName === 'string' ? objects.get(path)?.get(interfaceName) : undefined;
  if (properties === undefined) return undefined;
  for (const [name, value] of variantsOf(changed)) properties.set(name, value);
  if (Array.isArray(invalidated)) for (const name of invalidated) properties.delete(name);
  return { kind: 'changed', paths: [path] };
}

function interfacesOf(value: unknown): ManagedInterfaces {
  return new Map(entriesOf(value).map(([name, properties]) => [name, variantsOf(properties)]));
}

function entriesOf(value: unknown): [string, unknown][] {
  const entries: [string, unknown][] = [];
  if (!(value instanceof Map)) return entries;
  for (const [key, each] of value) if (typeof key === 'string') entries.push([key, each]);
  return entries;
}
