/**
 * Offering objects to others: interfaces with their code, exported at a path. A client bundle does
 * not carry it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces
 */

import type { Connection } from './connection/connection.ts';
import {
  ExportedObject,
  type ImplementedInterface,
  type IncomingCall,
  type MethodHandler,
  type PropertyHandler,
} from './objects/exported-object.ts';
import type { MethodHandlers, PropertyHandlers } from './types/descriptions.ts';
import type { InterfaceDescription } from './types/interface-description.ts';

export type { CallHandler, ReplyValues } from './connection/connection-options.ts';
export {
  ExportedObject,
  type ImplementedInterface,
  type IncomingCall,
} from './objects/exported-object.ts';
export type { MethodHandlers, PropertyHandlers } from './types/descriptions.ts';
export type {
  InterfaceDescription,
  MethodDescription,
  PropertyDescription,
  SignalDescription,
} from './types/interface-description.ts';

/**
 * Puts an interface's description and its code together; every method and property that the
 * description names must be there, with its types.
 */
export function implement<const D extends InterfaceDescription>(
  description: D,
  methods: MethodHandlers<D, IncomingCall>,
  properties: PropertyHandlers<D, IncomingCall>,
): ImplementedInterface;
export function implement(
  description: InterfaceDescription,
  methods: { readonly [member: string]: MethodHandler },
  properties: { readonly [name: string]: PropertyHandler },
): ImplementedInterface {
  return { description, methods, properties };
}

/** An object that others can call until it is closed. */
export interface ExportHandle extends Disposable {
  readonly object: ExportedObject;
  /** Takes the object away; calls to it are answered with UnknownMethod. */
  close(): void;
}

/**
 * Offers an object at a path.
 *
 * @throws TypeError when the path is not an object path, or is taken
 */
export function exportObject(
  connection: Connection,
  path: string,
  interfaces: readonly ImplementedInterface[],
): ExportHandle {
  const object = new ExportedObject(connection, path, interfaces);
  const close = connection.export(path, object);
  return { object, close, [Symbol.dispose]: close };
}
