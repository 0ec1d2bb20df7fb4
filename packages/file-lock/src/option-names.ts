/** Options as programs pass them, from JavaScript too. */

/**
 * Refuses an option that there is not: with a misspelt one another lock would be taken, another place
 * be chosen, or nothing be bound to a context.
 *
 * @param name - what the options are called, for the message
 * @throws `TypeError` that names it
 */
export function checkOptionNames<Options extends object>(
  name: string,
  options: Options,
  known: Readonly<Record<keyof Options & string, true>>,
): void {
  if (typeof options !== 'object' || options === null) {
    const got = options === null ? 'null' : typeof options;
    throw new TypeError(`${name}: expected an object, got ${got}`);
  }
  // @rule lock/option-names keywire#bad-input
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(known, option)) continue;
    const expected = Object.keys(known).join(', ');
    throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(option)}`);
  }
}
