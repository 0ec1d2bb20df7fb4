/** Watches what is wiped, for copies that nobody outside ever holds. */

export const SECRET = 'correct horse battery';

/** Copies of the secret that are wiped while something runs: whole messages, and bare arrays. */
export async function wipedWhile(
  run: () => void | Promise<void>,
): Promise<{ messages: number; arrays: number }> {
  const wiped = { messages: 0, arrays: 0 };
  await watchingFill(run, (bytes, range) => {
    const text = range.length === 0 ? new TextDecoder().decode(bytes) : '';
    if (text === SECRET) wiped.arrays += 1;
    else if (text.startsWith('l') && text.includes(SECRET)) wiped.messages += 1;
  });
  return wiped;
}

/** How often a part of an array was wiped, while something runs, that began as a message with the secret. */
export async function beginningsWipedWhile(run: () => void | Promise<void>): Promise<number> {
  let count = 0;
  await watchingFill(run, (bytes, range) => {
    const text = range.length === 0 ? '' : new TextDecoder().decode(bytes.subarray(...range));
    if (text.startsWith('l') && text.includes(SECRET)) count += 1;
  });
  return count;
}

/** Shows each array, and which part of it, just before it is overwritten with zeros. */
async function watchingFill(
  run: () => void | Promise<void>,
  see: (
    bytes: Uint8Array,
    range: readonly [from?: number | undefined, to?: number | undefined],
  ) => void,
): Promise<void> {
  const { fill } = Uint8Array.prototype;
  Uint8Array.prototype.fill = function (value, ...range) {
    if (value === 0) see(this, range);
    return Reflect.apply(fill, this, [value, ...range]);
  };
  try {
    await run();
  } finally {
    Uint8Array.prototype.fill = fill;
  }
}
