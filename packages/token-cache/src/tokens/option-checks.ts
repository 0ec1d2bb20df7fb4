/** Options that are looked at before anything is done: a mistake must not use up a refresh token. */

/**
 * What is no function would be told as a refresh that failed, and block the next one.
 *
 * @throws `TypeError`
 */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${name}: expected a function, got ${typeof value}`);
  }
}

/**
 * A key of another type would be stored under its text, and never be found again.
 *
 * @throws `TypeError`
 */
export function checkKey(key: string): void {
  if (typeof key !== 'string') throw new TypeError(`key: expected a string, got ${typeof key}`);
}

/** @throws `RangeError` for what is no time; `Infinity` is one */
export function checkDuration(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new RangeError(`${name}: expected 0 or more milliseconds`);
}
