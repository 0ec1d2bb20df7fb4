/**
 * Base64 (RFC 4648 §4) from bytes to bytes. Secrets pass through here, so nothing becomes a
 * string: strings cannot be wiped. Decoding takes white space between characters and requires
 * correct padding and zero spare bits, so that one secret has one spelling.
 */
const ALPHABET = new TextEncoder().encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);
const PADDING = 0x3d;
const NOT_A_DIGIT = 0xff;
const WHITE_SPACE = 0xfe;

export function encodeBase64(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  let at = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group =
      ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[at] = digitOf(group >> 18);
    text[at + 1] = digitOf(group >> 12);
    if (left > 1) text[at + 2] = digitOf(group >> 6);
    if (left > 2) text[at + 3] = digitOf(group);
    at += 4;
  }
  return text;
}

/** The decoded bytes, or `undefined` where the text is not base64. */
export function decodeBase64(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  const length = decodeInto(bytes, text);
  const decoded = length === undefined ? undefined : bytes.slice(0, length);
  bytes.fill(0);
  return decoded;
}

/** The number of bytes written, or `undefined` where the text is not base64. */
function decodeInto(bytes: Uint8Array, text: Uint8Array): number | undefined {
  let length = 0;
  let bits = 0;
  let digits = 0;
  let padding = 0;
  const digitsOf = digitTable();
  for (const character of text) {
    const digit = digitsOf[character] ?? NOT_A_DIGIT;
    if (digit === WHITE_SPACE) continue;
    if (character === PADDING) {
      padding += 1;
      continue;
    }
    if (digit === NOT_A_DIGIT || padding > 0) return undefined;
    bits = ((bits << 6) | digit) & 0xffffff;
    digits += 1;
    if (digits % 4 === 0) {
      bytes[length] = bits >> 16;
      bytes[length + 1] = bits >> 8;
      bytes[length + 2] = bits;
      length += 3;
    }
  }
  const rest = digits % 4;
  // @rule cli/base64-padding keywire#base64
  if (rest === 1 || padding !== (rest === 0 ? 0 : 4 - rest)) return undefined;
  if (rest === 2) {
    if ((bits & 0x0f) !== 0) return undefined;
    bytes[length] = bits >> 4;
    length += 1;
  } else if (rest === 3) {
    if ((bits & 0x03) !== 0) return undefined;
    bytes[length] = bits >> 10;
    bytes[length + 1] = bits >> 2;
    length += 2;
  }
  return length;
}

/** What each byte is worth. */
function digitTable(): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_A_DIGIT);
  ALPHABET.forEach((character, digit) => {
    table[character] = digit;
  });
  for (const character of [0x09, 0x0a, 0x0d, 0x20]) table[character] = WHITE_SPACE;
  return table;
}

function digitOf(group: number): number {
  return ALPHABET[group & 63] ?? PADDING;
}
