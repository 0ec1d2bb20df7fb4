/** An opened keyring of a format that is read and never written: v0, text and JSON. */
import type { OwnBytes } from '../bytes.ts';
import { type ItemContents, KeyringItem, type RejectedItem } from '../item.ts';
import { SecretKey } from '../keys/secret-key.ts';
import type { KeyringFormat, ReadableKeyring } from '../types/opened-keyring.ts';

/** An item as its file gives it; a file's own id where it has one. */
export interface ReadItem {
  readonly id: string;
  readonly contents: ItemContents;
}

/** See {@link ReadableKeyring}. These formats decrypt as a whole, so the secrets are held here. */
export class ReadOnlyKeyring implements ReadableKeyring {
  readonly isWritable = false;
  readonly format: KeyringFormat;
  readonly label: string | undefined;
  readonly items: readonly KeyringItem[];
  readonly rejected: readonly RejectedItem[];
  readonly #secrets: readonly SecretKey[];

  /** Takes ownership of the secrets of `items`. */
  constructor(
    format: KeyringFormat,
    label: string | undefined,
    items: readonly ReadItem[],
    rejected: readonly RejectedItem[] = [],
  ) {
    this.format = format;
    this.label = label;
    this.rejected = rejected;
    const secrets: SecretKey[] = [];
    this.items = items.map(({ id, contents }) => {
      const secret = new SecretKey(contents.secret);
      secrets.push(secret);
      return new KeyringItem(id, contents, (): OwnBytes => secret.use().slice());
    });
    this.#secrets = secrets;
  }

  close(): void {
    for (const secret of this.#secrets) secret.wipe();
  }
}
