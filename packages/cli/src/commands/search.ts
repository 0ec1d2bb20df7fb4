/**
 * `keywire search`: matching items in secret-tool's form, attributes on stderr included.
 * Differences, each because the original misleads: nothing found exits 1, and an item shown
 * without its secret because it is locked exits 3.
 */

import { ExitCode } from '../exit-code.ts';
import { secretAsJson } from '../output/content.ts';
import { printItem, textFormFor } from '../output/found-items.ts';
import { itemAsJson, jsonLine } from '../output/item-text.ts';
import { nothingFound } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import { complaint } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { FoundItem, WithheldReason } from '../types/items.ts';
import type { Outcome } from '../types/outcome.ts';

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
    const form = textFormFor(host, asBase64);
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

function foundAsJson(item: FoundItem, asBase64: boolean): object {
  const secret = typeof item.secret === 'string' ? {} : secretAsJson(item.secret, asBase64);
  return { ...itemAsJson(item), ...secret };
}

function wipe(items: readonly FoundItem[]): void {
  for (const { secret } of items) {
    if (typeof secret !== 'string') secret.bytes.fill(0);
  }
}
