/** Text files end in a newline that is rarely part of the secret in them. */
const NEWLINE = 0x0a;

/** A view without one final newline; the bytes stay those of the argument. */
export function withoutFinalNewline(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === NEWLINE ? bytes.subarray(0, -1) : bytes;
}
