/** `keywire item …`: single items. */

import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { itemAsJson, jsonLine } from '../output/item-text.ts';
import { nothingFound } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { Command, CommandContext, Invocation } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { Attributes, ItemDescription } from '../types/items.ts';
import type { ItemSelector } from '../types/keyring-objects.ts';
import type { Outcome } from '../types/outcome.ts';

/** By the second word of the command. */
export const ITEM_OPERATIONS: Readonly<Record<'label' | 'attributes' | 'delete', Command>> = {
  label,
  attributes,
  delete: remove,
};

async function label({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const next = invocation.values.get('set');
  const objects = await (await openKeyring()).objects();
  const item = await objects.changeItem(selectorOf(invocation), { label: next });
  return answer(invocation, host, item, (each, show) =>
    next === undefined ? `${show(each.label)}\n` : '',
  );
}

async function attributes({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const change = changeOf(invocation);
  const objects = await (await openKeyring()).objects();
  const item = await objects.changeItem(selectorOf(invocation), { attributes: change });
  return answer(invocation, host, item, (each, show) =>
    [...each.attributes].map(([name, value]) => `${show(name)} = ${show(value)}\n`).join(''),
  );
}

async function remove({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const objects = await (await openKeyring()).objects();
  const path = await objects.deleteItem(selectorOf(invocation));
  if (invocation.flags.has('json')) {
    const code = path === undefined ? ExitCode.NOT_FOUND : ExitCode.DONE;
    return new Output().out(jsonLine({ path: path ?? null })).finish(code);
  }
  return path === undefined ? nothingFound(host) : new Output().finish();
}

function selectorOf({ words, attributes: given, values }: Invocation): ItemSelector {
  return { path: words[0], attributes: given, collection: values.get('collection') };
}

/** What `--set` and `--unset` make of the attributes; `undefined` where neither is given. */
function changeOf({ lists }: Invocation): ((before: Attributes) => Attributes) | undefined {
  const set = (lists.get('set') ?? []).map((pair) => {
    const equals = pair.indexOf('=');
    // @rule cli/attribute-pairs keywire#attributes
    if (equals <= 0) throw usageError('item attributes: --set takes ATTR=VALUE');
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  const unset = lists.get('unset') ?? [];
  if (set.length === 0 && unset.length === 0) return undefined;
  return (before) => {
    const after = new Map([...before, ...set]);
    for (const name of unset) after.delete(name);
    return after;
  };
}

function answer(
  { flags }: Invocation,
  host: Host,
  item: ItemDescription | undefined,
  format: (item: ItemDescription, show: (text: string) => string) => string,
): Outcome {
  if (item === undefined) return nothingFound(host);
  if (flags.has('json')) return new Output().out(jsonLine(itemAsJson(item))).finish();
  const show = host.isTerminal('stdout') ? printable : (text: string) => text;
  return new Output().out(format(item, show)).finish();
}
