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
  throw new TypeError('byteOrder: expected "little" or "big"');
}

/**
 * Refuses what cannot have fields.
 *
 * @throws TypeError that names the argument
 */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name}: expected an object, got ${value === null ? null : typeof value}`);
  }
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
export function checkBytes(name: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`${name}: expected a Uint8Array, got ${typeof bytes}`);
  }
}
