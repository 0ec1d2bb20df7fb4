/** Found items as text: the lines of secret-tool, dates in UTC, attributes on stderr. */

import type { Host } from '../types/host.ts';
import type { FoundItem, StoredSecret } from '../types/items.ts';
import { encodeBase64 } from './base64.ts';
import { decodeText } from './content.ts';
import { formatTime, lastElement, SCHEMA_ATTRIBUTE } from './item-text.ts';
import type { Output } from './output.ts';
import { printable } from './printable.ts';

export interface TextForm {
  readonly asBase64: boolean;
  readonly isTerminal: boolean;
  /** How text is written to stdout and stderr: as it is, or with control characters escaped. */
  readonly out: (text: string) => string;
  readonly err: (text: string) => string;
}

export function textFormFor(host: Host, asBase64: boolean): TextForm {
  const isTerminal = host.isTerminal('stdout');
  return {
    asBase64,
    isTerminal,
    out: isTerminal ? printable : unchanged,
    err: host.isTerminal('stderr') ? printable : unchanged,
  };
}

/** Adds the lines of one item; its secret is wiped where it is not handed on. */
export function printItem(output: Output, item: FoundItem, form: TextForm): void {
  const { secret, attributes } = item;
  // The slash before the identifier is what secret-tool prints.
  output.out(`[/${lastElement(item.path)}]\n`);
  output.out(`label = ${form.out(item.label)}\n`);
  if (typeof secret !== 'string') output.out('secret = ').out(secretBytes(secret, form)).out('\n');
  output.out(`created = ${formatTime(item.created)}\n`);
  output.out(`modified = ${formatTime(item.modified)}\n`);
  const schema = attributes.get(SCHEMA_ATTRIBUTE);
  if (schema !== undefined) output.out(`schema = ${form.out(schema)}\n`);
  for (const [name, value] of attributes) {
    if (name === SCHEMA_ATTRIBUTE) continue;
    output.err(`attribute.${form.err(name)} = ${form.err(value)}\n`);
  }
}

function secretBytes(secret: StoredSecret, form: TextForm): Uint8Array | string {
  if (form.asBase64) return wiped(secret, encodeBase64(secret.bytes));
  if (!form.isTerminal) return secret.bytes;
  const text = decodeText(secret.bytes);
  const shown = text === undefined ? `(${secret.bytes.length} bytes that are no text)` : text;
  return wiped(secret, form.out(shown));
}

function wiped<T>(secret: StoredSecret, result: T): T {
  secret.bytes.fill(0);
  return result;
}

function unchanged(text: string): string {
  return text;
}
