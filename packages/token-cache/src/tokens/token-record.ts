/**
 * What is kept of each token: the last good one, how often it was renewed, and how the last renewal
 * went. Pure: how long a token is still good, and which outcome of another process counts.
 */
import { PersistenceError } from '../errors.ts';
import type { Moment } from '../io/clock.ts';

/** A token as `refresh` gives it. */
export interface NewToken {
  readonly accessToken: string;
  /** From a refresh without one, or with an empty one, the one before stays in use (RFC 6749 §6). */
  readonly refreshToken?: string | undefined;
  /** Milliseconds from the moment it was asked for. Without either it never expires. */
  readonly expiresInMs?: number | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAtMs?: number | undefined;
  /** Anything else to keep with it, in JSON. */
  readonly extra?: unknown;
}

/** A token as the store gives it. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Milliseconds since 1970, by the clock as it is now. */
  readonly expiresAtMs?: number | undefined;
  /**
   * From `get`: it is the newest that there is, and lasts no longer than was asked for or has expired. The
   * server gives no better one, or this machine's clock is wrong.
   */
  readonly isTooShort?: true | undefined;
  readonly extra?: unknown;
}

/** Why a refresh failed, as other processes are told. */
export interface FailureReason {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** A token as it is kept. */
export interface KeptToken {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Absent for one that never expires. */
  readonly lifetimeMs?: number | undefined;
  readonly obtained: Moment;
  readonly extra?: unknown;
}

export interface TokenRecord {
  /** One more for each refresh that is begun, and for each token that is set. */
  readonly attempt: number;
  readonly state: 'ready' | 'refreshing' | 'failed';
  readonly token?: KeptToken | undefined;
  readonly failure?: FailureReason | undefined;
  /** Whether the refresh token may have been used up without its successor being known. */
  readonly isDoubtful?: boolean | undefined;
  /** Whether the token had expired when it came: asked again, the server would give no better one. */
  readonly cameExpired?: boolean | undefined;
}

/** All records, by key. */
export type TokenRecords = ReadonlyMap<string, TokenRecord>;

const FORM = 'keywire-tokens 1';

/** @throws {@link PersistenceError} with code `malformed` */
export function parseRecords(text: string, location: string): TokenRecords {
  const json = parseJson(text, location);
  if (!isObject(json) || json['form'] !== FORM || !isObject(json['tokens'])) {
    throw malformed(location, 'something else');
  }
  const records = Object.entries(json['tokens']).map(([key, record]): [string, TokenRecord] => {
    if (!isRecord(record)) throw malformed(location, 'a record of another form');
    return [key, record];
  });
  return new Map(records);
}

/** The inverse of {@link parseRecords}. */
export function formatRecords(records: TokenRecords): string {
  return JSON.stringify({ form: FORM, tokens: Object.fromEntries(records) });
}

/** The form on disk with one record more, or another in its place. */
export function withRecord(records: TokenRecords, key: string, record: TokenRecord): string {
  return formatRecords(new Map(records).set(key, record));
}

/**
 * Makes what is kept of a new token.
 *
 * @param asked - before it was asked for: what the server counts from is never earlier
 * @param before - the token that it was got with, if any
 * @throws `TypeError` for what is no token, or cannot be kept
 */
export function keepToken(token: NewToken, asked: Moment, before?: KeptToken): KeptToken {
  if (!isObject(token)) throw new TypeError('token: expected an object with an accessToken');
  const { accessToken, extra } = token;
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw new TypeError('token: expected a non-empty accessToken');
  }
  const refreshToken = given(token.refreshToken) ?? '';
  if (typeof refreshToken !== 'string') {
    throw new TypeError(`token: expected a refreshToken that is text, got ${typeof refreshToken}`);
  }
  checkJson(extra);
  return {
    accessToken,
    // @rule token/refresh-token-stays keywire#token-cache
    refreshToken: refreshToken === '' ? before?.refreshToken : refreshToken,
    lifetimeMs: lifetimeOf(token, asked),
    obtained: asked,
    extra,
  };
}

function lifetimeOf(token: NewToken, asked: Moment): number | undefined {
  const expiresAtMs = given(token.expiresAtMs);
  const lifetimeMs =
    given(token.expiresInMs) ?? (expiresAtMs === undefined ? undefined : expiresAtMs - asked.nowMs);
  if (lifetimeMs === undefined || Number.isFinite(lifetimeMs)) return lifetimeMs;
  throw new TypeError('token: expected a number of milliseconds until it expires');
}

/** What servers answer in JSON may be `null`, which is nothing either. */
function given<Value>(value: Value | undefined): Value | undefined {
  return value ?? undefined;
}

/** Told before it is to be saved, when the answer would be lost. */
function checkJson(extra: unknown): void {
  try {
    JSON.stringify(extra);
  } catch (error) {
    throw new TypeError('token: expected extra to be JSON', { cause: error });
  }
}

/**
 * A kept token as callers get it.
 *
 * @param minValidityMs - what was asked for, if anything was
 */
