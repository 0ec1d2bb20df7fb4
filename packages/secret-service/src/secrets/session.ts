// A transfer session: how it is opened, and how secrets are sealed for it and taken out of it.
// https://specifications.freedesktop.org/secret-service/latest/ (Sessions, Transfer of Secrets)
// The key is derived when it is first needed: a reader sends its request before that.

import {
  ALGORITHM_DH,
  ALGORITHM_PLAIN,
  agreeKey,
  decryptSecret,
  encryptSecret,
  generateKeyPair,
} from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import type { Origin, Peer } from '../daemon/peer.ts';
import { secretServiceError } from '../errors/errors.ts';
import { openSession } from '../protocol/calls.ts';
import { readSessionReply, type SecretStruct } from '../protocol/replies.ts';
import { Secret } from './secret.ts';

/** What callers may know of a session. The key is not reachable from here. */
export interface SessionInfo {
  readonly path: string;
  readonly algorithm: string;
  readonly encrypted: boolean;
}

/** Says that a session must be replaced by another before anything is done with it. */
export class UnusableSession extends Error {
  override readonly name = 'UnusableSession';
}

interface DerivedKey {
  readonly key: Uint8Array;
  readonly isCanonical: boolean;
}

/** One open session. */
export class Session {
  readonly path: string;
  /** Where it was opened; it means nothing to any other daemon, nor on another connection. */
  readonly origin: Origin;
  readonly algorithm: string;
  readonly #derive: (() => DerivedKey) | undefined;
  #derived: DerivedKey | undefined;
  #users = 0;
  #isOver = false;

  constructor(path: string, origin: Origin, derive: (() => DerivedKey) | undefined) {
    this.path = path;
    this.origin = origin;
    this.algorithm = derive === undefined ? ALGORITHM_PLAIN : ALGORITHM_DH;
    this.#derive = derive;
  }

  get info(): SessionInfo {
    return { path: this.path, algorithm: this.algorithm, encrypted: this.#derive !== undefined };
  }

  /**
   * Does something with it; its key is kept until that has ended, whoever gives it up meanwhile.
   *
   * @throws {@link UnusableSession} when it was given up before.
   */
  async during<T>(operation: (session: Session) => Promise<T>): Promise<T> {
    if (this.#isOver) throw new UnusableSession('it is over');
    this.#users += 1;
    try {
      return await operation(this);
    } finally {
      this.#users -= 1;
      this.#wipeUnused();
    }
  }

  /**
   * Derives the key, if there is one and it is not derived yet. Readers call this while their reply
   * is on its way.
   *
   * @throws {@link UnusableSession} when the shared secret starts with a zero byte: daemons disagree
   * on such secrets, and another session costs less than finding out; and when the key is wiped.
   */
  prepareKey(): void {
    if (this.#derive === undefined) return;
    // A wiped key is all zero, which everyone knows: nothing may be sealed with it.
    // @rule secret/key-outlives-its-users keywire#secrets-are-bytes
    if (this.#isOver && this.#users === 0) throw new UnusableSession('it is over');
    try {
      this.#derived ??= this.#derive();
    } catch (error) {
      // It never will have a key: whoever comes next opens another session.
      this.dispose();
      throw error;
    }
    // @rule secret/canonical-session keywire#canonical-session
    if (!this.#derived.isCanonical) throw new UnusableSession('shared secret is not canonical');
  }

  /** Makes the struct that carries a secret to the daemon. */
  async seal(bytes: Uint8Array, contentType: string): Promise<SecretStruct> {
    const { path: session } = this;
    if (this.#derive === undefined) {
      return { session, parameters: new Uint8Array(0), value: bytes, contentType };
    }
    const { iv, ciphertext } = await encryptSecret(this.#key(), bytes);
    return { session, parameters: iv, value: ciphertext, contentType };
  }

  /**
   * Takes the secret out of a struct from the daemon, and wipes what the struct held of it.
   *
   * @throws {@link SessionError} with code `decrypt-failed`: one code and one message, whatever the
   * reason, so that nothing can be learnt from it.
   */
  async open(struct: SecretStruct): Promise<Secret> {
    if (this.#derive === undefined) return takeBytes(struct.value, struct.contentType);
    try {
      const bytes = await decryptSecret(this.#key(), struct.parameters, struct.value);
      return takeBytes(bytes, struct.contentType);
    } catch (error) {
      if (error instanceof UnusableSession) throw error;
      // @rule secret/one-decrypt-error keywire#one-decrypt-error
      throw secretServiceError('decrypt-failed', 'Session');
    }
  }

  /** Ends it: its key is wiped once nobody uses it any more. */
  dispose(): void {
    this.#isOver = true;
    this.#wipeUnused();
  }

  #wipeUnused(): void {
    if (!this.#isOver || this.#users > 0) return;
    this.#derived?.key.fill(0);
    this.#derived = undefined;
  }

  #key(): Uint8Array {
    this.prepareKey();
    if (this.#derived === undefined) throw new Error('internal error: session without a key');
    return this.#derived.key;
  }
}

/** Opens an encrypted session. The public key is made before the call is sent. */
export async function openEncryptedSession(peer: Peer): Promise<Session> {
  const { privateKey, publicKey } = generateKeyPair();
  const reply = await peer.call(openSession(ALGORITHM_DH, new Variant('ay', publicKey)));
  const [output, path] = readSessionReply(reply, 'Service.OpenSession');
  const { value } = output;
  if (!(value instanceof Uint8Array)) {
    throw secretServiceError('protocol', 'Service.OpenSession', {
      detail: `expected a public key of type ay, got ${output.signature}`,
    });
  }
  const origin = peer.originOf(reply, 'Service.OpenSession');
  return new Session(path, origin, () => derive(privateKey, value));
}

/** Opens a plain session. What the daemon puts out is of no meaning, and of any type. */
export async function openPlainSession(peer: Peer): Promise<Session> {
  const reply = await peer.call(openSession(ALGORITHM_PLAIN, new Variant('s', '')));
  // @rule secret/plain-output-ignored quirk#K5
  const [, path] = readSessionReply(reply, 'Service.OpenSession');
  return new Session(path, peer.originOf(reply, 'Service.OpenSession'), undefined);
}

function derive(privateKey: bigint, peerPublicKey: Uint8Array): DerivedKey {
  try {
    return agreeKey(privateKey, peerPublicKey);
  } catch (error) {
    throw secretServiceError('protocol', 'Service.OpenSession', {
      cause: error,
      detail: `expected a public key, got ${peerPublicKey.length} bytes that are none`,
    });
  }
}

/** Copies bytes into a secret and wipes them where they came from. */
function takeBytes(bytes: Uint8Array, contentType: string): Secret {
  const secret = new Secret(bytes, contentType);
  bytes.fill(0);
  return secret;
}
