/** Watches what is wiped, for copies that nobody outside ever holds. */

export const SECRET = 'correct horse battery';

/** Copies of the secret that are wiped while something runs: whole messages, and bare arrays. */
export async function wipedWhile(
  run: () => void | Promise<void>,
): Promise<{ messages: number; arrays: number }> {
  const { fill } = Uint8Array.prototype;
  const wiped = { messages: 0, arrays: 0 };
  Uint8Array.prototype.fill = function (value, ...range) {
    const text = range.length === 0 && value === 0 ? new TextDecoder().decode(this) : '';
    if (text === SECRET) wiped.arrays += 1;
    else if (text.startsWith('l') && text.includes(SECRET)) wiped.messages += 1;
    return Reflect.apply(fill, this, [value, ...range]);
  };
  try {
    await run();
  } finally {
    Uint8Array.prototype.fill = fill;
  }
  return wiped;
}
