import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { fromHex, readVectors, toHex } from '../../../../test-fixtures/src/hex.ts';
import {
  decryptBlocks,
  encryptBlocks,
  hmacSha256,
  loadRuntimeCrypto,
  runtimeRandom,
} from '../../src/io/runtime-crypto.ts';

const { hmacSha256: hmac, aes128Cbc: aes } = readVectors<{
  hmacSha256: { key: string; message: string; digest: string };
  aes128Cbc: { key: string; iv: string; plaintext: string; ciphertext: string };
}>('published-crypto');

test('what was loaded ahead is not asked for again', () => {
  const { getBuiltinModule } = process;
  const asked: string[] = [];
  const watch = (id: string): unknown => {
    asked.push(id);
    return getBuiltinModule(id);
  };
  Object.assign(process, { getBuiltinModule: watch });
  try {
    loadRuntimeCrypto();
    assert.deepEqual(asked, ['node:crypto']);
    hmacSha256(new Uint8Array(32), new Uint8Array(1));
    assert.deepEqual(asked, ['node:crypto']);
  } finally {
    Object.assign(process, { getBuiltinModule });
  }
});

test('HMAC-SHA256 gives the digest of RFC 4231', () => {
  const digest = hmacSha256(fromHex(hmac.key), fromHex(hmac.message));
  assert.equal(toHex(digest), hmac.digest);
  assert.equal(digest.buffer.byteLength, 32, 'in a buffer of its own');
});

test('AES-128-CBC gives the blocks of SP 800-38A, both ways', () => {
  const key = fromHex(aes.key);
  const iv = fromHex(aes.iv);
  const ciphertext = encryptBlocks(key, iv, fromHex(aes.plaintext));
  assert.equal(toHex(ciphertext), aes.ciphertext);
  const plaintext = decryptBlocks(key, iv, ciphertext);
  assert.equal(toHex(plaintext), aes.plaintext);
  for (const result of [ciphertext, plaintext]) {
    assert.equal(result.buffer.byteLength, 64, 'in a buffer of its own');
  }
});

test('the runtime gives random bytes of the length asked for', () => {
  for (const length of [0, 1, 16, 32, 1000]) assert.equal(runtimeRandom(length).length, length);
  assert.notEqual(toHex(runtimeRandom(16)), toHex(runtimeRandom(16)));
});
