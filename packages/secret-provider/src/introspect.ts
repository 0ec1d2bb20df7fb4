/** Introspection data, written from the tables that calls are answered from. */
import { PROPERTIES_INTERFACE } from './names.ts';
import type { ServedObject } from './served-object.ts';

const DOCTYPE =
  '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"\n' +
  ' "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">';

const STANDARD = [
  ` <interface name="${PROPERTIES_INTERFACE}">`,
  method('Get', ['s', 's'], ['v']),
  method('GetAll', ['s'], ['a{sv}']),
  method('Set', ['s', 's', 'v'], []),
  '  <signal name="PropertiesChanged"><arg type="s"/><arg type="a{sv}"/><arg type="as"/></signal>',
  ' </interface>',
  ' <interface name="org.freedesktop.DBus.Introspectable">',
  method('Introspect', [], ['s']),
  ' </interface>',
];

/** Describes one object and names what lies below it. */
export function introspect({ methods, properties, signals, children }: ServedObject): string {
  const interfaces = new Set([...methods, ...properties].map((each) => each.interface));
  const described = [...interfaces].flatMap((name) => [
    ` <interface name="${name}">`,
    ...methods
      .filter((each) => each.interface === name)
      .map((each) => method(each.member, each.in, each.out)),
    ...signals
      .filter((each) => each.interface === name)
      .map(({ member, args }) => `  <signal name="${member}">${args.map(arg).join('')}</signal>`),
    ...properties
      .filter((each) => each.interface === name)
      .map(
        (each) =>
          `  <property name="${each.name}" type="${each.type}" access="${each.write === undefined ? 'read' : 'readwrite'}"/>`,
      ),
    ' </interface>',
  ]);
  const nodes = children.map((name) => ` <node name="${name}"/>`);
  const standard = interfaces.size === 0 ? [] : STANDARD;
  return `${[DOCTYPE, '<node>', ...described, ...standard, ...nodes, '</node>'].join('\n')}\n`;
}

function method(name: string, input: readonly string[], output: readonly string[]): string {
  const args = [
    ...input.map((type) => `<arg direction="in" type="${type}"/>`),
    ...output.map((type) => `<arg direction="out" type="${type}"/>`),
  ];
  return `  <method name="${name}">${args.join('')}</method>`;
}

function arg(type: string): string {
  return `<arg type="${type}"/>`;
}
