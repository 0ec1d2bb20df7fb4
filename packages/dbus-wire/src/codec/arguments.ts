/**
 * Checks of what a caller without a compiler may pass. A string taken for bytes, or a
 * byte order that is misspelt, would otherwise give values that nobody sent.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling
 */

/**
 * Whether a byte order, which is `'little'` unless told otherwise, is that.
 *
 * @throws TypeError when it is neither
 */
export function isLittle(byteOrder: unknown): boolean {
  if (byteOrder === undefined || byteOrder === 'little') return true;
  if (byteOrder === 'big') return false;
  throw wrongArgument('byteOrder', '"little" or "big"', byteOrder);
}

/** The error for an argument that is something else: it names types, never the value. */
export function wrongArgument(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name}: expected ${expected}, got ${typeName(value)}`);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? `an array of length ${value.length}` : 'an object';
}

/**
 * Refuses what cannot have fields.
 *
 * @throws TypeError that names the argument
 */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw wrongArgument(name, 'an object', value);
}

/**
 * Refuses an option that there is not: what a misspelt one says would be as if nobody had said it.
 *
 * @throws TypeError that names it
 */
export function checkOptionNames<Options extends object>(
  name: string,
  options: Options,
  known: Readonly<Record<keyof Options & string, true>>,
): void {
  checkObject(name, options);
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(known, option)) continue;
    const expected = Object.keys(known).join(', ');
    throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(option)}`);
  }
}

/**
 * Refuses what is not bytes.
 *
 * @throws TypeError that names the argument
 */
export function checkBytes(name: string, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw wrongArgument(name, 'a Uint8Array', value);
}

/**
 * Refuses what is not text.
 *
 * @throws TypeError that names the argument
 */
export function checkString(name: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongArgument(name, 'a string', value);
}

/**
 * Refuses what cannot be called.
 *
 * @throws TypeError that names the argument
 */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongArgument(name, 'a function', value);
}

/**
 * A number that is as large as it has to be; Infinity is.
 *
 * @throws RangeError that names the argument
 */
export function atLeast(least: number, name: string, value: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new RangeError(`${name}: expected ${least} or more, got ${String(value)}`);
}
