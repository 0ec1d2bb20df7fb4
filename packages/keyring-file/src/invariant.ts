/** What holds by construction and the compiler cannot see. */

/**
 * Gives the value, which is there unless this package is at fault.
 * @param what named in the message; never a secret
 */
export function expectPresent<Value>(value: Value | undefined, what: string): Value {
  if (value !== undefined) return value;
  throw new Error(`internal error: expected ${what}, got none`);
}
