/**
 * Tokens that many processes use and one at a time renews. Who finds a token expired takes the
 * token's refresh lock, looks again, writes down that it begins, calls `refresh`, and saves what that
 * gives. The others wait, for the lock or for the result, whichever comes first.
 *
 * The note that a refresh begins is what makes single-use refresh tokens safe: whoever finds the note
 * without its writer knows that the refresh token may be used up, and does not use it again.
 *
 * Long, because what the options promise stands with what keeps it.
 */

import { CrossProcessLock, checkOptionNames, isLockError } from '@keywire/file-lock';
import { type CallOptions, untilAborted } from '../abort.ts';
import { deadline, type Moment, systemClock, type TokenClock } from '../io/clock.ts';
import { createFolderOf } from '../io/files.ts';
import { sha256Hex } from '../io/sha256.ts';
import { CACHE_LOCK_NAMES, type CacheLockOptions, despiteLosses } from '../sharing/cache-lock.ts';
import { type Change, SharedText } from '../sharing/shared-text.ts';
import type { Persistence } from '../types/persistence.ts';
import { checkDuration, checkFunction, checkKey } from './option-checks.ts';
import {
  formatRecords,
  isUnderWay,
  type KeptToken,
  keepToken,
  type NewToken,
  type Outcome,
  outcomeOf,
  parseRecords,
  remainingMs,
  showToken,
  type Token,
  type TokenRecord,
  type TokenRecords,
  usable,
  type Wish,
  withRecord,
} from './token-record.ts';
import {
  aborted,
  interrupted,
  isTokenStoreError,
  mayHaveHappened,
  reasonOf,
  refreshFailed,
  TokenStoreError,
} from './token-store-error.ts';
import { lockOrOutcome } from './waiting.ts';

/** What a {@link TokenStore} is made of. */
export interface TokenStoreOptions extends CacheLockOptions {
  readonly persistence: Persistence;
  /**
   * Whether a refresh token works once (`single-use`: servers that rotate them, and sign out who uses
   * one twice) or again and again. Default: `single-use`.
   */
  readonly refreshTokens?: 'single-use' | 'reusable' | undefined;
  /** How long a refresh may take; `Infinity`: as long as it likes. Default: 60,000. */
  readonly refreshTimeoutMs?: number | undefined;
  /** How long to wait for other processes' refreshes. Default: 120,000. */
  readonly waitTimeoutMs?: number | undefined;
  /** In place of this machine's. */
  readonly clock?: TokenClock | undefined;
}

/** What a refresh has to work with. */
export interface RefreshContext {
  /** The last token, expired or not; `undefined` when there never was one. */
  readonly current: Token | undefined;
  /** Aborted when the time for refreshing is up. */
  readonly signal: AbortSignal;
}

/**
 * Gets a new token. An error with `mayHaveHappened: true` says that the refresh token may have been
 * used up all the same.
 */
export type Refresh = (context: RefreshContext) => Promise<NewToken>;

/** What {@link TokenStore.get} takes. */
export interface GetTokenOptions {
  /** Called in one process at a time, and only if it is needed. */
  readonly refresh: Refresh;
  /**
   * Called in its place when an earlier refresh was cut short and the refresh token may be used up:
   * signs in some other way. Default: `get` rejects with `refresh-interrupted`.
   */
  readonly recover?: Refresh | undefined;
  /** For how long the token must still be good. Default: 60,000. */
  readonly minValidityMs?: number | undefined;
  /** An access token that the server has refused: another one is wanted. */
  readonly rejected?: string | undefined;
  /** Ends the waiting; a refresh under way goes on, for the others. */
  readonly signal?: AbortSignal | undefined;
}

const STORE_NAMES: Readonly<Record<keyof TokenStoreOptions, true>> = {
  persistence: true,
  refreshTokens: true,
  refreshTimeoutMs: true,
  waitTimeoutMs: true,
  clock: true,
  ...CACHE_LOCK_NAMES,
};

const GET_NAMES: Readonly<Record<keyof GetTokenOptions, true>> = {
  refresh: true,
  recover: true,
  minValidityMs: true,
  rejected: true,
  signal: true,
};

const MIN_VALIDITY_MS = 60_000;
const REFRESH_TIMEOUT_MS = 60_000;
const WAIT_TIMEOUT_MS = 120_000;

