/**
 * Using objects of other programs through descriptions of their interfaces, and keeping copies of
 * their properties and objects. A client bundle does not carry it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */

import type { Connection } from './connection/connection.ts';
import {
  createProxy,
  type InterfaceProxy,
  type ProxyOptions,
  type ProxyTarget,
} from './objects/interface-proxy.ts';
import type { InterfaceDescription } from './types/interface-description.ts';

export {
  createProxy,
  type InterfaceProxy,
  type ProxyOptions,
  type ProxySignals,
  type ProxyTarget,
} from './objects/interface-proxy.ts';
export {
  type ManagedInterfaces,
  type ObjectsChange,
  watchObjects,
} from './objects/objects-view.ts';
export { type PropertiesChange, watchProperties } from './objects/properties-view.ts';
export { RemoteView } from './objects/remote-view.ts';
export type {
  PropertyInputs,
  PropertyValues,
  ProxyMethods,
  SignalValues,
} from './types/descriptions.ts';
export type {
  InterfaceDescription,
  MethodDescription,
  PropertyDescription,
  SignalDescription,
} from './types/interface-description.ts';

/** Says what proxy to make, for {@link Connection.proxy}. */
export function proxyOf<const D extends InterfaceDescription>(
  target: ProxyTarget,
  description: D,
  options?: ProxyOptions,
): (connection: Connection) => InterfaceProxy<D>;
export function proxyOf(
  target: ProxyTarget,
  description: InterfaceDescription,
  options?: ProxyOptions,
): (connection: Connection) => unknown {
  return (connection) => createProxy(connection, target, description, options);
}