export function showToken(kept: KeptToken, now: Moment, minValidityMs?: number): Token {
  const { accessToken, refreshToken, extra, lifetimeMs } = kept;
  const leftMs = remainingMs(kept, now);
  const expiresAtMs = lifetimeMs === undefined ? undefined : now.nowMs + leftMs;
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    // @rule token/too-short-told keywire#token-cache
    ...(minValidityMs === undefined || leftMs > minValidityMs ? {} : { isTooShort: true }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** Times since the start are told in steps of a second. */
const UPTIME_STEP_MS = 1500;
/** A clock that is set right goes back by less. */
const BACKWARDS_MS = 5000;

/**
 * How long a token is still good, in milliseconds. Within one start of the machine the clock may
 * jump as it likes. After a restart it counts, unless it is earlier than when the token came: then
 * nobody knows, and the token counts as expired.
 */
export function remainingMs({ lifetimeMs, obtained }: KeptToken, now: Moment): number {
  if (lifetimeMs === undefined) return Number.POSITIVE_INFINITY;
  const clockAgeMs = now.nowMs - obtained.nowMs;
  const startAgeMs = ageSinceStart(obtained, now);
  // @rule token/clock-jump keywire#token-cache
  if (startAgeMs === undefined) {
    return clockAgeMs < -BACKWARDS_MS ? Number.NEGATIVE_INFINITY : lifetimeMs - clockAgeMs;
  }
  const hasJumped = Math.abs(clockAgeMs - startAgeMs) > UPTIME_STEP_MS;
  return lifetimeMs - (hasJumped ? startAgeMs + UPTIME_STEP_MS : clockAgeMs);
}

function ageSinceStart(obtained: Moment, now: Moment): number | undefined {
  const isSameStart = now.bootId !== undefined && now.bootId === obtained.bootId;
  if (!isSameStart || now.uptimeMs === undefined || obtained.uptimeMs === undefined) {
    return undefined;
  }
  const ageMs = now.uptimeMs - obtained.uptimeMs;
  // Containers share the start's id and may each count from their own: then the clock counts.
  // @rule token/clock-jump keywire#token-cache
  return ageMs < -UPTIME_STEP_MS ? undefined : ageMs;
}

/** What a caller wants of a token. */
export interface Wish {
  readonly minValidityMs: number;
  /** An access token that the server has refused, whatever its time says. */
  readonly rejected?: string | undefined;
}

/** What another process has brought about, or `undefined` when a refresh is needed. */
export type Outcome =
  | { readonly kind: 'token'; readonly token: KeptToken }
  | { readonly kind: 'failure'; readonly reason: FailureReason };

/**
 * Judges a record for a caller.
 *
 * @param seen - the record when the caller came: what ended since then was for the caller, too
 */
export function outcomeOf(
  record: TokenRecord | undefined,
  seen: TokenRecord | undefined,
  wish: Wish,
  now: Moment,
): Outcome | undefined {
  if (record === undefined) return undefined;
  const { token, state, failure } = record;
  const isNews = hasEndedSince(record, seen);
  if (token !== undefined) {
    const leftMs = remainingMs(token, now);
    // A token that never lasts as long as was asked for, that had expired when it came, or that is the
    // refused one again, is still the best there is: each who waits would be given another such.
    // @rule token/adopted keywire#token-cache
    const isNewest = isNews && state === 'ready' && (leftMs > 0 || record.cameExpired === true);
    const isGood = leftMs > wish.minValidityMs && token.accessToken !== wish.rejected;
    if (isGood || isNewest) return { kind: 'token', token };
  }
  // @rule token/failure-told keywire#token-cache
  if (isNews && state === 'failed' && failure !== undefined) {
    return { kind: 'failure', reason: failure };
  }
  return undefined;
}

/** Whether an attempt that has ended did so since then. */
function hasEndedSince(record: TokenRecord, seen: TokenRecord | undefined): boolean {
  const attempt = seen?.attempt ?? 0;
  return record.attempt > attempt || (record.attempt === attempt && seen?.state === 'refreshing');
}

/** Attempts are counted anew once a token was deleted: one that was set since may have the same number. */
// @rule token/set-stays keywire#token-cache
export function isUnderWay(
  record: TokenRecord | undefined,
  attempt: number,
): record is TokenRecord {
  return record?.attempt === attempt && record.state === 'refreshing';
}

/** A refresh token that may be used up is not even shown to who could use it. */
export function usable(token: KeptToken | undefined, isDoubtful: boolean): KeptToken | undefined {
  if (token === undefined || !isDoubtful) return token;
  return { ...token, refreshToken: undefined };
}

function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which holds tokens.
    throw malformed(location, `${text.length} characters that are no JSON`);
  }
}

function malformed(location: string, got: string): PersistenceError {
  return new PersistenceError('malformed', location, `expected a token store, got ${got}`, {
    advice: 'restore it, or delete it and sign in again',
  });
}

const STATES: ReadonlySet<unknown> = new Set(['ready', 'refreshing', 'failed']);

function isRecord(value: unknown): value is TokenRecord {
  if (!isObject(value)) return false;
  const { attempt, state, token, failure } = value;
  const isNumbered = typeof attempt === 'number' && STATES.has(state);
  return isNumbered && (token === undefined || isToken(token)) && isReasonOrNone(failure);
}

function isToken(value: unknown): boolean {
  if (!isObject(value) || typeof value['accessToken'] !== 'string') return false;
  const { obtained, lifetimeMs, refreshToken } = value;
  if (!isOrNone('string', refreshToken) || !isOrNone('number', lifetimeMs)) return false;
  return isObject(obtained) && typeof obtained['nowMs'] === 'number' && isMachineTime(obtained);
}

function isMachineTime({ uptimeMs, bootId }: Readonly<Record<string, unknown>>): boolean {
  return isOrNone('number', uptimeMs) && isOrNone('string', bootId);
}

function isOrNone(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || typeof value === type;
}

function isReasonOrNone(value: unknown): boolean {
  return value === undefined || (isObject(value) && typeof value['message'] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
