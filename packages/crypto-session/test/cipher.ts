import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { fromHex, readVectors, toHex } from '../../../test-fixtures/src/hex.ts';
import {
  slowDecrypt,
  slowEncrypt,
} from '../../../test-fixtures/src/slow-reference/session-cipher.ts';
import { decryptSecret, encryptSecret } from '../src/cipher.ts';
import { encryptBlocks } from '../src/io/runtime-crypto.ts';
import { buffersOf } from './support/buffers.ts';

const { ciphers } = readVectors<{
  ciphers: { name: string; key: string; iv: string; plaintext: string; ciphertext: string }[];
}>('crypto-session');

const KEY = fromHex('000102030405060708090a0b0c0d0e0f');
const IV = fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
const DECRYPT_FAILED = {
  name: 'CryptoSessionError',
  code: 'decrypt-failed',
  message: 'encrypted secret: expected what this session encrypts, got something else',
};
const numRuns = process.env['SLOW'] === '1' ? 5000 : 200;

for (const { name, key, iv, plaintext, ciphertext } of ciphers) {
  test(`known answer: ${name}`, async () => {
    const encrypted = await encryptSecret(fromHex(key), fromHex(plaintext), {
      random: () => fromHex(iv),
    });
    assert.equal(toHex(encrypted.iv), iv);
    assert.equal(toHex(encrypted.ciphertext), ciphertext);
    const decrypted = await decryptSecret(fromHex(key), fromHex(iv), fromHex(ciphertext));
    assert.equal(toHex(decrypted), plaintext);
  });
}

test('encryption equals noble, and what is encrypted decrypts', async () => {
  await fc.assert(
    fc.asyncProperty(bytes(16), fc.uint8Array({ maxLength: 200 }), async (key, plaintext) => {
      const { iv, ciphertext } = await encryptSecret(key, plaintext);
      assert.equal(toHex(ciphertext), toHex(slowEncrypt(key, iv, plaintext)));
      assert.equal(toHex(await decryptSecret(key, iv, ciphertext)), toHex(plaintext));
    }),
    { numRuns },
  );
});

// @rule crypto/padding-bytes
// @rule crypto/one-decrypt-error
test('random blocks are taken and refused exactly as noble does', async () => {
  const accepted = { count: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.integer({ min: 0, max: 18 }),
      async (block, ending) => {
        // Ends that look like a padding, or nearly so: purely random blocks almost never do.
        block.fill(ending, Math.max(0, 16 - ending));
        const ciphertext = encryptBlocks(KEY, IV, block);
        const expected = outcome(() => slowDecrypt(KEY, IV, ciphertext));
        if (expected === undefined) {
          await assert.rejects(decryptSecret(KEY, IV, ciphertext), DECRYPT_FAILED);
        } else {
          accepted.count += 1;
          assert.equal(toHex(await decryptSecret(KEY, IV, ciphertext)), toHex(expected));
        }
      },
    ),
    { numRuns },
  );
  assert.ok(accepted.count > 0);
});

test('a large secret survives', async () => {
  const plaintext = Uint8Array.from({ length: 1_000_003 }, (_, index) => index % 251);
  const { iv, ciphertext } = await encryptSecret(KEY, plaintext);
  assert.deepEqual(await decryptSecret(KEY, iv, ciphertext), plaintext);
});

test('IVs are fresh', async () => {
  const ivs = await Promise.all(
    Array.from({ length: 20 }, async () => toHex((await encryptSecret(KEY, IV)).iv)),
  );
  assert.equal(new Set(ivs).size, 20);
});

test('the arguments are read at once, so that the caller may wipe them', async () => {
  const key = KEY.slice();
  const plaintext = fromHex('736563726574');
  const encrypting = encryptSecret(key, plaintext, { random: () => IV });
  plaintext.fill(0);
  const { iv, ciphertext } = await encrypting;
  const expected = slowEncrypt(KEY, IV, fromHex('736563726574'));
  assert.equal(toHex(ciphertext), toHex(expected));
  const decrypting = decryptSecret(key, iv, ciphertext);
  key.fill(0);
  ciphertext.fill(0);
  assert.equal(toHex(await decrypting), '736563726574');
});

