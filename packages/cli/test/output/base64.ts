import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeBase64, encodeBase64 } from '../../src/output/base64.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

test('base64: the vectors of RFC 4648 §10, both ways', () => {
  const vectors = [
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ] as const;
  for (const [plain, encoded] of vectors) {
    assert.equal(text(encodeBase64(bytes(plain))), encoded);
    assert.deepEqual(decodeBase64(bytes(encoded)), bytes(plain));
  }
});

test('base64: every byte value survives, and agrees with the runtime', () => {
  for (let length = 254; length <= 257; length += 1) {
    const all = Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);
    const encoded = encodeBase64(all);
    assert.equal(text(encoded), Buffer.from(all).toString('base64'));
    assert.deepEqual(decodeBase64(encoded), all);
  }
});

// @rule cli/base64-padding
test('base64: white space passes; wrong padding, spare bits and strangers do not', () => {
  assert.deepEqual(decodeBase64(bytes(' Zm9v\r\nYmFy\n')), bytes('foobar'));
  const refused = ['Zg', 'Zg=', 'Zg===', 'Zm9v=', 'Zh==', 'Zm9=', 'Z', 'Zg==Zg==', 'Zm-v', '='];
  for (const wrong of refused) assert.equal(decodeBase64(bytes(wrong)), undefined, wrong);
  assert.equal(decodeBase64(Uint8Array.of(0xff, 0x41, 0x41, 0x41)), undefined);
});
