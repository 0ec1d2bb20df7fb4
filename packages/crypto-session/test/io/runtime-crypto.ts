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

/** What the runtime's own objects returned. */
const returned: Uint8Array[] = [];

/** The module, with every array that its hashes and ciphers return noted. */
function recorded(module: typeof import('node:crypto')): unknown {
  const noting = <T extends object>(made: T): T =>
    new Proxy(made, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(member, target, args);
          if (result instanceof Uint8Array) returned.push(result);
          return typeof result === 'object' && result === target ? noting(target) : result;
        };
      },
    });
  return new Proxy(module, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || !String(name).startsWith('create')) return member;
      return (...args: unknown[]) => noting(Reflect.apply(member, target, args));
    },
  });
}

test('what was loaded ahead is not asked for again', () => {
  const { getBuiltinModule } = process;
  const asked: string[] = [];
  const watch = (id: string): unknown => {
    asked.push(id);
    return id === 'node:crypto' ? recorded(getBuiltinModule('node:crypto')) : getBuiltinModule(id);
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

test('what the runtime returned is wiped: it may lie in a pool', () => {
  returned.length = 0;
  hmacSha256(fromHex(hmac.key), fromHex(hmac.message));
  const blocks = encryptBlocks(fromHex(aes.key), fromHex(aes.iv), fromHex(aes.plaintext));
  decryptBlocks(fromHex(aes.key), fromHex(aes.iv), blocks);
  assert.deepEqual(
    returned.map(({ length }) => length).filter((length) => length > 0),
    [32, 64, 64],
  );
  assert.deepEqual(
    returned.flatMap((part) => [...part]).filter((byte) => byte !== 0),
    [],
  );
});

test('the runtime gives random bytes of the length asked for', () => {
  for (const length of [0, 1, 16, 32, 1000]) assert.equal(runtimeRandom(length).length, length);
  assert.notEqual(toHex(runtimeRandom(16)), toHex(runtimeRandom(16)));
});