/**
 * Tokens that many processes use and one at a time renews, in one persistence. Calls may overlap; all reject
 * with {@link PersistenceError}, and with {@link LockError} where the lock cannot be had.
 */
export class TokenStore {
  readonly persistence: Persistence;
  readonly #options: TokenStoreOptions;
  readonly #shared: SharedText<TokenRecords>;
  readonly #clock: TokenClock;
  /** Results that could not be saved, by key. */
  readonly #unsaved = new Map<string, Unsaved>();

  /** @throws `TypeError` or `RangeError` for an option that is none */
  constructor(options: TokenStoreOptions) {
    // @rule token/option-names keywire#bad-input
    checkOptionNames('options', options, STORE_NAMES);
    const { refreshTokens } = options;
    if (![undefined, 'single-use', 'reusable'].includes(refreshTokens)) {
      throw new TypeError('refreshTokens: expected single-use or reusable');
    }
    checkDuration('refreshTimeoutMs', options.refreshTimeoutMs);
    checkDuration('waitTimeoutMs', options.waitTimeoutMs);
    this.persistence = options.persistence;
    this.#options = options;
    const { lockLocation, lockTimeoutMs, signal } = options;
    const how = { lockLocation, lockTimeoutMs, signal };
    this.#shared = new SharedText(options.persistence, how, parseRecords, () => new Map());
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Gives a token that is good for long enough, refreshed if need be: by this process or by another
   * one that is at it. Where the server gives none that is, all who waited are given what it gave, with
   * `isTooShort`.
   *
   * @throws {@link TokenStoreError} with code `refresh-failed`, `refresh-interrupted`,
   * `refresh-timeout`, `wait-timeout`, `aborted` or `superseded`
   * @throws `PersistenceError` and `LockError` of the store underneath; `TypeError` or `RangeError` for
   * an option that is none, before anything is refreshed
   */
  async get(key: string, options: GetTokenOptions): Promise<Token> {
    checkKey(key);
    checkOptionNames('options', options, GET_NAMES);
    checkFunction('refresh', options.refresh);
    if (options.recover !== undefined) checkFunction('recover', options.recover);
    checkDuration('minValidityMs', options.minValidityMs);
    const wish = {
      minValidityMs: options.minValidityMs ?? MIN_VALIDITY_MS,
      rejected: options.rejected,
    };
    const { signal } = options;
    // Reading may ask the user to unlock the keyring: nobody is asked for a caller that has given up.
    if (signal?.aborted === true) throw aborted(signal);
    const seen = await untilAborted(this.#record(key, { signal }), signal, aborted);
    const outcome = outcomeOf(seen, seen, wish, this.#clock.moment());
    if (outcome !== undefined) return this.#give(outcome, wish);
    return untilAborted(this.#getByTurns(key, seen, wish, options), signal, aborted);
  }

  /** Gives what is kept, expired or not, and refreshes nothing; `undefined` when there is none. */
  async peek(key: string, options: CallOptions = {}): Promise<Token | undefined> {
    checkKey(key);
    const token = (await this.#record(key, options))?.token;
    return token === undefined ? undefined : showToken(token, this.#clock.moment());
  }

  /** Puts a token in, as after signing in. A refresh under way does not overwrite it. */
  async set(key: string, token: NewToken, options: CallOptions = {}): Promise<void> {
    checkKey(key);
    const kept = keepToken(token, this.#clock.moment());
    const next = (record: TokenRecord | undefined): TokenRecord => ({
      attempt: (record?.attempt ?? 0) + 1,
      state: 'ready',
      token: kept,
    });
    await this.#change(key, next, options);
  }

  /** Forgets a token; false when there was none. */
  async delete(key: string, options: CallOptions = {}): Promise<boolean> {
    checkKey(key);
    return this.#shared.update((records) => {
      if (!records.has(key)) return { text: undefined, result: false };
      const others = new Map(records);
      others.delete(key);
      return { text: formatRecords(others), result: true };
    }, options);
  }

  /** The keys that something is kept for. */
  async keys(options: CallOptions = {}): Promise<string[]> {
    return [...(await this.#shared.read(options)).value.keys()];
  }

  async #getByTurns(
    key: string,
    seen: TokenRecord | undefined,
    wish: Wish,
    options: GetTokenOptions,
  ): Promise<Token> {
    const { signal } = options;
    const won = await this.#lockOrOutcome(key, seen, wish, signal);
    if (!(won instanceof CrossProcessLock)) return this.#give(won, wish);
    let token: Token;
    try {
      // Nobody waits for it: a refresh that has not begun does not begin.
      // @rule token/none-after-abort keywire#token-cache
      if (signal?.aborted === true) throw aborted(signal);
      token = await this.#refreshLocked(key, seen, wish, options);
    } catch (error) {
      // That the lock could not be given back either does not say more than what went wrong under it.
      await won.release().catch(() => undefined);
      throw error;
    }
    await won.release();
    return token;
  }

  async #lockOrOutcome(
    key: string,
    seen: TokenRecord | undefined,
    wish: Wish,
    signal: AbortSignal | undefined,
  ): Promise<CrossProcessLock | Outcome> {
    const { location } = this.persistence;
    const path = `${location}.${sha256Hex(key).slice(0, 32)}.refreshing`;
    await createFolderOf(path);
    try {
      return await lockOrOutcome(
        path,
        location,
        this.#options.waitTimeoutMs ?? WAIT_TIMEOUT_MS,
        async (givenUp) =>
          outcomeOf(await this.#record(key, { signal: givenUp }), seen, wish, this.#clock.moment()),
        signal,
      );
    } catch (error) {
      if (!isLockError(error) || error.code !== 'timeout') throw error;
      throw new TokenStoreError('wait-timeout', 'expected the refresh of another process to end', {
        cause: error,
      });
    }
  }

  /** The decision, inside the lock: what is there by now counts, not what was there before. */
  async #refreshLocked(
    key: string,
    seen: TokenRecord | undefined,
    wish: Wish,
    options: GetTokenOptions,
  ): Promise<Token> {
    const begun = await this.#begin(key, seen, wish, options);
    if ('outcome' in begun) return this.#give(begun.outcome, wish);
    const { attempt, current, run } = begun;
    const asked = this.#clock.moment();
    let token: KeptToken;
    let hasAnswered = false;
    try {
      const given = await this.#run(run, current, asked);
      hasAnswered = true;
      token = keepToken(given, asked, current);
    } catch (error) {
      // An answer that is no token may have used up the refresh token all the same.
      // @rule token/odd-answer-is-doubtful keywire#token-cache
      throw await this.#fail(key, attempt, error, hasAnswered);
    }
    const replacedAccessToken = current?.accessToken;
    const cameExpired = remainingMs(token, this.#clock.moment()) <= 0;
    const kept = await this.#finish(key, { attempt, replacedAccessToken, token, cameExpired });
    return this.#give({ kind: 'token', token: kept }, wish);
  }

  async #begin(
    key: string,
    seen: TokenRecord | undefined,
    wish: Wish,
    options: GetTokenOptions,
  ): Promise<Begun | Ended> {
    const isSingleUse = (this.#options.refreshTokens ?? 'single-use') === 'single-use';
    let begun: Begun | undefined;
    const begin = (records: TokenRecords): ReturnType<Change<TokenRecords, Begun | Ended>> => {
      const record = this.#withUnsaved(key, records.get(key));
      // Noted by this very call, before the lock was lost: nothing has been sent.
      if (begun !== undefined && isUnderWay(record, begun.attempt)) {
        return { text: undefined, result: begun };
      }
      const outcome = outcomeOf(record, seen, wish, this.#clock.moment());
      if (outcome !== undefined) {
        const isKept = record === undefined || record === records.get(key);
        return { text: isKept ? undefined : withRecord(records, key, record), result: { outcome } };
      }
      // Nobody else is at it, because the lock is ours: who was has not come back.
      const isCutShort = record?.state === 'refreshing' || record?.isDoubtful === true;
      const isDoubtful = isSingleUse && isCutShort && record?.token?.refreshToken !== undefined;
      const run = isDoubtful ? options.recover : options.refresh;
      // @rule token/never-reused keywire#token-cache
      if (run === undefined) throw interrupted();
      const attempt = (record?.attempt ?? 0) + 1;
      const next: TokenRecord = { ...record, attempt, state: 'refreshing', isDoubtful };
      begun = { attempt, current: usable(record?.token, isDoubtful), run };
      return { text: withRecord(records, key, next), result: begun };
    };
    // @rule token/begun-is-not-cut-short keywire#token-cache
    return despiteLosses(() => this.#shared.update(begin));
  }

  /** A result that could not be saved when it came is saved now, if nothing else came since. */
  #withUnsaved(key: string, record: TokenRecord | undefined): TokenRecord | undefined {
    const unsaved = this.#unsaved.get(key);
    if (unsaved === undefined || !isUnderWay(record, unsaved.attempt)) return record;
    // The count alone may be that of somebody who signed in since then.
    // @rule token/unsaved-is-of-its-token keywire#token-cache
    if (record.token?.accessToken !== unsaved.replacedAccessToken) return record;
    return readyRecord(unsaved);
  }

  async #run(run: Refresh, current: KeptToken | undefined, asked: Moment): Promise<NewToken> {
    const timeoutMs = this.#options.refreshTimeoutMs ?? REFRESH_TIMEOUT_MS;
    const { signal, cancel } = deadline(timeoutMs);
    const shown = current === undefined ? undefined : showToken(current, asked);
    return await new Promise<NewToken>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        const expectation = `expected the refresh to end within ${timeoutMs} ms`;
        reject(new TokenStoreError('refresh-timeout', expectation));
      });
      Promise.resolve(run({ current: shown, signal })).then(resolve, reject);
    }).finally(cancel);
  }

  /** Tells everybody who waits why it failed, and gives the error for this caller. */
  async #fail(
    key: string,
    attempt: number,
    error: unknown,
    hasAnswered: boolean,
  ): Promise<TokenStoreError> {
    const failure = reasonOf(error);
    const isTooLate = isTokenStoreError(error, 'refresh-timeout');
    const isUnsure = hasAnswered || isTooLate || mayHaveHappened(error);
    try {
      await this.#end(key, attempt, (record) => ({
        ...record,
        state: 'failed',
        failure,
        isDoubtful: record.isDoubtful === true || isUnsure,
      }));
    } catch (unsaved) {
      // That others could not be told is the lesser fault, and hides nothing.
      const both = new AggregateError([error, unsaved], 'the refresh failed, and saving that too');
      return refreshFailed(failure, both);
    }
    if (isTokenStoreError(error)) return error;
    return refreshFailed(failure, error);
  }

  async #finish(key: string, result: Unsaved): Promise<KeptToken> {
    this.#unsaved.set(key, result);
    const record = await this.#end(key, result.attempt, () => readyRecord(result));
    this.#unsaved.delete(key);
    if (record === undefined) {
      throw new TokenStoreError('superseded', 'expected it to stay, but it was deleted');
    }
    return record.token ?? result.token;
  }

  /** Saves how an attempt ended, unless a token was set or deleted meanwhile; gives what is kept. */
  async #end(
    key: string,
    attempt: number,
    next: (record: TokenRecord) => TokenRecord,
  ): Promise<TokenRecord | undefined> {
    // The result must not be lost.
    return despiteLosses(() =>
      this.#change(key, (record) => (isUnderWay(record, attempt) ? next(record) : record)),
    );
  }

  #change<Next extends TokenRecord | undefined>(
    key: string,
    next: (record: TokenRecord | undefined) => Next,
    options: CallOptions = {},
  ): Promise<Next> {
    return this.#shared.update((records) => {
      const record = next(records.get(key));
      const isSame = record === records.get(key);
      const text = isSame || record === undefined ? undefined : withRecord(records, key, record);
      return { text, result: record };
    }, options);
  }

  async #record(key: string, options: CallOptions = {}): Promise<TokenRecord | undefined> {
    return (await this.#shared.read(options)).value.get(key);
  }

  #give(outcome: Outcome, { minValidityMs }: Wish): Token {
    if (outcome.kind === 'token') {
      return showToken(outcome.token, this.#clock.moment(), minValidityMs);
    }
    throw refreshFailed(outcome.reason, undefined);
  }
}

/** Nothing is to be done: another process has. */
interface Ended {
  readonly outcome: Outcome;
}

interface Begun {
  readonly attempt: number;
  readonly current: KeptToken | undefined;
  readonly run: Refresh;
}

/** What a refresh has brought. */
interface Unsaved {
  readonly attempt: number;
  readonly replacedAccessToken: string | undefined;
  readonly token: KeptToken;
  readonly cameExpired: boolean;
}

function readyRecord({ attempt, token, cameExpired }: Unsaved): TokenRecord {
  return { attempt, state: 'ready', token, ...(cameExpired ? { cameExpired } : {}) };
}
