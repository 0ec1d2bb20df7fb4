/**
 * `keywire search`: matching items in secret-tool's form, attributes on stderr included.
 * Differences, each because the original misleads: nothing found exits 1, and an item shown
 * without its secret because it is locked exits 3.
 */
import { encodeBase64 } from '../base64.ts';
import { decodeText, secretAsJson } from '../content.ts';
import { ExitCode } from '../exit-code.ts';
import { formatTime, itemAsJson, jsonLine, lastElement, SCHEMA_ATTRIBUTE } from '../item-text.ts';
import { type Outcome, Output } from '../outcome.ts';
import { printable } from '../printable.ts';
import { complaint } from '../terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { FoundItem, StoredSecret, WithheldReason } from '../types/keyring.ts';
import { nothingFound } from './nothing-found.ts';

export async function search({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { attributes, flags, values } = invocation;
  const keyring = await openKeyring();
  const items = await keyring.search({
    attributes,
    limit: flags.has('all') ? undefined : 1,
    unlock: flags.has('unlock'),
    collection: values.get('collection'),
  });
  const output = new Output();
  const asBase64 = flags.has('base64');
  if (flags.has('json')) {
    output.out(jsonLine({ items: items.map((item) => foundAsJson(item, asBase64)) }));
    wipe(items);
    if (items.length === 0) return output.finish(ExitCode.NOT_FOUND);
  } else {
    if (items.length === 0) return nothingFound(host);
    const form = {
      asBase64,
      out: host.isTerminal('stdout') ? printable : unchanged,
      err: host.isTerminal('stderr') ? printable : unchanged,
      isTerminal: host.isTerminal('stdout'),
    };
    for (const item of items) printItem(output, item, form);
  }
  const withheld = withheldNotice(items, flags.has('unlock'));
  if (withheld === undefined) return output.finish(ExitCode.DONE);
  return output.err(complaint(host, withheld.text)).finish(withheld.code);
}

/** What to say, and which code to exit with, when items were shown without their secrets. */
function withheldNotice(
  items: readonly FoundItem[],
  isUnlocking: boolean,
): { readonly code: ExitCode; readonly text: string } | undefined {
  const count = (reason: WithheldReason): number =>
    items.filter(({ secret }) => secret === reason).length;
  const [locked, denied, failed] = [count('locked'), count('denied'), count('failed')];
  // @rule cli/locked-is-not-done keywire#exit-codes
  if (locked > 0) {
    const advice = isUnlocking ? '' : '; --unlock unlocks them first';
    return { code: ExitCode.LOCKED, text: `locked, shown without secret: ${locked}${advice}` };
  }
  if (denied > 0) return { code: ExitCode.DENIED, text: `denied, shown without secret: ${denied}` };
  if (failed > 0) return { code: ExitCode.OTHER, text: `secrets that cannot be read: ${failed}` };
  return undefined;
}

interface TextForm {
  readonly asBase64: boolean;
  readonly isTerminal: boolean;
  /** How text is written to stdout and stderr: as it is, or with control characters escaped. */
  readonly out: (text: string) => string;
  readonly err: (text: string) => string;
}

function printItem(output: Output, item: FoundItem, form: TextForm): void {
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

function foundAsJson(item: FoundItem, asBase64: boolean): object {
  const secret = typeof item.secret === 'string' ? {} : secretAsJson(item.secret, asBase64);
  return { ...itemAsJson(item), ...secret };
}

function wipe(items: readonly FoundItem[]): void {
  for (const { secret } of items) {
    if (typeof secret !== 'string') secret.bytes.fill(0);
  }
}

function unchanged(text: string): string {
  return text;
}
