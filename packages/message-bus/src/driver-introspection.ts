/** Introspection data of the bus driver, written from its table of methods. */
import {
  formatIntrospection,
  INTROSPECTABLE,
  type InterfaceDescription,
  PEER,
  PROPERTIES,
} from '@keywire/dbus-wire/introspection';
import type { DriverMethod } from './driver.ts';
import { BUS_INTERFACE, BUS_PATH } from './driver-names.ts';

/** Every object is described with these, whatever its table says. */
const STANDARD: ReadonlySet<string> = new Set([PEER.name, INTROSPECTABLE.name, PROPERTIES.name]);

/** What the driver's own interface has besides methods. */
const BUS_EXTRAS: Pick<InterfaceDescription, 'signals' | 'properties'> = {
  signals: {
    NameOwnerChanged: { args: 'sss' },
    NameLost: { args: 's' },
    NameAcquired: { args: 's' },
  },
  properties: {
    Features: { type: 'as', access: 'read', emitsChanged: 'const' },
    Interfaces: { type: 'as', access: 'read', emitsChanged: 'const' },
  },
};

/** Describes the driver at its own path; elsewhere, the way there. */
export function introspectDriver(methods: readonly DriverMethod[], path: string): string {
  if (path === BUS_PATH) {
    return formatIntrospection({ interfaces: describe(methods), nodes: [] });
  }
  const nodes = childNames(path).map((name) => ({ name, interfaces: [], nodes: [] }));
  return formatIntrospection({ interfaces: [], nodes });
}

function describe(methods: readonly DriverMethod[]): InterfaceDescription[] {
  const names = new Set(methods.map((method) => method.interface));
  return [...names]
    .filter((name) => !STANDARD.has(name))
    .map((name) => ({
      name,
      methods: Object.fromEntries(
        methods
          .filter((method) => method.interface === name)
          .map((method) => [method.member, { in: method.in.join(''), out: method.out.join('') }]),
      ),
      ...(name === BUS_INTERFACE ? BUS_EXTRAS : {}),
    }));
}

function childNames(path: string): string[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  if (!BUS_PATH.startsWith(prefix)) return [];
  return BUS_PATH.slice(prefix.length).split('/').slice(0, 1);
}
