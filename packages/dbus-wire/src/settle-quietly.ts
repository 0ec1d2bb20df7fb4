/** Promises that nobody has to look at. */

/**
 * Makes a promise whose rejection is never reported as unhandled: who sends several calls and
 * fails on the first one must not lose the process to the second.
 */
export function settleQuietly<T>(
  run: (outcome: {
    readonly answered: (value: T) => void;
    readonly failed: (error: Error) => void;
  }) => void,
): Promise<T> {
  return quietly(new Promise<T>((resolve, reject) => run({ answered: resolve, failed: reject })));
}

/** Marks a promise as looked at: its rejection is only reported to who awaits it. */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
