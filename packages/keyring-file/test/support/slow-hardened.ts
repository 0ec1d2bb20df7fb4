/**
 * Reads the hardened form from docs/KEYRING-FILE.md alone, with node:crypto and a plain HChaCha20:
 * slow, short, and sharing no line with the code under test.
 */
import { createDecipheriv, createHmac, hkdfSync, scryptSync } from 'node:crypto';

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
  const options = { authTagLength: 16 };
  const cipher = createDecipheriv('chacha20-poly1305', hchacha20(key, box), nonce, options);
  cipher.setAAD(associated, { plaintextLength: box.length - 40 });
  cipher.setAuthTag(box.subarray(-16));
  return Buffer.concat([cipher.update(box.subarray(24, -16)), cipher.final()]);
}

function hchacha20(key: Buffer, nonce: Buffer): Buffer {
  const start = Buffer.concat([Buffer.from('expand 32-byte k'), key, nonce.subarray(0, 16)]);
  const x = Uint32Array.from({ length: 16 }, (_, word) => start.readUInt32LE(4 * word));
  const word = (at: number): number => x[at] ?? 0;
  const mix = (a: number, b: number, d: number, shift: number): void => {
    x[a] = word(a) + word(b);
    const turned = word(d) ^ word(a);
    x[d] = (turned << shift) | (turned >>> (32 - shift));
  };
  const columns = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
  ] as const;
  const diagonals = [
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
  ] as const;
  for (let round = 0; round < 10; round += 1) {
    for (const [a, b, c, d] of [...columns, ...diagonals]) {
      mix(a, b, d, 16);
      mix(c, d, b, 12);
      mix(a, b, d, 8);
      mix(c, d, b, 7);
    }
  }
  const out = Buffer.alloc(32);
  for (const [at, index] of [0, 1, 2, 3, 12, 13, 14, 15].entries())
    out.writeUInt32LE(word(index), 4 * at);
  return out;
}
