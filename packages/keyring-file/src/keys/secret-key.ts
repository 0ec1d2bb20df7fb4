/** A key that can be forgotten: what was opened with it fails with `closed` from then on. */
import type { OwnBytes } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';

export class SecretKey {
  #bytes: OwnBytes | undefined;

  /** Takes ownership of `bytes` and wipes them in {@link SecretKey.wipe}. */
  constructor(bytes: OwnBytes) {
    this.#bytes = bytes;
  }

  /**
   * The key itself, not a copy.
   * @throws {@link KeyringFileError} with code `closed`
   */
  use(): OwnBytes {
    if (this.#bytes !== undefined) return this.#bytes;
    throw new KeyringFileError('closed', 'keyring file: expected to be open, got closed');
  }

  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }
}
