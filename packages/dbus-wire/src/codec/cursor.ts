/**
 * Bytes and a position in them: what the decoder's reader and the encoder's writer have in common.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling
 */
import { type TextBytes, text } from '../bytes.ts';

/** The same bytes in three forms, each the fastest for something: text, whole copies, numbers. */
export class Block<Buffer extends ArrayBufferLike> {
  readonly bytes: TextBytes;
  readonly plain: Uint8Array<Buffer>;
  readonly view: DataView<Buffer>;

  constructor(buffer: Buffer, byteOffset = 0, length: number = buffer.byteLength) {
    this.bytes = text.view(buffer, byteOffset, length);
    this.plain = new Uint8Array(buffer, byteOffset, length);
    this.view = new DataView(buffer, byteOffset, length);
  }
}

/** A position in a block, and what holds for all values there. */
export class Cursor<Buffer extends ArrayBufferLike> {
  bytes: TextBytes;
  plain: Uint8Array<Buffer>;
  view: DataView<Buffer>;
  pos = 0;
  /** Whether numbers have their lowest byte first. */
  little = true;
  /** Containers around the signature in use: those of enclosing variants. */
  depth = 0;

  constructor(block: Block<Buffer>) {
    this.bytes = block.bytes;
    this.plain = block.plain;
    this.view = block.view;
  }

  /** Goes over to other bytes; the position stays. */
  protected use(block: Block<Buffer>): void {
    this.bytes = block.bytes;
    this.plain = block.plain;
    this.view = block.view;
  }
}
