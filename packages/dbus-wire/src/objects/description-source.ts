/**
 * Turns an interface description into TypeScript: the `const` that gives proxies and exported
 * objects their types.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 */

import { checkObject } from '../codec/arguments.ts';
import type { InterfaceDescription } from '../types/interface-description.ts';

/**
 * Formats one description as an exported `const`.
 *
 * @param constName an identifier; default: the interface's last element in upper snake case
 */
export function descriptionSource(
  description: InterfaceDescription,
  constName: string = defaultConstName(description),
): string {
  // Names and types have been checked, and every text is quoted: no document can write code.
  if (!/^[A-Za-z_$][\w$]*$/.test(constName)) {
    throw new TypeError('constName: expected an identifier');
  }
  return `export const ${constName} = ${formatValue(description, '')} as const;\n`;
}

function defaultConstName(description: InterfaceDescription): string {
  checkObject('description', description);
  const name = String(description.name);
  const last = name.slice(name.lastIndexOf('.') + 1);
  return last.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

function formatValue(value: unknown, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((each) => formatValue(each, indent)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const deeper = `${indent}  `;
  const lines = Object.entries(value)
    .filter(([, each]) => !isEmpty(each))
    .map(([key, each]) => `${deeper}${formatKey(key)}: ${formatValue(each, deeper)},\n`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

/** What says the same when it is left out; a member without anything still has to be named. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.every(isEmpty));
}

function formatKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && key !== '__proto__' ? key : `[${quote(key)}]`;
}

function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