test('what lies between is wiped: only the results are left', async () => {
  const left = (buffers: readonly Uint8Array[]): string[] =>
    buffers.map(toHex).filter((text) => /[^0]/.test(text));
  const plaintext = fromHex('736563726574');
  const encrypting = buffersOf(() => encryptSecret(KEY, plaintext, { random: () => IV }));
  const { ciphertext } = await encrypting.result;
  assert.deepEqual(left(encrypting.buffers), [toHex(ciphertext)]);
  const decrypting = buffersOf(() => decryptSecret(KEY, IV, ciphertext));
  await decrypting.result;
  assert.deepEqual(left(decrypting.buffers), [toHex(plaintext)]);
  const wrong = encryptBlocks(KEY, IV, new Uint8Array(16).fill(0x77));
  const refusing = buffersOf(() => decryptSecret(KEY, IV, wrong));
  await assert.rejects(refusing.result, DECRYPT_FAILED);
  assert.deepEqual(left(refusing.buffers), []);
});

test('results lie in buffers of their own', async () => {
  const { iv, ciphertext } = await encryptSecret(KEY, IV);
  const plaintext = await decryptSecret(KEY, iv, ciphertext);
  for (const result of [iv, ciphertext, plaintext]) {
    assert.equal(result.constructor, Uint8Array);
    assert.equal(result.buffer.byteLength, result.length);
  }
});

// @rule crypto/iv-length
// @rule crypto/ciphertext-length
// @rule crypto/one-decrypt-error
test('everything wrong with a ciphertext fails with one code and one message', async () => {
  const { ciphertext } = await encryptSecret(KEY, new Uint8Array(20), { random: () => IV });
  for (const length of [0, 1, 8, 15, 17, 32]) {
    await assert.rejects(decryptSecret(KEY, new Uint8Array(length), ciphertext), DECRYPT_FAILED);
  }
  for (const length of [0, 1, 15, 17, 31, 33]) {
    const part = new Uint8Array(length);
    await assert.rejects(decryptSecret(KEY, IV, part), DECRYPT_FAILED, `${length} bytes`);
  }
  const blocks = {
    'padding 0': '00000000000000000000000000000000',
    'padding 17': '11111111111111111111111111111111',
    'padding 255': 'ffffffffffffffffffffffffffffffff',
    'one wrong byte': '00000000000000000000000003030203',
    'first byte of a full block wrong': '0f101010101010101010101010101010',
  };
  for (const [name, block] of Object.entries(blocks)) {
    const bad = encryptBlocks(KEY, IV, fromHex(block));
    await assert.rejects(decryptSecret(KEY, IV, bad), DECRYPT_FAILED, name);
  }
});

test('misuse is told apart from a bad ciphertext', async () => {
  for (const length of [0, 15, 17, 32]) {
    const key = new Uint8Array(length);
    const expected = { name: 'RangeError', message: `key: expected 16 bytes, got ${length}` };
    await assert.rejects(encryptSecret(key, IV), expected);
    await assert.rejects(decryptSecret(key, IV, IV), expected);
  }
  // @ts-expect-error a secret is bytes, never a string
  await assert.rejects(encryptSecret(KEY, 'secret'), {
    name: 'TypeError',
    message: 'plaintext: expected a Uint8Array, got string',
  });
  // @ts-expect-error an IV is bytes
  await assert.rejects(decryptSecret(KEY, [], IV), /^TypeError: iv: expected/);
  // @ts-expect-error a ciphertext is bytes
  await assert.rejects(decryptSecret(KEY, IV, 5), /^TypeError: ciphertext: expected/);
  // @ts-expect-error a key is bytes
  await assert.rejects(encryptSecret('0123456789abcdef', IV), /^TypeError: key: expected/);
  await assert.rejects(encryptSecret(KEY, IV, { random: () => new Uint8Array(15) }), TypeError);
});

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function outcome<Result>(body: () => Result): Result | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
