/**
 * What becomes of a secret that does not decrypt, or whose session is unknown. It is refused; daemons
 * that are imitated take it as it is, leave an empty item behind, or ask in vain (docs/QUIRKS.md, K24,
 * P20, P22).
 */
import type { Profile } from '../api/profile.ts';
import { Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import { openSecret, type Session } from './sessions.ts';

/** Takes the secret out of its struct. */
export async function openGiven(
  { badSecret }: Profile,
  session: Session,
  struct: SecretStruct,
): Promise<Uint8Array> {
  // What has parameters was encrypted: stored as it came, nobody could ever read it.
  // @rule provider/plain-without-parameters secret#transfer-of-secrets
  if (badSecret === 'refused' && session.key === undefined && struct[1].length > 0) {
    throw new Refusal('bad-secret', 'expected no parameters in a plain session');
  }
  try {
    return await openSecret(session, struct);
  } catch (error) {
    if (badSecret === 'taken' && isBadSecret(error)) return struct[2].slice();
    throw error;
  }
}

/** Whether a secret could not be had: of its session, or of its bytes. */
export function isBadSecret(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.kind === 'bad-secret' || error.kind === 'no-session');
}
