/**
 * `keywire import`: the items of a keyring file of any form into the keyring. Nothing is lost on the
 * way: of items with the same attributes in the file each becomes one, and a second run replaces what
 * the first one stored, as far as their attributes tell them apart.
 */

import { withPasswords } from '../arguments/password-options.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { Progress } from '../output/progress.ts';
import { complaint } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { OpenedKeyringFile, PortableItem } from '../types/keyring-files.ts';
import type { Outcome } from '../types/outcome.ts';

export async function importItems(context: CommandContext): Promise<Outcome> {
  const { invocation, host } = context;
  const { flags } = invocation;
  const file = await openFile(context);
  try {
    const output = new Output();
    const isDryRun = flags.has('dry-run');
    if (!isDryRun) await storeAll(context, file.items);
    if (flags.has('json')) output.out(jsonLine(describe(file, isDryRun)));
    else if (isDryRun) output.out(listing(host, file));
    if (file.rejected === 0) return output.finish();
    // @rule cli/damaged-items-are-told keywire#import
    const notice = `import: damaged items that were left out: ${file.rejected}`;
    return output.err(complaint(host, notice)).finish(ExitCode.OTHER);
  } finally {
    file.close();
  }
}

async function openFile({ invocation, host }: CommandContext): Promise<OpenedKeyringFile> {
  const files = await host.keyringFiles();
  const request = { prefix: 'password', question: 'Password of the file: ', isNew: false };
  return await withPasswords(invocation, host, (read) =>
    files.open(invocation.words[0] ?? '', () => read(request)),
  );
}

async function storeAll(
  { invocation, host, openKeyring }: CommandContext,
  items: readonly PortableItem[],
): Promise<void> {
  const keyring = await openKeyring();
  const collection = invocation.values.get('collection');
  const seen = new Set<string>();
  const progress = new Progress(host, 'storing');
  try {
    for (const [index, { label, attributes, contentType, readSecret }] of items.entries()) {
      const telling = await keyring.tellingAttributes(attributes);
      const key = JSON.stringify([...telling].sort());
      // Items without attributes, or with those of an earlier one, take nobody's place.
      // @rule cli/import-keeps-twins keywire#import
      const replace = telling.size > 0 && !seen.has(key);
      seen.add(key);
      const secret = readSecret();
      try {
        await keyring.store({ label, attributes, secret, contentType, replace, collection });
        progress.step(index + 1, items.length);
      } finally {
        secret.fill(0);
      }
    }
  } finally {
    await progress.end();
  }
}

function describe(file: OpenedKeyringFile, isDryRun: boolean): object {
  const { form, rejected, items } = file;
  const shown = items.map(({ label, attributes }) => ({
    label,
    attributes: Object.fromEntries(attributes),
  }));
  return isDryRun ? { form, items: shown, rejected } : { form, imported: items.length, rejected };
}

function listing(host: Host, { form, items }: OpenedKeyringFile): string {
  const shown = (text: string): string => (host.isTerminal('stdout') ? printable(text) : text);
  const lines = items.map(({ label, attributes }) => {
    const pairs = [...attributes].map(([name, value]) => `${shown(name)}=${shown(value)}`);
    return `${[shown(label), ...pairs].join('  ')}\n`;
  });
  return `${items.length} items in the form ${form}\n${lines.join('')}`;
}
