// What a caller wants stored, checked and ready to be sealed for a session: the bytes in a buffer of
// our own, and a content type that no daemon will damage them for.

import type { DaemonProfile } from '../daemon-profile.ts';
import { secretServiceError } from '../errors/errors.ts';
import { MAX_SECRET_BYTES } from '../limits.ts';
import type { SecretStruct } from '../protocol/replies.ts';
import {
  checkContentType,
  contentTypeFor,
  holdsPlaceholder,
  holdsReference,
} from './content-type.ts';
import { type Secret, type SecretInput, toSecret } from './secret.ts';
import type { Session } from './session.ts';

/**
 * Copies and checks a secret to be stored. The caller disposes of the result.
 *
 * @throws {@link InvalidArgumentError} with code `too-large` over 64 MiB - 4 KiB, before anything is
 * sent: a message over the bus's limit would end the connection; `invalid-argument` for a type that
 * is none.
 */
export function secretToStore(input: SecretInput, contentType: string | undefined): Secret {
  if (contentType !== undefined) checkContentType(contentType);
  const secret = toSecret(input, '');
  // @rule secret/too-large dbus#message-protocol-marshaling
  if (secret.bytes.length <= MAX_SECRET_BYTES) return secret;
  const detail = `expected up to ${MAX_SECRET_BYTES} bytes, got ${secret.bytes.length}`;
  secret.dispose();
  throw secretServiceError('too-large', 'secret', { detail });
}

/**
 * Seals a secret for a session, with the content type for this daemon.
 *
 * @throws {@link NotSupportedError} for one that the daemon refuses as a reference to another.
 */
export async function sealFor(
  session: Session,
  secret: Secret,
  contentType: string | undefined,
  profile: DaemonProfile,
): Promise<SecretStruct> {
  // @rule secret/references-refused quirk#P27
  if (profile.fillsPlaceholders && holdsReference(secret.bytes)) {
    throw secretServiceError('not-supported', 'secret', {
      detail: 'expected no reference to another entry ({REF:…}), which this keyring does not store',
    });
  }
  const isFilledIn = profile.fillsPlaceholders && holdsPlaceholder(secret.bytes);
  const type = contentTypeFor(secret.bytes, contentType, profile.contentTypes, isFilledIn);
  return session.seal(secret.bytes, type);
}
