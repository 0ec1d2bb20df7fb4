/** Promises that nobody has to look at. */

/**
 * Marks a promise as looked at: its rejection is only reported to who awaits it. Who sends several
 * calls and fails on the first one must not lose the process to the second.
 */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Something to wait for, and what settles it once: with an error, or without one. */
export function settleable(): [settled: Promise<void>, settle: (error?: Error) => void] {
  let settle: (error?: Error) => void = () => {};
  const settled = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  return [quietly(settled), settle];
}
