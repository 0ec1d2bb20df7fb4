/**
 * Writes gnome-keyring's v0 form with node:crypto, from the format's description alone: the other
 * side of the reader under test, and files for the real daemon to load.
 */
import { createCipheriv, createHash } from 'node:crypto';

export interface V0SourceItem {
  readonly id: number;
  readonly type?: number;
  readonly label: string | null;
  readonly secret: Uint8Array;
  readonly created?: number;
  readonly modified?: number;
  readonly attributes?: readonly (readonly [string, string | number])[];
  readonly acls?: number;
  /** What the clear part says instead. */
  readonly clearAttributes?: readonly (readonly [string, string | number])[];
}

export interface V0Source {
  readonly label: string;
  readonly password: string;
  readonly items: readonly V0SourceItem[];
  readonly iterations?: number;
  readonly times?: readonly [number, number];
  /** Cut from the end of the plaintext before it is padded. */
  readonly dropPlaintext?: number;
}

const SALT = Buffer.from('saltsalt');

export function writeV0(source: V0Source): Uint8Array<ArrayBuffer> {
  const { iterations = 1500, times = [0, 1_700_000_000] } = source;
  const clear = source.items.flatMap((item) => [
    u32(item.id),
    u32(item.type ?? 0),
    attributes(item.clearAttributes ?? item.attributes ?? [], true),
  ]);
  const plain = Buffer.concat(source.items.map(fullItem));
  const kept = plain.subarray(0, plain.length - (source.dropPlaintext ?? 0));
  const padded = Buffer.concat([kept, Buffer.alloc((16 - (kept.length % 16)) % 16)]);
  const sealed = encrypt(source.password, iterations, Buffer.concat([md5(padded), padded]));
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('GnomeKeyring\n\r\0\n\0\0\0\0', 'latin1'),
      string(source.label),
      u64(times[0]),
      u64(times[1]),
      u32(0),
      u32(0),
      u32(iterations),
      SALT,
      Buffer.alloc(16),
      u32(source.items.length),
      ...clear,
      u32(sealed.length),
      sealed,
    ]),
  );
}

function fullItem(item: V0SourceItem): Buffer {
  const acl = Buffer.concat([u32(7), string('program'), string('/usr/bin/program'), NULL, u32(0)]);
  return Buffer.concat([
    item.label === null ? NULL : string(item.label),
    u32(item.secret.length),
    item.secret,
    u64(item.created ?? 1_700_000_001),
    u64(item.modified ?? 1_700_000_002),
    NULL,
    Buffer.alloc(16),
    attributes(item.attributes ?? [], false),
    u32(item.acls ?? 0),
    ...Array.from({ length: item.acls ?? 0 }, () => acl),
  ]);
}

const NULL = Buffer.from([0xff, 0xff, 0xff, 0xff]);

function attributes(
  pairs: readonly (readonly [string, string | number])[],
  isHashed: boolean,
): Buffer {
  return Buffer.concat([
    u32(pairs.length),
    ...pairs.flatMap(([name, value]) =>
      typeof value === 'string'
        ? [string(name), u32(0), string(isHashed ? md5(Buffer.from(value)).toString('hex') : value)]
        : [string(name), u32(1), u32(isHashed ? mixed(value) : value)],
    ),
  ]);
}

/** The hash of a number: itself, its halves swapped, and a constant, all exclusive-ored. */
function mixed(value: number): number {
  const swapped = (value % 65_536) * 65_536 + Math.floor(value / 65_536);
  return Number(BigInt(0x18273645) ^ BigInt(value) ^ BigInt(swapped));
}

function encrypt(password: string, iterations: number, plain: Buffer): Buffer {
  let digest = createHash('sha256').update(password).update(SALT).digest();
  for (let round = 1; round < iterations; round += 1) {
    digest = createHash('sha256').update(digest).digest();
  }
  const cipher = createCipheriv('aes-128-cbc', digest.subarray(0, 16), digest.subarray(16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([u32(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
