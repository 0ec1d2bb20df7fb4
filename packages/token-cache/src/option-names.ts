/** Options as programs pass them, from JavaScript too. */

/**
 * Refuses an option that there is not: with a misspelt one another lock would be taken, another place
 * be chosen, or nothing be bound to a context.
 *
 * @throws `TypeError` that names it
 */
export function checkOptionNames<Options extends object>(
  options: Options,
  names: Readonly<Record<keyof Options & string, true>>,
): void {
  // @rule token/option-names keywire#bad-input
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const expected = Object.keys(names).join(', ');
    throw new TypeError(`options: expected ${expected}, got ${JSON.stringify(name)}`);
  }
}
