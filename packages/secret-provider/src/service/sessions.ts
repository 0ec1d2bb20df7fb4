/**
 * Transfer sessions: how secrets travel between a client and the provider. A session belongs to the
 * connection that opened it; to every other one it does not exist.
 * https://specifications.freedesktop.org/secret-service/latest/#transfer-of-secrets
 */
import {
  ALGORITHM_DH,
  ALGORITHM_PLAIN,
  agreeKey,
  decryptSecret,
  encryptSecret,
  generateKeyPair,
  isCryptoSessionError,
  type KeyPair,
} from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { SESSION_PREFIX } from '../api/names.ts';
import type { Profile } from '../api/profile.ts';
import { invalidArgs, noSession, notSupported, Refusal } from '../api/refusal.ts';
import type { SecretStruct } from '../api/values.ts';
import { unpaddedKey } from '../io/unpadded-key.ts';

export interface Session {
  readonly path: string;
  /** Unique name of the connection that opened it. */
  readonly owner: string;
  /** 16 bytes; undefined for a plain session. */
  readonly key: Uint8Array | undefined;
}

/** What the rest of the provider must not hold by the thousand for one client. */
const MAX_SESSIONS_PER_CALLER = 256;

const NOTHING = new Uint8Array(0);

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #profile: Profile;
  readonly #makeKeyPair: () => KeyPair;
  #last = 0;

  constructor(profile: Profile, makeKeyPair: () => KeyPair = generateKeyPair) {
    this.#profile = profile;
    this.#makeKeyPair = makeKeyPair;
  }

  /** Opens a session; returns its path and what OpenSession answers. */
  open(owner: string, algorithm: string, input: Variant): { output: Variant; path: string } {
    this.#requireRoom(owner);
    if (algorithm === ALGORITHM_PLAIN) {
      if (this.#profile.checksPlainInput && input.signature !== 's') {
        throw invalidArgs('OpenSession: expected text with the algorithm plain');
      }
      const path = this.#add(owner, undefined);
      const isText = this.#profile.plainOutput === 's';
      return { output: isText ? new Variant('s', '') : new Variant('ay', NOTHING), path };
    }
    // @rule provider/unknown-algorithm secret#transfer-of-secrets
    if (algorithm !== ALGORITHM_DH) {
      throw notSupported('OpenSession: expected plain or the key agreement of the specification');
    }
    if (input.signature !== 'ay' || !(input.value instanceof Uint8Array)) {
      throw new Refusal(
        'no-public-key',
        'OpenSession: expected the public key as an array of bytes',
      );
    }
    const { minPublicKeyBytes, sendsSignedPublicKeys, padsSharedSecret } = this.#profile;
    if (input.value.length < minPublicKeyBytes) {
      throw invalidArgs('OpenSession: Client public key size is invalid');
    }
    const { privateKey, publicKey } = this.#makeKeyPair();
    const path = this.#add(owner, agreeWith(privateKey, input.value, padsSharedSecret));
    const isSigned = sendsSignedPublicKeys && this.#last % 2 === 0;
    return { output: new Variant('ay', isSigned ? withZeroInFront(publicKey) : publicKey), path };
  }

  close(owner: string, path: string): void {
    if (this.isForeign(owner, path)) throw new Refusal('foreign-session', noSession().message);
    const session = this.require(owner, path);
    session.key?.fill(0);
    this.#sessions.delete(path);
  }

  /** Forgets the sessions of a connection that ended; without one, all of them. */
  closeAll(owner?: string): void {
    for (const session of [...this.#sessions.values()]) {
      if (owner === undefined || session.owner === owner) this.close(session.owner, session.path);
    }
  }

  /** The connections that have one. */
  owners(): string[] {
    return [...this.#sessions.values()].map(({ owner }) => owner);
  }

  has(path: string): boolean {
    return this.#sessions.has(path);
  }

  /** Whether there is one at this path that is somebody else's alone. */
  isForeign(owner: string, path: string): boolean {
    const session = this.#sessions.get(path);
    return session !== undefined && session.owner !== owner && !this.#profile.sharesSessions;
  }

  /** The caller's session at this path; anybody else's is answered as if there were none. */
  // @rule provider/session-of-sender secret#transfer-of-secrets
  require(owner: string, path: string): Session {
    const session = this.#sessions.get(path);
    if (session === undefined || this.isForeign(owner, path)) throw noSession();
    return session;
  }

  /** Before a key is agreed on, which is what costs. */
  // @rule provider/session-limit keywire#provider-limits
  #requireRoom(owner: string): void {
    const own = this.owners().filter((each) => each === owner);
    if (own.length < MAX_SESSIONS_PER_CALLER) return;
    throw new Refusal(
      'limits-exceeded',
      `OpenSession: expected at most ${MAX_SESSIONS_PER_CALLER} sessions for one connection`,
    );
  }

  #add(owner: string, key: Uint8Array | undefined): string {
    this.#last += 1;
    const path = `${SESSION_PREFIX}${this.#profile.sessionId(this.#last)}`;
    this.#sessions.set(path, { path, owner, key });
    return path;
  }
}

/** Makes the struct that carries a secret to the session's owner. */
export async function sealSecret(
  session: Session,
  secret: Uint8Array,
  contentType: string,
): Promise<SecretStruct> {
  if (session.key === undefined) {
    return [session.path, NOTHING, new Uint8Array(secret), contentType];
  }
  const { iv, ciphertext } = await encryptSecret(session.key, secret);
  return [session.path, iv, ciphertext, contentType];
}

/** Takes the secret out of a struct that its sender's session carried. */
export async function openSecret(
  session: Session,
  [, parameters, value]: SecretStruct,
): Promise<Uint8Array> {
  if (session.key === undefined) return ownCopy(value);
  try {
    return await decryptSecret(session.key, parameters, value);
  } catch (error) {
    if (!isCryptoSessionError(error)) throw error;
    throw new Refusal('bad-secret', 'the secret was not encrypted for this session');
  }
}

/** A copy that the collector does not move, as it does arrays of few bytes: so it can be wiped. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function agreeWith(privateKey: bigint, publicKey: Uint8Array, isPadded: boolean): Uint8Array {
  try {
    const { key, isCanonical } = agreeKey(privateKey, publicKey);
    if (isCanonical || isPadded) return key;
    key.fill(0);
    // The two sides of such a session have different keys (docs/QUIRKS.md, K18).
    return unpaddedKey(privateKey, publicKey);
  } catch (error) {
    if (!isCryptoSessionError(error)) throw error;
    // @rule provider/peer-key-validated secret#transfer-of-secrets
    throw new Refusal(
      'bad-public-key',
      'OpenSession: expected a public key of 1 to 129 bytes, from 2 to p - 2',
    );
  }
}

/** A number whose top bit is clear stays the same with a zero byte in front (docs/QUIRKS.md, K18). */
function withZeroInFront(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes, 1);
  return longer;
}
