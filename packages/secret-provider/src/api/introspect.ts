/** Introspection data, written from the tables that calls are answered from. */
import {
  formatIntrospection,
  type InterfaceDescription,
  type NodeDescription,
} from '@keywire/dbus-wire/introspection';
import type { ServedObject } from '../types/served-object.ts';

/** Describes one object and names what lies below it. */
export function introspect(object: ServedObject): string {
  const interfaces = [...new Set(object.methods.map((each) => each.interface))];
  return formatIntrospection({
    interfaces: interfaces.map((name) => describe(object, name)),
    nodes: childNodes(object.children),
  });
}

/** A path with nothing at it but others below. */
export function introspectBranch(children: readonly string[]): string {
  return formatIntrospection({ interfaces: [], nodes: childNodes(children) });
}

function describe(
  { methods, properties, signals }: ServedObject,
  name: string,
): InterfaceDescription {
  const isOwn = (each: { readonly interface: string }): boolean => each.interface === name;
  return {
    name,
    methods: Object.fromEntries(
      methods
        .filter(isOwn)
        .map((each) => [each.member, { in: each.in.join(''), out: each.out.join('') }]),
    ),
    signals: Object.fromEntries(
      signals.filter(isOwn).map(({ member, args }) => [member, { args: args.join('') }]),
    ),
    properties: Object.fromEntries(
      properties
        .filter(isOwn)
        .map(({ name: property, type, write }) => [
          property,
          { type, access: write === undefined ? 'read' : 'readwrite' },
        ]),
    ),
  };
}

function childNodes(names: readonly string[]): NodeDescription[] {
  return names.map((name) => ({ name, interfaces: [], nodes: [] }));
}
