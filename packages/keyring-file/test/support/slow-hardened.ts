/**
 * Reads the hardened form from docs/KEYRING-FILE.md alone, with SHA-256, HMAC, HKDF and
 * scrypt of node:crypto and everything else in plain numbers: slow, and sharing no line with the code
 * under test.
 */
import { createHmac, hkdfSync, scryptSync } from 'node:crypto';

export function readHardenedSlowly(file: Buffer, password: Buffer, context: string): unknown {
  const [logN, r, p] = [20, 24, 28].map((at) => file.readUInt32BE(at));
  const cost = { N: 2 ** (logN ?? 0), r: r ?? 0, p: p ?? 0, maxmem: 2 ** 31 };
  const root = scryptSync(password, file.subarray(32, 64), 32, cost);
  const key = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', root, '', `keywire keyring 1 ${purpose}`, 32));
  const header = file.subarray(0, 64);
  const mac = createHmac('sha256', key('header')).update(header).update(context).digest();
  if (!mac.equals(file.subarray(64, 96))) return 'wrong password';
  const body = fieldsOf(file, 100 + file.readUInt32BE(96));
  const index = open(
    key('index'),
    file.subarray(100, 100 + file.readUInt32BE(96)),
    Buffer.concat([header, Buffer.from(context)]),
  );
  const labelEnd = 28 + index.readUInt32BE(24);
  const items = Array.from({ length: index.readUInt32BE(labelEnd) }, (_, number) => {
    const entry = index.subarray(labelEnd + 4 + 36 * number);
    const box = body(entry.readUInt32BE(16));
    if (!box.subarray(-16).equals(entry.subarray(20, 36))) return 'other version';
    const associated = Buffer.concat([header, entry.subarray(0, 16), Buffer.from(context)]);
    return { id: entry.toString('hex', 0, 16), ...item(open(key('item'), box, associated)) };
  });
  return { revision: index.readBigUInt64BE(0), label: index.toString('utf8', 28, labelEnd), items };
}

function item(plain: Buffer): object {
  const take = fieldsOf(plain, 16);
  const field = (): Buffer => take(take(4).readUInt32BE());
  const [label, contentType] = [`${field()}`, `${field()}`];
  const count = take(4).readUInt32BE();
  const attributes = Object.fromEntries(
    Array.from({ length: count }, () => [`${field()}`, `${field()}`]),
  );
  return {
    label,
    contentType,
    attributes,
    secret: `${field()}`,
    created: plain.readBigUInt64BE(0),
  };
}

/** Takes the next bytes with each call. */
function fieldsOf(bytes: Buffer, start: number): (count: number) => Buffer {
  let at = start;
  return (count) => {
    at += count;
    return bytes.subarray(at - count, at);
  };
}

/** XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 §2.3. */
function open(key: Buffer, box: Buffer, associated: Buffer): Buffer {
  const nonce = Buffer.concat([Buffer.alloc(4), box.subarray(16, 24)]);
  const subkey = hchacha20(key, box.subarray(0, 16));
  const ciphertext = box.subarray(24, -16);
  const tag = poly1305(chachaBlock(subkey, 0, nonce), associated, ciphertext);
  if (!tag.equals(box.subarray(-16))) throw new Error('not authentic');
  return Buffer.from(
    ciphertext.map((byte, at) => byte ^ (chachaBlock(subkey, 1 + (at >> 6), nonce)[at & 63] ?? 0)),
  );
}

/** RFC 8439 §2.5 and §2.8, in whole numbers. */
function poly1305(key: Buffer, associated: Buffer, ciphertext: Buffer): Buffer {
  const r = littleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  const pad = (bytes: Buffer): Buffer => Buffer.alloc((16 - (bytes.length % 16)) % 16);
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64LE(BigInt(associated.length), 0);
  lengths.writeBigUInt64LE(BigInt(ciphertext.length), 8);
  const parts = [associated, pad(associated), ciphertext, pad(ciphertext), lengths];
  const message = Buffer.concat(parts);
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = littleEndian(message.subarray(at, at + 16)) + (1n << 128n);
    sum = ((sum + block) * r) % ((1n << 130n) - 5n);
  }
  const tag = (sum + littleEndian(key.subarray(16, 32))) % (1n << 128n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** RFC 8439 §2.3. */
function chachaBlock(key: Buffer, counter: number, nonce: Buffer): Buffer {
  const start = chachaState(key, Buffer.concat([littleUint32(counter), nonce.subarray(0, 12)]));
  const mixed = chachaRounds(start);
  return Buffer.concat([...mixed].map((word, at) => littleUint32((word + (start[at] ?? 0)) >>> 0)));
}

function hchacha20(key: Buffer, nonce: Buffer): Buffer {
  const mixed = chachaRounds(chachaState(key, nonce));
  return Buffer.concat([...mixed.subarray(0, 4), ...mixed.subarray(12)].map(littleUint32));
}

function chachaState(key: Buffer, rest: Buffer): Uint32Array {
  const bytes = Buffer.concat([Buffer.from('expand 32-byte k'), key, rest]);
  return Uint32Array.from({ length: 16 }, (_, word) => bytes.readUInt32LE(4 * word));
}

function chachaRounds(start: Uint32Array): Uint32Array {
  const x = start.slice();
  const word = (at: number): number => x[at] ?? 0;
  const mix = (a: number, b: number, d: number, shift: number): void => {
    x[a] = word(a) + word(b);
    const turned = word(d) ^ word(a);
    x[d] = (turned << shift) | (turned >>> (32 - shift));
  };
  const columns = [0, 1, 2, 3].map((at) => [at, at + 4, at + 8, at + 12] as const);
  const diagonals = [0, 1, 2, 3].map(
    (at) => [at, 4 + ((at + 1) % 4), 8 + ((at + 2) % 4), 12 + ((at + 3) % 4)] as const,
  );
  for (let round = 0; round < 10; round += 1) {
    for (const [a, b, c, d] of [...columns, ...diagonals]) {
      mix(a, b, d, 16);
      mix(c, d, b, 12);
      mix(a, b, d, 8);
      mix(c, d, b, 7);
    }
  }
  return x;
}

function littleUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
