/** The errors of the token store, with a closed set of codes. */
import type { FailureReason } from './token-record.ts';

/**
 * - `refresh-failed`: the refresh was refused or failed, in this process or in the one that was at
 *   it; `reason` says why.
 * - `refresh-interrupted`: an earlier refresh was cut short, so that its single-use refresh token may
 *   be used up; nothing was sent. Sign in again, or pass `recover`.
 * - `refresh-timeout`: the refresh did not end in time.
 * - `wait-timeout`: another process did not end its refresh in time.
 * - `aborted`: the caller's signal was aborted; a refresh under way goes on.
 * - `superseded`: the token was deleted while it was refreshed.
 */
export type TokenStoreErrorCode =
  | 'refresh-failed'
  | 'refresh-interrupted'
  | 'refresh-timeout'
  | 'wait-timeout'
  | 'aborted'
  | 'superseded';

const CODES: ReadonlySet<unknown> = new Set<TokenStoreErrorCode>([
  'refresh-failed',
  'refresh-interrupted',
  'refresh-timeout',
  'wait-timeout',
  'aborted',
  'superseded',
]);

/** Why a refresh failed, beside the cause. */
export interface TokenStoreErrorDetails extends ErrorOptions {
  readonly reason?: FailureReason | undefined;
}

/** A token that could not be had. */
export class TokenStoreError extends Error {
  override readonly name = 'TokenStoreError';
  readonly code: TokenStoreErrorCode;
  /** Why the refresh failed, wherever it ran. */
  readonly reason: FailureReason | undefined;

  constructor(
    code: TokenStoreErrorCode,
    expectation: string,
    { reason, ...options }: TokenStoreErrorDetails = {},
  ) {
    super(`token: ${expectation}`, options);
    this.code = code;
    this.reason = reason;
  }
}

/** Whether a value is one, and of one code if given; another copy of the class counts. */
export function isTokenStoreError(
  value: unknown,
  code?: TokenStoreErrorCode,
): value is TokenStoreError {
  if (!(value instanceof Error) || value.name !== 'TokenStoreError') return false;
  return 'code' in value && CODES.has(value.code) && (code === undefined || value.code === code);
}

/** The words of an error, without what hangs on it. */
export function reasonOf(error: unknown): FailureReason {
  if (!(error instanceof Error)) return { name: 'Error', message: textOf(error) };
  const isCoded = 'code' in error && error.code !== undefined;
  const code = isCoded ? { code: textOf(error.code) } : {};
  return { name: textOf(error.name), message: textOf(error.message), ...code };
}

/** Anything can be thrown, and hang on an error: what is no text must not keep others from being told. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object that cannot be turned into text; its own error says less than that.
    return `a thrown ${typeof value}`;
  }
}

/** Whether an error says that a request may have been carried out all the same. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof Error && 'mayHaveHappened' in error && error.mayHaveHappened === true;
}

/** A refresh was refused or failed, here (then with its cause) or elsewhere. */
export function refreshFailed(reason: FailureReason, cause: unknown): TokenStoreError {
  return new TokenStoreError('refresh-failed', `expected a new one, got ${reason.message}`, {
    reason,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A refresh was cut short before. */
export function interrupted(): TokenStoreError {
  return new TokenStoreError(
    'refresh-interrupted',
    'expected the last refresh to have ended, but it was cut short, and its refresh token may be ' +
      'used up; sign in again',
  );
}

/** The caller has given up. */
export function aborted(signal: AbortSignal): TokenStoreError {
  const expectation = 'expected it, but the signal was aborted';
  return new TokenStoreError('aborted', expectation, { cause: signal.reason });
}
