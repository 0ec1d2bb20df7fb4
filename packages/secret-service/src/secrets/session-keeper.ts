// Keeps one session open and usable. A session is replaced when the daemon forgot it, when the
// daemon itself was replaced, when its shared secret is not canonical, and once when a secret does
// not decrypt.

import { untilAborted } from '../abort.ts';
import type { Peer } from '../daemon/peer.ts';
import { isSecretServiceError, secretServiceError } from '../errors/errors.ts';
import { MAX_SESSION_ATTEMPTS } from '../limits.ts';
import { closeSession } from '../protocol/calls.ts';
import {
  openEncryptedSession,
  openPlainSession,
  type Session,
  UnusableSession,
} from './session.ts';

/**
 * What kind of session is asked for. `prefer-encrypted` falls back to plain only when the daemon
 * says that it does not support encryption; what was chosen is told by `service.session`.
 */
export type SessionPreference = 'encrypted' | 'prefer-encrypted' | 'plain';

export const SESSION_PREFERENCES: readonly SessionPreference[] = [
  'encrypted',
  'prefer-encrypted',
  'plain',
];

/** The session of one service. */
export class SessionKeeper {
  readonly #peer: Peer;
  readonly #preference: SessionPreference;
  #pending: Promise<Session> | undefined;
  #current: Session | undefined;

  constructor(peer: Peer, preference: SessionPreference) {
    this.#peer = peer;
    this.#preference = preference;
    peer.links.onLoss(() => this.#forget());
  }

  /** The session that is open now, if one is. */
  get current(): Session | undefined {
    return this.#current;
  }

  /**
   * Opens a session unless one is open or on its way; the call is written at once. It belongs to
   * everyone who waits for it, so no single caller's AbortSignal ends it, only the reply deadline.
   */
  open(): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    const pending = this.#open();
    this.#pending = pending;
    pending.then(
      (session) => {
        if (this.#pending === pending) this.#current = session;
        else this.#end(session);
      },
      () => {
        // The failure reaches everyone who waits; the next operation tries again.
        if (this.#pending === pending) this.#pending = undefined;
      },
    );
    return pending;
  }

  /**
   * Does something with a session, and does it again with another session when this one turns out
   * to be of no use: the daemon refused, or was not asked at all, so it is never done twice.
   */
  async use<T>(
    operation: (session: Session) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const budget = { sessions: MAX_SESSION_ATTEMPTS, losses: 1 };
    for (;;) {
      const pending = this.open();
      const session = await untilAborted(pending, signal, 'Session');
      try {
        return await session.during(operation);
      } catch (error) {
        if (!isRepeatable(error, budget)) throw translate(error);
        this.#discard(pending);
      }
    }
  }

  /** Closes the session at the daemon; nobody waits for it. */
  close(): void {
    if (this.#current !== undefined) this.#end(this.#current);
    this.#forget();
  }

  async #open(): Promise<Session> {
    if (this.#preference === 'plain') return openPlainSession(this.#peer);
    try {
      return await openEncryptedSession(this.#peer);
    } catch (error) {
      // @rule secret/no-silent-plain keywire#nothing-weakened
      const mayFallBack = this.#preference === 'prefer-encrypted';
      if (!mayFallBack || !isSecretServiceError(error, 'not-supported')) throw error;
      return openPlainSession(this.#peer);
    }
  }

  /** Drops a session that is of no use, unless another has taken its place already. */
  #discard(pending: Promise<Session>): void {
    if (this.#pending === pending) this.close();
  }

  #end(session: Session): void {
    this.#peer.send(closeSession(session.path), session.origin);
    session.dispose();
  }

  #forget(): void {
    this.#current?.dispose();
    this.#pending = undefined;
    this.#current = undefined;
  }
}

function isRepeatable(error: unknown, budget: { sessions: number; losses: number }): boolean {
  if (error instanceof UnusableSession) {
    budget.sessions -= 1;
    return budget.sessions > 0;
  }
  // @rule secret/retry-no-session secret#sessions
  const wasRefused =
    isSecretServiceError(error, 'no-session') || isSecretServiceError(error, 'decrypt-failed');
  if (!wasRefused) return false;
  budget.losses -= 1;
  return budget.losses >= 0;
}

function translate(error: unknown): unknown {
  if (!(error instanceof UnusableSession)) return error;
  return secretServiceError('protocol', 'Session', {
    cause: error,
    detail: `expected a canonical session within ${MAX_SESSION_ATTEMPTS} attempts, got none`,
  });
}
