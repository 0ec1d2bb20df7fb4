/**
 * `keywire list`: collections and their items, labels and attributes, never a secret: the keyring
 * is not even asked for one.
 */

import { ExitCode } from '../exit-code.ts';
import { itemAsJson, jsonLine, lastElement } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { heading } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { CollectionDescription, ItemDescription } from '../types/items.ts';
import type { Outcome } from '../types/outcome.ts';

export async function list({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { flags, values } = invocation;
  const keyring = await openKeyring();
  const collections = await keyring.list({ collection: values.get('collection') });
  const output = new Output();
  if (flags.has('json')) {
    return output
      .out(jsonLine({ collections: collections.map(collectionAsJson) }))
      .finish(ExitCode.DONE);
  }
  for (const collection of collections) printCollection(output, collection, host);
  return output.finish(ExitCode.DONE);
}

function collectionAsJson(collection: CollectionDescription): object {
  const { path, label, isDefault, isLocked, items } = collection;
  return { path, label, default: isDefault, locked: isLocked, items: items.map(itemAsJson) };
}

function printCollection(output: Output, collection: CollectionDescription, host: Host): void {
  const { path, label, isDefault, isLocked, items } = collection;
  const notes = [
    ...(isDefault ? ['default'] : []),
    isLocked ? 'locked' : 'unlocked',
    items.length === 1 ? '1 item' : `${items.length} items`,
  ];
  const name = heading(host, `${lastElement(path)}: ${shown(label)}`);
  output.out(`${name} (${notes.join(', ')})\n`);
  for (const item of items) printItem(output, item);
}

function printItem(output: Output, item: ItemDescription): void {
  output.out(`  ${shown(item.label)}${item.isLocked ? ' (locked)' : ''}\n`);
  for (const [name, value] of [...item.attributes].sort(byName)) {
    output.out(`    ${printable(name)} = ${printable(value)}\n`);
  }
}

/** Lines are one label or attribute each, piped or not: a newline in a label makes no new line. */
function shown(label: string): string {
  return label === '' ? '(no label)' : printable(label);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
