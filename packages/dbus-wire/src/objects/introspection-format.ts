/**
 * Writes introspection documents.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 */

import { checkObject } from '../codec/arguments.ts';
import { splitSignature } from '../codec/split-signature.ts';
import type {
  InterfaceDescription,
  MethodDescription,
  NodeDescription,
  PropertyDescription,
  SignalDescription,
} from '../types/interface-description.ts';
import { INTROSPECTABLE, PEER, PROPERTIES } from './standard-interfaces.ts';

const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
`;

/** Formats a node with the standard interfaces that every exported object has. */
export function formatIntrospection(node: NodeDescription): string {
  checkObject('node', node);
  if (!Array.isArray(node.interfaces) || !Array.isArray(node.nodes)) {
    throw new TypeError('node: expected lists of interfaces and nodes');
  }
  const standard = node.interfaces.length === 0 ? [] : [PEER, INTROSPECTABLE, PROPERTIES];
  const interfaces = [...standard, ...node.interfaces];
  return `${DOCTYPE}${formatNode({ ...node, interfaces }, '')}`;
}

function formatNode(node: NodeDescription, indent: string): string {
  const name = node.name === undefined ? '' : ` name="${escapeXml(node.name)}"`;
  const inner = [
    ...node.interfaces.map((each) => formatInterface(each, `${indent}  `)),
    ...node.nodes.map((each) => formatNode(each, `${indent}  `)),
  ].join('');
  return inner === ''
    ? `${indent}<node${name}/>\n`
    : `${indent}<node${name}>\n${inner}${indent}</node>\n`;
}

function formatInterface(description: InterfaceDescription, indent: string): string {
  const { name, methods = {}, signals = {}, properties = {} } = description;
  const deeper = `${indent}  `;
  const members = [
    ...Object.entries(methods).map(([member, each]) => formatMethod(member, each, deeper)),
    ...Object.entries(signals).map(([member, each]) => formatSignal(member, each, deeper)),
    ...Object.entries(properties).map(([member, each]) => formatProperty(member, each, deeper)),
  ];
  return `${indent}<interface name="${escapeXml(name)}">\n${members.join('')}${indent}</interface>\n`;
}

function formatMethod(member: string, method: MethodDescription, indent: string): string {
  const args = [
    ...formatArguments(method.in, method.inNames, 'in', indent),
    ...formatArguments(method.out, method.outNames, 'out', indent),
    ...(method.noReply ? [annotation('org.freedesktop.DBus.Method.NoReply', 'true', indent)] : []),
  ];
  return element('method', member, '', args, indent);
}

function formatSignal(member: string, signal: SignalDescription, indent: string): string {
  const args = formatArguments(signal.args, signal.argNames, undefined, indent);
  return element('signal', member, '', args, indent);
}

function formatProperty(name: string, property: PropertyDescription, indent: string): string {
  const attributes = ` type="${escapeXml(property.type)}" access="${property.access}"`;
  const mode = property.emitsChanged ?? 'true';
  const inner =
    mode === 'true'
      ? []
      : [annotation('org.freedesktop.DBus.Property.EmitsChangedSignal', mode, indent)];
  return element('property', name, attributes, inner, indent);
}

function formatArguments(
  signature: string | undefined,
  names: readonly string[] | undefined,
  direction: 'in' | 'out' | undefined,
  indent: string,
): string[] {
  return splitSignature(signature ?? '').map((type, index) => {
    const name = names?.[index];
    const shownName = name === undefined ? '' : ` name="${escapeXml(name)}"`;
    const shownDirection = direction === undefined ? '' : ` direction="${direction}"`;
    return `${indent}  <arg${shownName} type="${escapeXml(type)}"${shownDirection}/>\n`;
  });
}

function annotation(name: string, value: string, indent: string): string {
  return `${indent}  <annotation name="${name}" value="${value}"/>\n`;
}

function element(
  tag: string,
  name: string,
  attributes: string,
  inner: readonly string[],
  indent: string,
): string {
  const start = `${indent}<${tag} name="${escapeXml(name)}"${attributes}`;
  return inner.length === 0 ? `${start}/>\n` : `${start}>\n${inner.join('')}${indent}</${tag}>\n`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
