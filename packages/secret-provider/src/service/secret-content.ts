/**
 * What a profile does to a secret's bytes and content type on the way in and out. By default nothing:
 * both come back byte for byte.
 */
import type { Profile } from '../api/profile.ts';
import { Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import type { StoredItem } from '../stores/store.ts';
import { filledIn, isText } from './entry.ts';
import { type Session, sealSecret } from './sessions.ts';

/** What of an item a secret fills; the bytes belong to whoever gets it. */
export type StoredContent = Pick<StoredItem, 'secret' | 'contentType'>;

/**
 * Takes over an opened secret.
 *
 * @throws {@link Refusal} when the profile does not take the content type
 */
export function storedContent(
  { repairsText, cutsTextAtNul, contentTypes }: Profile,
  secret: Uint8Array,
  contentType: string,
): StoredContent {
  const [bareType = ''] = contentType.split(';');
  if (contentTypes !== undefined && !contentTypes.has(bareType)) {
    secret.fill(0);
    throw new Refusal('failed', 'the content type is not supported');
  }
  if (!repairsText || !isText(bareType)) return { secret, contentType };
  const end = cutsTextAtNul ? secret.indexOf(0) : -1;
  const text = end < 0 ? secret : secret.subarray(0, end);
  const repaired = new TextEncoder().encode(new TextDecoder().decode(text));
  secret.fill(0);
  return { secret: repaired, contentType };
}

/** Seals what a client is told of an item. */
export async function sealTold(
  profile: Profile,
  session: Session,
  item: StoredItem,
): Promise<SecretStruct> {
  const type = toldContentType(profile, item.contentType);
  if (!profile.keepsEntries || !isText(item.contentType)) {
    return await sealSecret(session, item.secret, type);
  }
  const filled = new TextEncoder().encode(filledIn(new TextDecoder().decode(item.secret), item));
  try {
    return await sealSecret(session, filled, type);
  } finally {
    filled.fill(0);
  }
}

function toldContentType({ tellsPlainText }: Profile, stored: string): string {
  const isTold = tellsPlainText === 'always' || (tellsPlainText === 'of-text' && isText(stored));
  return isTold ? 'text/plain' : stored;
}

/**
 * The secret of an item that gets another label. Where labels name folders, an item that moves to
 * another one comes out as serialised text: a length and UTF-16 (docs/QUIRKS.md, K2).
 */
export function afterRename(
  { hasFolders }: Profile,
  { label, secret }: StoredItem,
  newLabel: string,
): Uint8Array {
  if (!hasFolders || folderOf(label) === folderOf(newLabel)) return secret;
  const text = new TextDecoder().decode(secret);
  const damaged = new DataView(new ArrayBuffer(4 + 2 * text.length));
  damaged.setUint32(0, 2 * text.length);
  for (let index = 0; index < text.length; index += 1) {
    damaged.setUint16(4 + 2 * index, text.charCodeAt(index));
  }
  return new Uint8Array(damaged.buffer);
}

function folderOf(label: string): string {
  return label.includes('/') ? label.slice(0, label.indexOf('/')) : '';
}
