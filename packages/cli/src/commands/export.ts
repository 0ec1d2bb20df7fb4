/**
 * `keywire export`: the items of the keyring, or of a keyring file, into a new file. Encrypted unless
 * --plaintext insists; nothing is printed that a terminal would keep.
 */

import {
  passwordSource,
  readPassword,
  refuseSharedDescriptor,
  withPasswords,
} from '../arguments/password-options.ts';
import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { complaint } from '../output/terminal-style.ts';
import type { CommandContext, Invocation } from '../types/command.ts';
import type { Keyring } from '../types/keyring.ts';
import type { KeyringFiles, PortableItem, WrittenForm } from '../types/keyring-files.ts';
import type { Outcome } from '../types/outcome.ts';

const STDOUT = '-';

interface Source {
  readonly items: readonly PortableItem[];
  readonly rejected: number;
  close(): void;
}

export async function exportItems(context: CommandContext): Promise<Outcome> {
  const { invocation, host } = context;
  const { words, flags, values } = invocation;
  const [target = ''] = words;
  const form = writtenForm(values.get('format'));
  const isPlain = flags.has('plaintext');
  // @rule cli/plaintext-not-to-terminal keywire#export
  if (isPlain && target === STDOUT && host.isTerminal('stdout')) {
    throw usageError('export: secrets in clear are not for a terminal; name a file');
  }
  if (!isPlain && target === STDOUT) throw usageError('export: - is for --plaintext alone');
  if (isPlain) refuseEncryption(invocation);
  if (target === '') throw usageError('export: FILE is empty');
  refuseMixedSource(invocation);
  refuseSharedDescriptor(invocation, 'password', 'from-password');
  const files = await host.keyringFiles();
  // Nobody shall type a password only to learn that there is nothing to read, or nowhere to write.
  if (target !== STDOUT) await files.requireNew(target);
  const keyring = values.has('from') ? undefined : await openReady(context);
  let given: Uint8Array | undefined;
  const password = isPlain
    ? undefined
    : async (): Promise<Uint8Array> => {
        given ??= await newPassword(context);
        return given;
      };
  let source: Source | undefined;
  try {
    // A file asks for it itself, once it is known to be one; no secrets lie about while it is typed.
    if (keyring !== undefined) await password?.();
    source = await (keyring === undefined
      ? openFile(context, files, password)
      : readKeyring(keyring, values.get('collection')));
    const bytes =
      password === undefined
        ? await files.formatJson(source.items)
        : await files.seal(source.items, form, await password());
    const output = new Output();
    if (target === STDOUT) output.out(bytes);
    else await files.writeNew(target, bytes);
    if (flags.has('json') && target !== STDOUT) {
      output.out(jsonLine({ items: source.items.length, rejected: source.rejected }));
    }
    if (source.rejected === 0) return output.finish();
    const notice = `export: damaged items that were left out: ${source.rejected}`;
    return output.err(complaint(host, notice)).finish(ExitCode.OTHER);
  } finally {
    source?.close();
    given?.fill(0);
  }
}

/** Who gives a form or a password expects a file that is encrypted. */
// @rule cli/plaintext-takes-no-password keywire#export
function refuseEncryption(invocation: Invocation): void {
  const isFormGiven = invocation.values.has('format');
  // The password of a file that is read may be given under this name, where it has no other.
  const isForSource =
    invocation.values.has('from') && passwordSource(invocation, 'from-password') === undefined;
  const isPasswordGiven = passwordSource(invocation, 'password') !== undefined;
  if (!isFormGiven && (!isPasswordGiven || isForSource)) return;
  throw usageError('export: --plaintext encrypts nothing: it takes no --format and no password');
}

function writtenForm(format = 'v1'): WrittenForm {
  if (format === 'v1' || format === 'hardened') return format;
  throw usageError('--format takes v1, hardened');
}

function newPassword({ invocation, host }: CommandContext): Promise<Uint8Array> {
  const question = 'Password for the new file: ';
  return readPassword(invocation, host, { prefix: 'password', question, isNew: true });
}

function refuseMixedSource(invocation: Invocation): void {
  const isFile = invocation.values.has('from');
  if (invocation.values.get('from') === '') throw usageError('--from is empty');
  if (isFile && invocation.values.has('collection')) {
    throw usageError('export: a file has no collections to choose');
  }
  if (!isFile && passwordSource(invocation, 'from-password') !== undefined) {
    throw usageError('export: --from-password-… belongs to --from');
  }
}

async function openReady({ openKeyring }: CommandContext): Promise<Keyring> {
  const keyring = await openKeyring();
  await keyring.ready();
  return keyring;
}

async function readKeyring(keyring: Keyring, collection: string | undefined): Promise<Source> {
  const found = await keyring.readAll({ collection });
  const items = found.map(({ secret, ...item }) => ({
    ...item,
    contentType: secret.contentType,
    readSecret: () => secret.bytes,
  }));
  const close = (): void => {
    for (const { secret } of found) secret.bytes.fill(0);
  };
  return { items, rejected: 0, close };
}

async function openFile(
  { invocation, host }: CommandContext,
  files: KeyringFiles,
  newOne: (() => Promise<Uint8Array>) | undefined,
): Promise<Source> {
  return await withPasswords(invocation, host, (read) =>
    files.open(invocation.values.get('from') ?? '', '--from', async () => {
      const isOwn = passwordSource(invocation, 'from-password') !== undefined;
      if (newOne !== undefined && !isOwn) return await newOne();
      const question = 'Password of the file to read: ';
      return await read({ prefix: isOwn ? 'from-password' : 'password', question, isNew: false });
    }),
  );
}
