/** Opens the bytes of a keyring of any form. Pure: files are the business of `KeyringFile`. */

import { KeyringFileError } from '../errors.ts';
import type { KeyDerivation } from '../keys/kdf.ts';
import type { KeyringFormat, OpenedKeyring } from '../types/opened-keyring.ts';
import { detectFormat } from './detect-format.ts';
import { type OpenHardenedOptions, openHardened } from './hardened/keyring.ts';
import { parseJsonKeyring } from './json-keyring.ts';
import { parseTextKeyring } from './text-keyring.ts';
import { openV0 } from './v0/keyring.ts';
import { openV1 } from './v1/keyring.ts';

/** What {@link openKeyring} takes. */
export interface OpenKeyringOptions extends OpenHardenedOptions {
  /** Called once, and only for the forms that have a password. The result is wiped after use. */
  readonly password: () => Promise<Uint8Array>;
  readonly kdf: KeyDerivation;
  readonly nowSeconds: number;
  /** Refuses any other form. Default: whatever the bytes are. */
  readonly format?: KeyringFormat | undefined;
}

/**
 * Detects, parses and opens a keyring.
 * @throws {@link KeyringFileError} with code `not-a-keyring-file` or a code of the form's own parser
 */
export async function openKeyring(
  bytes: Uint8Array,
  options: OpenKeyringOptions,
): Promise<OpenedKeyring> {
  const format = detectFormat(bytes);
  if (format === undefined || (options.format ?? format) !== format) {
    throw new KeyringFileError(
      'not-a-keyring-file',
      `keyring file: expected ${options.format ?? 'a known form'}, got ${format ?? 'another'} (${bytes.length} bytes)`,
    );
  }
  if (format === 'text') return parseTextKeyring(bytes);
  if (format === 'json') return parseJsonKeyring(bytes, options.nowSeconds);
  const password = await options.password();
  try {
    if (format === 'v0') return openV0(bytes, password);
    if (format === 'v1') return await openV1(bytes, password, options.kdf);
    return await openHardened(bytes, password, options.kdf, options);
  } finally {
    password.fill(0);
  }
}
