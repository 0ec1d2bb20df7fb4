/** What the codec checks over bytes four at a time, one character at a time. */

/** Tells whether every byte is ASCII and none is NUL. */
export function isPlainAsciiSlowly(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 1 && byte <= 127);
}

/** Tells whether the bytes are an object path. */
export function isPathSlowly(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes);
  if (text === '/') return true;
  const [root, ...elements] = text.split('/');
  return (
    root === '' && elements.length > 0 && elements.every((part) => /^[A-Za-z0-9_]+$/.test(part))
  );
}
