/**
 * `keywire import`: the items of a keyring file of any form into the keyring. Nothing is lost on the
 * way: of items with the same attributes in the file each becomes one, and a second run replaces what
 * the first one stored, as far as their attributes tell them apart.
 */

import { withPasswords } from '../arguments/password-options.ts';
import { ExitCode } from '../exit-code.ts';
import { isInterrupted } from '../output/cli-error.ts';
import { describeFailure } from '../output/describe-failure.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { failureLine, printable } from '../output/printable.ts';
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
    const stopped = isDryRun ? undefined : await storeAll(context, file.items);
    if (stopped !== undefined)
      return output.err(complaint(host, stopped.line)).finish(stopped.code);
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
    files.open(invocation.words[0] ?? '', 'FILE', () => read(request)),
  );
}

/** Why it went no further, told of the item that it is about. */
interface Stopped {
  readonly line: string;
  readonly code: ExitCode;
}

/** @returns at what item it stopped, where the keyring does not take that very item */
async function storeAll(
  { invocation, host, openKeyring }: CommandContext,
  items: readonly PortableItem[],
): Promise<Stopped | undefined> {
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
      } catch (error) {
        if (isInterrupted(error, host.signal)) throw error;
        return await stoppedAt(`import: item ${index + 1} of ${items.length}`, error);
      } finally {
        secret.fill(0);
      }
    }
    return undefined;
  } finally {
    await progress.end();
  }
}

/** Rejects with what is about the keyring as a whole: one that is locked, say, or gone. */
// @rule cli/import-names-the-item keywire#import
async function stoppedAt(item: string, error: unknown): Promise<Stopped> {
  const { code, message, advice } = await describeFailure(error);
  if (code !== ExitCode.OTHER && code !== ExitCode.USAGE) throw error;
  return { line: failureLine(`${item}: ${message}`, advice), code };
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
