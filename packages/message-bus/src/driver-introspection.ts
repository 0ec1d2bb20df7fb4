/** Introspection data of the bus driver, written from its table of methods. */
import type { DriverMethod } from './driver.ts';
import { BUS_INTERFACE, BUS_PATH, PROPERTIES_INTERFACE } from './driver-names.ts';

const DOCTYPE =
  '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"\n' +
  ' "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">';

/** Members of an interface that are not methods. */
const EXTRAS: Readonly<Record<string, readonly string[]>> = {
  [BUS_INTERFACE]: [
    signal('NameOwnerChanged', ['s', 's', 's']),
    signal('NameLost', ['s']),
    signal('NameAcquired', ['s']),
    '  <property name="Features" type="as" access="read"/>',
    '  <property name="Interfaces" type="as" access="read"/>',
  ],
  [PROPERTIES_INTERFACE]: [signal('PropertiesChanged', ['s', 'a{sv}', 'as'])],
};

/** Describes the driver at its own path; elsewhere, the way there. */
export function introspectDriver(methods: readonly DriverMethod[], path: string): string {
  const content = path === BUS_PATH ? describe(methods) : childNodes(path);
  return `${[DOCTYPE, '<node>', ...content, '</node>'].join('\n')}\n`;
}

function describe(methods: readonly DriverMethod[]): string[] {
  return [...new Set(methods.map((method) => method.interface))].flatMap((name) => [
    ` <interface name="${name}">`,
    ...methods.filter((method) => method.interface === name).flatMap(describeMethod),
    ...(EXTRAS[name] ?? []),
    ' </interface>',
  ]);
}

function describeMethod(method: DriverMethod): string[] {
  return [
    `  <method name="${method.member}">`,
    ...method.in.map((type) => `   <arg direction="in" type="${type}"/>`),
    ...method.out.map((type) => `   <arg direction="out" type="${type}"/>`),
    '  </method>',
  ];
}

function signal(name: string, types: readonly string[]): string {
  const args = types.map((type) => `   <arg type="${type}"/>`);
  return [`  <signal name="${name}">`, ...args, '  </signal>'].join('\n');
}

function childNodes(path: string): string[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  if (!BUS_PATH.startsWith(prefix)) return [];
  const [child = ''] = BUS_PATH.slice(prefix.length).split('/');
  return [` <node name="${child}"/>`];
}
