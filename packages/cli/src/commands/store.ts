/**
 * `keywire store`: a secret from stdin, a file or a hidden prompt into the keyring. Nobody shall
 * type a password only to learn that there is nowhere to put it: the keyring is looked for first.
 */

import { withoutFinalNewline } from '../arguments/newline.ts';
import { secretInput } from '../arguments/secret-input.ts';
import { ExitCode } from '../exit-code.ts';
import { decodeBase64 } from '../output/base64.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { oneLine } from '../output/printable.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

/** The largest secret that can be read again, as `@keywire/secret-service` has it. */
export const MAX_SECRET_BYTES: number = 64 * 1024 * 1024 - 4096;
/** Base64 of it, with line ends after every 64 characters and some to spare. */
const MAX_BASE64_BYTES = Math.ceil((MAX_SECRET_BYTES * 4) / 3) + 2 * 1024 * 1024;

export async function store({ invocation, host, openKeyring }: CommandContext): Promise<Outcome> {
  const { attributes, flags, values } = invocation;
  const label = values.get('label') ?? '';
  const source = secretInput('store', `Secret for ${oneLine(label)}: `, invocation, host);
  const keyring = await openKeyring();
  if (source.isPerson) await keyring.ready();
  const read = await source.read(flags.has('base64') ? MAX_BASE64_BYTES : MAX_SECRET_BYTES);
  const secret = flags.has('base64') ? decodeAndWipe(read) : read;
  const kept = flags.has('strip-newline') ? withoutFinalNewline(secret) : secret;
  try {
    const path = await keyring.store({
      label,
      attributes,
      secret: kept,
      collection: values.get('collection'),
    });
    const output = new Output();
    if (flags.has('json')) output.out(jsonLine({ path }));
    return output.finish(ExitCode.DONE);
  } finally {
    secret.fill(0);
  }
}

function decodeAndWipe(text: Uint8Array): Uint8Array {
  const decoded = decodeBase64(text);
  text.fill(0);
  if (decoded === undefined) throw usageError('store: the secret read is not base64');
  return decoded;
}
