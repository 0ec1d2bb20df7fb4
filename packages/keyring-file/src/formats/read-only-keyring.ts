/** An opened keyring of a format that is read and never written: v0, text and JSON. */
import type { OwnBytes } from '../bytes.ts';
import {
  checkAttributeCount,
  countAttributes,
  type ItemContents,
  KeyringItem,
  type RejectedItem,
} from '../item.ts';
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
    this.items = withOwnIds(items).map(({ id, contents }) => {
      const secret = new SecretKey(contents.secret);
      secrets.push(secret);
      return new KeyringItem(id, contents, (): OwnBytes => secret.use().slice());
    });
    checkAttributeCount(countAttributes(this.items));
    this.#secrets = secrets;
  }

  close(): void {
    for (const secret of this.#secrets) secret.wipe();
  }
}

/**
 * Each item by an id of its own: what people write by hand has one twice. The first keeps it, and no
 * other takes one that the file gives to a third. Letters, digits and `_` stay so: ids end paths.
 */
function withOwnIds(items: readonly ReadItem[]): readonly ReadItem[] {
  const given = new Set(items.map(({ id }) => id));
  const seen = new Set<string>();
  const times = new Map<string, number>();
  // @rule file/ids-differ keywire#items
  return items.map((item) => {
    const { id } = item;
    if (!seen.has(id)) {
      seen.add(id);
      return item;
    }
    let time = times.get(id) ?? 1;
    do time += 1;
    while (given.has(`${id}_${time}`));
    times.set(id, time);
    return { ...item, id: `${id}_${time}` };
  });
}
