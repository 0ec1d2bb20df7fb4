// The password of the encrypted file, from a file of its own that the user named.

import path from 'node:path';
import type { PasswordSource } from '@keywire/keyring-file';

/** Reads it when it is needed, each time anew; one final newline is dropped. */
export function passwordFile(named: string): PasswordSource {
  const file = path.resolve(named);
  return async () => {
    const { readPassword } = await import('@keywire/keyring-file');
    return await readPassword({ file });
  };
}
