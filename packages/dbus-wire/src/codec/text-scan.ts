/**
 * Checks over the bytes of a text, four at a time. They take a DataView and an offset, so that the
 * encoder and the decoder share them.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#basic-types
 */

const SLASH = 0x2f;
const UNDERSCORE = 0x5f;

/** Tells whether all bytes are ASCII and none is NUL. */
export function isPlainAscii(view: DataView, start: number, length: number): boolean {
  const end = start + length;
  if (length < 4) {
    for (let at = start; at < end; at += 1) {
      if ((view.getUint8(at) - 1) >>> 0 > 0x7e) return false;
    }
    return true;
  }
  const last = end - 4;
  for (let at = start; at < last; at += 4) {
    const word = view.getInt32(at, true);
    if (((word | (word - 0x01010101)) & 0x80808080) !== 0) return false;
  }
  // The last word overlaps the one before: a byte checked twice is cheaper than a tail loop.
  const word = view.getInt32(last, true);
  return ((word | (word - 0x01010101)) & 0x80808080) === 0;
}

/** Tells whether two texts of the same length, at least 3, are the same; a NUL follows each. */
export function sameText(
  a: DataView,
  aStart: number,
  b: DataView,
  bStart: number,
  length: number,
): boolean {
  const last = length - 4;
  for (let i = 0; i < last; i += 4) {
    if (a.getInt32(aStart + i, true) !== b.getInt32(bStart + i, true)) return false;
  }
  const i = Math.max(last, 0);
  return a.getInt32(aStart + i, true) === b.getInt32(bStart + i, true);
}

/**
 * Tells whether the bytes are an object path. `knownAt` and `knownLength` name a valid path in the
 * same view (length 0 for none): what the two have in common needs no second check.
 */
export function isPathText(
  view: DataView,
  start: number,
  length: number,
  knownAt: number,
  knownLength: number,
): boolean {
  const common = Math.min(length, knownLength) - 4;
  let i = 0;
  while (i <= common && view.getInt32(start + i, true) === view.getInt32(knownAt + i, true)) i += 4;
  if (i === 0) {
    if (length === 0 || view.getUint8(start) !== SLASH) return false;
    i = 1;
  }
  let isAfterSlash = view.getUint8(start + i - 1) === SLASH;
  for (; i < length; i += 1) {
    const byte = view.getUint8(start + i);
    if (byte === SLASH) {
      if (isAfterSlash) return false;
      isAfterSlash = true;
    } else {
      if (!isNameByte(byte)) return false;
      isAfterSlash = false;
    }
  }
  return !isAfterSlash || length === 1;
}

/** Tells whether a byte can stand in an element of an object path. */
export function isNameByte(byte: number): boolean {
  return ((byte | 0x20) - 0x61) >>> 0 < 26 || (byte - 0x30) >>> 0 < 10 || byte === UNDERSCORE;
}
