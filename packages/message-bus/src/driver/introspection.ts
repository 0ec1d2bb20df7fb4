/** Introspection data of the bus driver, written from its table of methods. */
import {
  formatIntrospection,
  INTROSPECTABLE,
  PEER,
  PROPERTIES,
} from '@keywire/dbus-wire/introspection';
import { BUS_INTERFACE, BUS_PATH } from '../messages/names.ts';

/** A method and the types of what goes in and comes out. */
export interface DescribedMethod {
  readonly interface: string;
  readonly member: string;
  readonly in: string;
  readonly out: string;
}

/** Every object is described with these without being asked. */
const STANDARD: ReadonlySet<string> = new Set([INTROSPECTABLE.name, PEER.name, PROPERTIES.name]);

/** What the bus's own interface has besides methods. */
const BUS_EXTRAS = {
  signals: {
    NameOwnerChanged: { args: 'sss', argNames: ['name', 'old_owner', 'new_owner'] },
    NameLost: { args: 's', argNames: ['name'] },
    NameAcquired: { args: 's', argNames: ['name'] },
  },
  properties: {
    Features: { type: 'as', access: 'read', emitsChanged: 'const' },
    Interfaces: { type: 'as', access: 'read', emitsChanged: 'const' },
  },
} as const;

/** Describes the driver at its own path; elsewhere, the way there. */
export function introspectDriver(methods: readonly DescribedMethod[], path: string): string {
  if (path !== BUS_PATH) return formatIntrospection({ interfaces: [], nodes: childNodes(path) });
  const names = new Set(methods.map((method) => method.interface));
  return formatIntrospection({
    interfaces: [...names]
      .filter((name) => !STANDARD.has(name))
      .map((name) => ({
        name,
        methods: Object.fromEntries(
          methods
            .filter((method) => method.interface === name)
            .map((method) => [method.member, { in: method.in, out: method.out }]),
        ),
        ...(name === BUS_INTERFACE ? BUS_EXTRAS : {}),
      })),
    nodes: [],
  });
}

function childNodes(path: string): { name: string; interfaces: []; nodes: [] }[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  if (!BUS_PATH.startsWith(prefix)) return [];
  const [name = ''] = BUS_PATH.slice(prefix.length).split('/');
  return [{ name, interfaces: [], nodes: [] }];
}
