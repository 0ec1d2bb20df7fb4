/**
 * The runtime's fast string primitives, with a portable twin for runtimes that lack them. This is
 * the one file outside `io/` that touches `Buffer`, and one of two kinds of place where `as` is
 * allowed: a buffer made here is known to have the methods that the types of Node do not list.
 */
// biome-ignore lint/style/noRestrictedImports: latin1Slice, utf8Write and isUtf8 live nowhere else.
import * as nodeBuffer from 'node:buffer';

/** Bytes made by {@link TextPrimitives.view}: the only ones that the primitives take. */
export type TextBytes = Uint8Array<ArrayBufferLike> & { readonly textBytes?: never };

/** What the codec asks of a runtime; every function works on `[start, end)` of the bytes. */
export interface TextPrimitives {
  /** A view that the other functions take; it copies nothing. */
  view(buffer: ArrayBufferLike, byteOffset: number, length: number): TextBytes;
  /** One character a byte; right where the bytes are ASCII, and it never fails where they are not. */
  latin1Slice(bytes: TextBytes, start: number, end: number): string;
  /** Decodes what {@link isUtf8} accepted. */
  utf8Slice(bytes: TextBytes, start: number, end: number): string;
  /** Writes UTF-8 at `at` and returns how many bytes; the room must have been made before. */
  utf8Write(bytes: TextBytes, text: string, at: number): number;
  /** How many bytes {@link utf8Write} will write. */
  utf8Length(text: string): number;
  isUtf8(bytes: TextBytes, start: number, end: number): boolean;
}

interface NativeBytes {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, at: number): number;
}

/** A byte of a chunk at an index that the caller has checked. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

/** The primitives in use: the native ones where they are there. */
export const text: TextPrimitives = hasNativeText() ? createNativeText() : createPortableText();

function hasNativeText(): boolean {
  // Deno has the methods of Buffer, but written in JavaScript: several times slower than encodeInto.
  return (
    !('Deno' in globalThis) &&
    typeof nodeBuffer.isUtf8 === 'function' &&
    'latin1Slice' in nodeBuffer.Buffer.prototype &&
    'utf8Write' in nodeBuffer.Buffer.prototype
  );
}

function createNativeText(): TextPrimitives {
  const { Buffer, isUtf8 } = nodeBuffer;
  return {
    view: (buffer, byteOffset, length) => Buffer.from(buffer, byteOffset, length),
    latin1Slice: (bytes, start, end) => (bytes as unknown as NativeBytes).latin1Slice(start, end),
    utf8Slice: (bytes, start, end) => (bytes as unknown as NativeBytes).utf8Slice(start, end),
    utf8Write: (bytes, value, at) => (bytes as unknown as NativeBytes).utf8Write(value, at),
    utf8Length: (value) => Buffer.byteLength(value),
    isUtf8: (bytes, start, end) => isUtf8(bytes.subarray(start, end)),
  };
}

/** Decoding and encoding with TextDecoder and TextEncoder only. */
export function createPortableText(): TextPrimitives {
  const encoder = new TextEncoder();
  // U+FEFF at the start of a string is text here, not a byte order mark.
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const latin1 = new TextDecoder('windows-1252');
  const utf8Slice = (bytes: TextBytes, start: number, end: number): string =>
    utf8.decode(bytes.subarray(start, end));
  return {
    view: (buffer, byteOffset, length) => new Uint8Array(buffer, byteOffset, length),
    latin1Slice: (bytes, start, end) => latin1.decode(bytes.subarray(start, end)),
    utf8Slice,
    utf8Write: (bytes, value, at) => encoder.encodeInto(value, bytes.subarray(at)).written,
    utf8Length: (value) => encoder.encode(value).length,
    isUtf8: (bytes, start, end) => {
      try {
        utf8Slice(bytes, start, end);
        return true;
      } catch {
        return false;
      }
    },
  };
}
