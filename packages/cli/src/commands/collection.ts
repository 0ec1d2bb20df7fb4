/** `keywire collection …`: single collections. */

import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { noSuchAlias } from '../output/nothing-found.ts';
import { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import type { Command, CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

/** By the second word of the command. */
export const COLLECTION_OPERATIONS: Readonly<
  Record<'create' | 'delete' | 'label' | 'alias', Command>
> = { create, delete: remove, label, alias };

async function create({ invocation, openKeyring }: CommandContext): Promise<Outcome> {
  const [name = ''] = invocation.words;
  const objects = await (await openKeyring()).objects();
  const path = await objects.createCollection(name, invocation.values.get('alias'));
  const isJson = invocation.flags.has('json');
  return new Output().out(isJson ? jsonLine({ path }) : `${path}\n`).finish();
}

async function remove({ invocation, openKeyring }: CommandContext): Promise<Outcome> {
  const [name = ''] = invocation.words;
  const objects = await (await openKeyring()).objects();
  return done(invocation.flags, await objects.deleteCollection(name));
}

async function label({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const [name = '', next] = invocation.words;
  const objects = await (await openKeyring()).objects();
  if (next !== undefined)
    return done(invocation.flags, await objects.setCollectionLabel(name, next));
  const text = await objects.collectionLabel(name);
  if (invocation.flags.has('json')) return new Output().out(jsonLine({ label: text })).finish();
  const shown = host.isTerminal('stdout') ? printable(text) : text;
  return new Output().out(`${shown}\n`).finish();
}

async function alias({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { flags, words } = invocation;
  const [name = '', collection] = words;
  if (flags.has('remove') && collection !== undefined) {
    throw usageError('collection alias: --remove and a collection exclude each other');
  }
  const objects = await (await openKeyring()).objects();
  if (flags.has('remove') || collection !== undefined) {
    const path = await objects.setAlias(name, collection);
    return done(flags, path ?? null);
  }
  const path = await objects.readAlias(name);
  if (flags.has('json')) {
    const code = path === undefined ? ExitCode.NOT_FOUND : ExitCode.DONE;
    return new Output().out(jsonLine({ path: path ?? null })).finish(code);
  }
  return path === undefined ? noSuchAlias(host) : new Output().out(`${path}\n`).finish();
}

function done(flags: ReadonlySet<string>, path: string | null): Outcome {
  const output = new Output();
  if (flags.has('json')) output.out(jsonLine({ path }));
  return output.finish();
}
