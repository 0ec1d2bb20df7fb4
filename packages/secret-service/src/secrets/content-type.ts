// The content type that goes with a secret. Some daemons re-encode what is declared as text and
// replace bytes that are not UTF-8 by U+FFFD, or drop a byte order mark and what follows a NUL; a password
// manager fills in `{TITLE}` whenever it is read. Text is declared only for bytes that come back as they
// were.
// The type that a daemon gives back is never trusted to say whether a secret is text.

import { secretServiceError } from '../errors/errors.ts';

/** The type of secrets that are plain UTF-8. Bare: parameters have lost secrets elsewhere. */
export const TEXT_CONTENT_TYPE = 'text/plain';

/** The type of all other secrets. */
const BINARY_CONTENT_TYPE = 'application/octet-stream';

/**
 * Checks a caller's type.
 *
 * @throws {@link InvalidArgumentError} with code `invalid-argument` for a malformed one.
 */
export function checkContentType(wanted: string): void {
  if (typeof wanted === 'string' && /^[!-~]+\/[ -~]+$/.test(wanted)) return;
  throw secretServiceError('invalid-argument', 'content type', {
    detail: `expected "type/subtype" in ASCII, got ${typeof wanted}`,
  });
}

/**
 * Chooses the type to declare for a secret.
 *
 * @param wanted - the caller's type, checked; `text/*` is kept only for UTF-8 that no daemon alters
 * @param accepted - the types that the daemon takes, when it has a closed list
 * @param isFilledIn - whether the daemon would alter it as text
 */
export function contentTypeFor(
  bytes: Uint8Array,
  wanted?: string,
  accepted?: readonly string[],
  isFilledIn = false,
): string {
  const isText = !isFilledIn && isUtf8(bytes) && !bytes.includes(0) && !startsWithMark(bytes);
  if (wanted === undefined) return isText ? TEXT_CONTENT_TYPE : BINARY_CONTENT_TYPE;
  // @rule secret/text-is-utf8 quirk#K7
  if (wanted.toLowerCase().startsWith('text/') && !isText) return BINARY_CONTENT_TYPE;
  // @rule secret/closed-content-types quirk#O8
  if (accepted !== undefined && !accepted.includes(wanted)) return BINARY_CONTENT_TYPE;
  return wanted;
}

/** Whether there is a byte order mark in front, which a daemon may take for no part of the text. */
function startsWithMark(bytes: Uint8Array): boolean {
  // @rule secret/text-survives quirk#K21
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/**
 * Whether bytes are valid UTF-8 (RFC 3629 §4). Looked at byte by byte: decoding would leave a string
 * of the secret in memory, which nothing can wipe.
 */
function isUtf8(bytes: Uint8Array): boolean {
  // @rule secret/no-string-of-secret keywire#secrets-are-bytes
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    at += 1;
    if (lead < 0x80) continue;
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (more === 0 || at + more > bytes.length) return false;
    // The second byte's range keeps out surrogates, overlong forms, and what is past U+10FFFF.
    const [low, high] = SECOND_BYTE.get(lead) ?? [0x80, 0xbf];
    const second = bytes[at] ?? 0;
    if (second < low || second > high) return false;
    for (let i = 1; i < more; i += 1) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return false;
    at += more;
  }
  return true;
}

/** Lead bytes after which the second byte has a range of its own. */
const SECOND_BYTE: ReadonlyMap<number, readonly [low: number, high: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Whether bytes hold something like `{NAME}`: a brace, a letter, and a brace somewhere after it. */
export function holdsPlaceholder(bytes: Uint8Array): boolean {
  // @rule secret/placeholders-are-bytes quirk#P26
  return holds(bytes, (at) => isOneOf(bytes[at], 'abcdefghijklmnopqrstuvwxyz'));
}

/** Whether bytes hold a reference to another entry, in any case: `{REF:wanted@sought:text}`. */
export function holdsReference(bytes: Uint8Array): boolean {
  const form = ['r', 'e', 'f', ':', 'tupani', '@', 'tupanio', ':'];
  return holds(bytes, (at, end) => {
    const text = at + form.length;
    const isForm = form.every((letters, index) => isOneOf(bytes[at + index], letters));
    return isForm && text < end && bytes[text] !== CLOSING_BRACE;
  });
}

/** Whether what follows an opening brace is of a kind; there is a closing one at `end`. */
function holds(bytes: Uint8Array, isOne: (at: number, end: number) => boolean): boolean {
  const end = bytes.lastIndexOf(CLOSING_BRACE);
  for (
    let at = bytes.indexOf(OPENING_BRACE);
    at >= 0 && at < end;
    at = bytes.indexOf(OPENING_BRACE, at + 1)
  ) {
    if (isOne(at + 1, end)) return true;
  }
  return false;
}

/** Whether a byte is one of these ASCII characters, whatever its case. */
function isOneOf(byte: number | undefined, characters: string): boolean {
  return byte !== undefined && characters.includes(String.fromCharCode(byte).toLowerCase());
}
