// The content type that goes with a secret. Some daemons re-encode what is declared as text and
// replace bytes that are not UTF-8 by U+FFFD, so text is declared only for bytes that are UTF-8.
// The type that a daemon gives back is never trusted to say whether a secret is text.

import { secretServiceError } from './errors.ts';

/** The type of secrets that are valid UTF-8. Bare: parameters have lost secrets elsewhere. */
export const TEXT_CONTENT_TYPE = 'text/plain';

/** The type of all other secrets. */
export const BINARY_CONTENT_TYPE = 'application/octet-stream';

/**
 * Chooses the type to declare for a secret.
 *
 * @param wanted - the caller's type; `text/*` is kept only for valid UTF-8
 * @param accepted - the types that the daemon takes, when it has a closed list
 * @throws {@link InvalidArgumentError} with code `invalid-argument` for a malformed type.
 */
export function contentTypeFor(
  bytes: Uint8Array,
  wanted?: string,
  accepted?: readonly string[],
): string {
  const isText = isUtf8(bytes);
  if (wanted === undefined) return isText ? TEXT_CONTENT_TYPE : BINARY_CONTENT_TYPE;
  if (!/^[!-~]+\/[ -~]+$/.test(wanted)) {
    throw secretServiceError('invalid-argument', 'content type', {
      detail: `expected "type/subtype" in ASCII, got ${wanted.length} characters`,
    });
  }
  // @rule secret/text-is-utf8 quirk#K7
  if (wanted.toLowerCase().startsWith('text/') && !isText) return BINARY_CONTENT_TYPE;
  // @rule secret/closed-content-types quirk#O8
  if (accepted !== undefined && !accepted.includes(wanted)) return BINARY_CONTENT_TYPE;
  return wanted;
}

/** Whether bytes are valid UTF-8. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
