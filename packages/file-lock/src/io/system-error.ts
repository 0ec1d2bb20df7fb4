/** The codes of errors that the operating system reports. */

/** The code of a system error (`ENOENT`), or `undefined` for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
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
