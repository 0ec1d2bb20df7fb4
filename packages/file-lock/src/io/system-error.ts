/** The codes of errors that the operating system reports. */

/** The code of a system error (`ENOENT`), or `undefined` for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Why something could not be written. */
export type WriteFailure = 'no-space' | 'not-writable' | 'write-failed';

const WRITE_FAILURES: ReadonlyMap<string, WriteFailure> = new Map([
  ['ENOSPC', 'no-space'],
  ['EDQUOT', 'no-space'],
  ['EFBIG', 'no-space'],
  ['EACCES', 'not-writable'],
  ['EPERM', 'not-writable'],
  ['EROFS', 'not-writable'],
]);

/** What the code of a system error says of writing. */
export function writeFailureOf(code: string): WriteFailure {
  return WRITE_FAILURES.get(code) ?? 'write-failed';
}

/** Awaits `action` and gives `fallback` when it fails with one of `codes`. */
export async function whenFailing<Value, Fallback>(
  action: Promise<Value>,
  codes: readonly string[],
  fallback: Fallback,
): Promise<Value | Fallback> {
  try {
    return await action;
  } catch (error) {
    if (codes.includes(systemErrorCode(error) ?? '')) return fallback;
    throw error;
  }
}
