/**
 * The properties of one interface of one object, kept up to date by PropertiesChanged.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#standard-interfaces-properties
 */

import { checkObject } from '../codec/arguments.ts';
import type { Message } from '../codec/message.ts';
import type { Connection } from '../connection/connection.ts';
import { Variant } from '../variant.ts';
import type { ProxyTarget } from './interface-proxy.ts';
import { RemoteView } from './remote-view.ts';
import { PROPERTIES } from './standard-interfaces.ts';

/** What changed. */
export interface PropertiesChange {
  readonly changed: ReadonlyMap<string, Variant>;
  /** Properties whose new value was not told; they are gone from the copy. */
  readonly invalidated: readonly string[];
}

/** Follows the properties of an interface; `values` is the copy. */
export function watchProperties(
  connection: Connection,
  target: ProxyTarget,
  interfaceName: string,
): { readonly values: ReadonlyMap<string, Variant>; readonly view: RemoteView<PropertiesChange> } {
  checkObject('target', target);
  const values = new Map<string, Variant>();
  const view = new RemoteView<PropertiesChange>(connection, {
    destination: target.destination,
    rules: [
      {
        path: target.path,
        interface: PROPERTIES.name,
        member: 'PropertiesChanged',
        arg0: interfaceName,
      },
    ],
    load: async () => {
      const reply = await connection.call({
        ...target,
        interface: PROPERTIES.name,
        member: 'GetAll',
        signature: 's',
        body: [interfaceName],
      });
      values.clear();
      const changed = variantsOf(reply.body[0]);
      for (const [name, value] of changed) values.set(name, value);
      return { changed, invalidated: [] };
    },
    apply: (signal) => {
      const change = readChange(signal);
      for (const [name, value] of change.changed) values.set(name, value);
      for (const name of change.invalidated) values.delete(name);
      return change;
    },
    clear: () => {
      const invalidated = [...values.keys()];
      values.clear();
      return { changed: new Map(), invalidated };
    },
  });
  return { values, view };
}

function readChange({ signature, body }: Message): PropertiesChange {
  const [, changed, invalidated] = signature === 'sa{sv}as' ? body : [];
  const names = Array.isArray(invalidated) ? invalidated : [];
  return {
    changed: variantsOf(changed),
    invalidated: names.filter((name) => typeof name === 'string'),
  };
}

/** The entries of a decoded `a{sv}`; nothing when the other side sent something else. */
export function variantsOf(value: unknown): Map<string, Variant> {
  const entries = new Map<string, Variant>();
  if (!(value instanceof Map)) return entries;
  for (const [name, variant] of value) {
    if (typeof name === 'string' && variant instanceof Variant) entries.set(name, variant);
  }
  return entries;
}
