/**
 * Introspection documents: asking for them, reading and writing them, and turning them into the
 * `const` descriptions that carry types. A client bundle does not carry it.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 */

import type { Connection } from './connection/connection.ts';
import { ConnectionError } from './connection-error.ts';
import { parseIntrospection } from './objects/introspection-parse.ts';
import { INTROSPECTABLE } from './objects/standard-interfaces.ts';
import type { NodeDescription } from './types/interface-description.ts';

export { descriptionSource } from './objects/description-source.ts';
export { formatIntrospection } from './objects/introspection-format.ts';
export { parseIntrospection } from './objects/introspection-parse.ts';
export { INTROSPECTABLE, OBJECT_MANAGER, PEER, PROPERTIES } from './objects/standard-interfaces.ts';
export type {
  InterfaceDescription,
  MethodDescription,
  NodeDescription,
  PropertyDescription,
  SignalDescription,
} from './types/interface-description.ts';

/**
 * Asks an object what it offers.
 *
 * @throws {@link ConnectionError} with code `protocol`, and those of a call
 * @throws {@link DBusErrorReply}
 */
export async function introspect(
  connection: Connection,
  target: { readonly destination?: string; readonly path: string },
): Promise<NodeDescription> {
  const reply = await connection.call({
    ...target,
    interface: INTROSPECTABLE.name,
    member: 'Introspect',
  });
  const [xml] = reply.body;
  if (typeof xml !== 'string') {
    throw new ConnectionError('protocol', 'introspection: expected a text');
  }
  return parseIntrospection(xml);
}
