/**
 * Which error this is, by what it says of itself: a program may hold two copies of this package, and
 * `instanceof` knows only one.
 */

/** Tells an error of ours, of any copy, by its name. */
export function hasNameAndCode(value: unknown, name: string): boolean {
  return (
    value instanceof Error &&
    value.name === name &&
    'code' in value &&
    typeof value.code === 'string'
  );
}
