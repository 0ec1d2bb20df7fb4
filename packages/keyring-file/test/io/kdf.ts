/** The runtime's functions against @noble's. */
import assert from 'node:assert/strict';
import { argon2id } from '@noble/hashes/argon2.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { keyDerivation, keyDerivationOf } from '../../src/io/kdf.ts';
import { seededBytes, utf8 } from '../support/memory-io.ts';

const random = seededBytes('kdf');

test('PBKDF2 agrees with noble', async () => {
  for (const { password, iterations, bytes } of [
    { password: utf8(''), iterations: 1, bytes: 16 },
    { password: utf8('pässword'), iterations: 1000, bytes: 16 },
    { password: random(64), iterations: 3, bytes: 48 },
    { password: random(200), iterations: 7, bytes: 32 },
  ]) {
    const salt = random(32);
    assert.deepEqual(
      await keyDerivation.pbkdf2Sha256(password, salt, iterations, bytes),
      new Uint8Array(pbkdf2(sha256, password, salt, { c: iterations, dkLen: bytes })),
    );
  }
});

test('scrypt agrees with noble, above the memory limit of OpenSSL, too', async () => {
  for (const { logN, r, p } of [
    { logN: 4, r: 8, p: 1 },
    { logN: 10, r: 9, p: 3 },
    { logN: 15, r: 8, p: 1 },
  ]) {
    const salt = random(32);
    const cost = { kdf: 'scrypt', logN, r, p } as const;
    assert.deepEqual(
      await keyDerivation.scrypt(utf8('pw'), salt, cost, 32),
      new Uint8Array(scrypt(utf8('pw'), salt, { N: 2 ** logN, r, p, dkLen: 32 })),
    );
  }
});

test('keys own their memory', async () => {
  const key = await keyDerivation.pbkdf2Sha256(utf8('x'), random(32), 1, 16);
  assert.equal(key.buffer.byteLength, 16);
});

test('what the runtime refuses is passed on', async () => {
  const cost = { kdf: 'scrypt', logN: 0, r: 8, p: 1 } as const;
  await assert.rejects(keyDerivation.scrypt(utf8('x'), random(32), cost, 32), RangeError);
});

const cost = { kdf: 'argon2id', memoryKiB: 64, passes: 2, lanes: 1 } as const;

test('Argon2id is there when the runtime has it, with its parameters in place', async () => {
  assert.equal(keyDerivationOf({}).argon2id, undefined);
  assert.equal(keyDerivationOf({ argon2: 'no function' }).argon2id, undefined);
  const runtime = {
    argon2(
      algorithm: string,
      parameters: {
        message: Uint8Array;
        nonce: Uint8Array;
        parallelism: number;
        tagLength: number;
        memory: number;
        passes: number;
      },
      callback: (error: Error | null, key: Uint8Array) => void,
    ): void {
      assert.equal(algorithm, 'argon2id');
      const { message, nonce, parallelism, tagLength, memory, passes } = parameters;
      const options = { t: passes, m: memory, p: parallelism, dkLen: tagLength };
      callback(null, argon2id(message, nonce, options));
    },
  };
  const salt = random(32);
  assert.deepEqual(
    await keyDerivationOf(runtime).argon2id?.(utf8('pw'), salt, cost, 32),
    new Uint8Array(argon2id(utf8('pw'), salt, { t: 2, m: 64, p: 1, dkLen: 32 })),
  );
});

test('nothing else of the runtime is read, so that it warns of nothing deprecated', () => {
  const runtime = {
    get fips(): boolean {
      return assert.fail('deprecated');
    },
  };
  assert.equal(keyDerivationOf(runtime).argon2id, undefined);
});

test('the key is copied out of what the runtime gave, and that is wiped', async () => {
  const given = Uint8Array.of(1, 2, 3);
  const runtime = {
    argon2(
      _algorithm: string,
      _parameters: object,
      callback: (error: Error | null, key: Uint8Array) => void,
    ): void {
      callback(null, given);
    },
  };
  const key = await keyDerivationOf(runtime).argon2id?.(utf8('pw'), random(32), cost, 3);
  assert.deepEqual(key, Uint8Array.of(1, 2, 3));
  assert.deepEqual(given, new Uint8Array(3));
});

test('a failure of Argon2id is passed on', async () => {
  const runtime = {
    argon2(_algorithm: string, _parameters: object, callback: (error: Error | null) => void): void {
      callback(new Error('no memory'));
    },
  };
  await assert.rejects(
    async () => await keyDerivationOf(runtime).argon2id?.(utf8('pw'), random(32), cost, 32),
    /no memory/u,
  );
});

test("this runtime's own Argon2id, if any, agrees with noble", async () => {
  const salt = random(32);
  const key = await keyDerivation.argon2id?.(utf8('pw'), salt, cost, 32);
  if (key !== undefined) {
    assert.deepEqual(
      key,
      new Uint8Array(argon2id(utf8('pw'), salt, { t: 2, m: 64, p: 1, dkLen: 32 })),
    );
  }
});
