/**
 * `keywire unlock`: with the keyring's own prompt, or with a password from a file or a descriptor.
 * The password never comes from the command line or the environment, where others could see it.
 */
import { usageError } from '../cli-error.ts';
import { ExitCode } from '../exit-code.ts';
import { jsonLine } from '../item-text.ts';
import { withoutFinalNewline } from '../newline.ts';
import { type Outcome, Output } from '../outcome.ts';
import type { CommandContext } from '../types/command.ts';
import type { Host } from '../types/host.ts';

const MAX_PASSWORD_BYTES = 64 * 1024;
/** The largest descriptor that a Linux process can hold is far below. */
const MAX_DESCRIPTOR = 1_048_576;

export async function unlock({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { flags, values } = invocation;
  const file = values.get('password-file');
  const descriptor = values.get('password-fd');
  const collection = values.get('collection');
  const read = await readPassword(host, file, descriptor);
  try {
    const password = read === undefined ? undefined : withoutFinalNewline(read);
    // @rule cli/no-empty-password keywire#secrets-and-arguments
    if (password?.length === 0) throw usageError('unlock: the password is empty');
    const keyring = await openKeyring();
    const unlocked = await keyring.unlock({ collection, password });
    const output = new Output();
    if (flags.has('json')) output.out(jsonLine({ unlocked }));
    return output.finish(ExitCode.DONE);
  } finally {
    read?.fill(0);
  }
}

async function readPassword(
  host: Host,
  file: string | undefined,
  descriptor: string | undefined,
): Promise<Uint8Array | undefined> {
  if (file !== undefined && descriptor !== undefined) {
    throw usageError('unlock: --password-file and --password-fd exclude each other');
  }
  if (file !== undefined) return await host.readFile(file, MAX_PASSWORD_BYTES);
  if (descriptor === undefined) return undefined;
  const number = /^\d{1,7}$/u.test(descriptor) ? Number(descriptor) : Number.NaN;
  if (!(number <= MAX_DESCRIPTOR)) {
    throw usageError('unlock: --password-fd takes the number of an open descriptor');
  }
  return await host.readDescriptor(number, MAX_PASSWORD_BYTES);
}
