/**
 * Reads introspection documents into descriptions.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 *
 * Elements and attributes that the specification does not name are skipped with all they contain.
 * Names and types are checked: they end up in messages and in generated code.
 */

import { isInterfaceName, isMemberName, isObjectPath } from '../codec/names.ts';
import { isSignature, isSingleCompleteType } from '../codec/signature.ts';
import { ConnectionError } from '../connection-error.ts';
import type {
  InterfaceDescription,
  MethodDescription,
  NodeDescription,
  PropertyDescription,
  SignalDescription,
} from '../types/interface-description.ts';
import { type XmlEvent, XmlReader } from './xml-reader.ts';

const NO_REPLY = 'org.freedesktop.DBus.Method.NoReply';
const EMITS_CHANGED = 'org.freedesktop.DBus.Property.EmitsChangedSignal';

type Attributes = ReadonlyMap<string, string>;

/** What the `arg` and `annotation` elements of a member say. */
interface MemberContent {
  readonly args: { readonly type: string; readonly name: string; readonly direction: string }[];
  readonly annotations: Map<string, string>;
}

/**
 * Parses an introspection document.
 *
 * @throws {@link ConnectionError} with code `protocol`
 */
export function parseIntrospection(xml: string): NodeDescription {
  if (typeof xml !== 'string') {
    throw new TypeError(`introspection: expected a string, got ${typeof xml}`);
  }
  const reader = new XmlReader(xml);
  const root = reader.next();
  if (root?.kind !== 'start' || root.name !== 'node') throw invalid('a node element');
  const node = readNode(reader, root.attributes);
  reader.next();
  return node;
}

function readNode(reader: XmlReader, attributes: Attributes): NodeDescription {
  const name = attributes.get('name');
  // @rule connection/introspection-names dbus#introspection-format
  if (name !== undefined && !isNodeName(name)) throw invalid('an object path as node name');
  const interfaces: InterfaceDescription[] = [];
  const nodes: NodeDescription[] = [];
  readChildren(reader, (child, childAttributes) => {
    if (child === 'interface') interfaces.push(readInterface(reader, childAttributes));
    else if (child === 'node') nodes.push(readNode(reader, childAttributes));
    else skip(reader);
  });
  return { name, interfaces, nodes };
}

/** Absolute, or relative to the node around it. */
function isNodeName(name: string): boolean {
  return isObjectPath(name) || isObjectPath(`/${name}`);
}

function readInterface(reader: XmlReader, attributes: Attributes): InterfaceDescription {
  const name = attributes.get('name') ?? '';
  if (!isInterfaceName(name)) throw invalid('an interface name');
  const methods: [string, MethodDescription][] = [];
  const signals: [string, SignalDescription][] = [];
  const properties: [string, PropertyDescription][] = [];
  readChildren(reader, (child, childAttributes) => {
    if (child !== 'method' && child !== 'signal' && child !== 'property') {
      skip(reader);
      return;
    }
    const member = childAttributes.get('name') ?? '';
    if (!isMemberName(member)) throw invalid(`a ${child} name`);
    const content = readContent(reader, child === 'method' ? 'in' : 'out');
    if (child === 'method') methods.push([member, toMethod(content)]);
    else if (child === 'signal') signals.push([member, toSignal(content)]);
    else properties.push([member, toProperty(childAttributes, content)]);
  });
  return {
    name,
    methods: Object.fromEntries(methods),
    signals: Object.fromEntries(signals),
    properties: Object.fromEntries(properties),
  };
}

function readContent(reader: XmlReader, defaultDirection: 'in' | 'out'): MemberContent {
  const content: MemberContent = { args: [], annotations: new Map() };
  readChildren(reader, (child, attributes) => {
    if (child === 'arg') {
      const type = attributes.get('type') ?? '';
      // @rule connection/introspection-types dbus#introspection-format
      if (!isSingleCompleteType(type)) throw invalid('one complete type for an argument');
      const direction = attributes.get('direction') ?? defaultDirection;
      content.args.push({ type, name: attributes.get('name') ?? '', direction });
    } else if (child === 'annotation') {
      content.annotations.set(attributes.get('name') ?? '', attributes.get('value') ?? '');
    }
    skip(reader);
  });
  return content;
}

function toMethod({ args, annotations }: MemberContent): MethodDescription {
  const [inArgs, outArgs] = ['in', 'out'].map((direction) => {
    const some = args.filter((arg) => arg.direction === direction);
    return { types: joinTypes(some), names: some.map(({ name }) => name) };
  });
  return {
    in: inArgs?.types ?? '',
    out: outArgs?.types ?? '',
    inNames: inArgs?.names ?? [],
    outNames: outArgs?.names ?? [],
    ...(annotations.get(NO_REPLY) === 'true' ? { noReply: true } : {}),
  };
}

function toSignal({ args }: MemberContent): SignalDescription {
  return { args: joinTypes(args), argNames: args.map(({ name }) => name) };
}

function toProperty(attributes: Attributes, { annotations }: MemberContent): PropertyDescription {
  const type = attributes.get('type') ?? '';
  const access = attributes.get('access');
  if (!isSingleCompleteType(type)) throw invalid('one complete type for a property');
  if (access !== 'read' && access !== 'write' && access !== 'readwrite') {
    throw invalid('the access read, write or readwrite');
  }
  const mode = annotations.get(EMITS_CHANGED);
  if (mode !== 'invalidates' && mode !== 'const' && mode !== 'false') return { type, access };
  return { type, access, emitsChanged: mode };
}

function joinTypes(args: readonly { readonly type: string }[]): string {
  const signature = args.map(({ type }) => type).join('');
  if (!isSignature(signature)) throw invalid('arguments that fit into one signature');
  return signature;
}

/** Calls `onChild` for each child's start; it has to read up to the child's end. */
function readChildren(
  reader: XmlReader,
  onChild: (name: string, attributes: Attributes) => void,
): void {
  for (let event = nextEvent(reader); event.kind === 'start'; event = nextEvent(reader)) {
    onChild(event.name, event.attributes);
  }
}

/** Reads to the end of the element whose start was just read. */
function skip(reader: XmlReader): void {
  for (let depth = 1; depth > 0; ) depth += nextEvent(reader).kind === 'start' ? 1 : -1;
}

function nextEvent(reader: XmlReader): XmlEvent {
  const event = reader.next();
  // The reader itself refuses a document that ends inside an element.
  if (event === undefined) throw new Error('internal error: introspection ended early');
  return event;
}

function invalid(expected: string): ConnectionError {
  return new ConnectionError('protocol', `introspection: expected ${expected}`);
}
