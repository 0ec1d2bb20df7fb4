import assert from 'node:assert/strict';
import process from 'node:process';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { fromHex, readVectors, toHex } from '../../../test-fixtures/src/hex.ts';
import { slowModPow } from '../../../test-fixtures/src/slow-reference/mod-pow.ts';
import { slowDeriveKey } from '../../../test-fixtures/src/slow-reference/session-cipher.ts';
import { bytesFromBigInt } from '../src/big-endian.ts';
import { agreeKey, generateKeyPair } from '../src/key-agreement.ts';
import { PRIME } from '../src/modp-group.ts';
import { buffersOf } from './support/buffers.ts';

const vectors = readVectors<{
  keyPairs: { name: string; random: string; privateKey: string; publicKey: string }[];
  agreements: {
    name: string;
    privateKey: string;
    peerPublicKey: string;
    key: string;
    isCanonical: boolean;
  }[];
}>('crypto-session');

const numRuns = process.env['SLOW'] === '1' ? 1000 : 40;

// @rule crypto/public-key-canonical
for (const { name, random, privateKey, publicKey } of vectors.keyPairs) {
  test(`key pair: ${name}`, () => {
    const bytes = fromHex(random);
    const pair = generateKeyPair({ random: () => bytes });
    assert.equal(pair.privateKey.toString(16), privateKey);
    assert.equal(toHex(pair.publicKey), publicKey);
    assert.equal(toHex(bytes), '00'.repeat(32), 'the exponent is wiped');
  });
}

// @rule crypto/public-key-canonical
test('every public key has 128 bytes and a clear top bit, and belongs to its private key', () => {
  for (let run = 0; run < numRuns; run += 1) {
    const { privateKey, publicKey } = generateKeyPair();
    assert.equal(publicKey.length, 128);
    const top = publicKey[0] ?? 0;
    assert.ok(top > 0 && top < 0x80, `first byte ${top}`);
    assert.equal(privateKey >> 255n, 1n, '256 bits');
    assert.equal(toHex(publicKey), toHex(bytesFromBigInt(slowModPow(2n, privateKey, PRIME), 128)));
  }
});

test('key pairs differ', () => {
  assert.notEqual(generateKeyPair().privateKey, generateKeyPair().privateKey);
});

test('the shortest and the longest random exponent work', () => {
  for (const byte of [0x00, 0xff]) {
    const { privateKey, publicKey } = generateKeyPair({
      random: (length) => new Uint8Array(length).fill(byte),
    });
    assert.equal(toHex(publicKey), toHex(bytesFromBigInt(slowModPow(2n, privateKey, PRIME), 128)));
  }
});

test('a random source that returns too little is refused', () => {
  assert.throws(() => generateKeyPair({ random: () => new Uint8Array(31) }), TypeError);
});

// @rule crypto/secret-padded
// @rule crypto/secret-canonical
for (const { name, privateKey, peerPublicKey, key, isCanonical } of vectors.agreements) {
  test(`agreement: ${name}`, () => {
    const agreed = agreeKey(BigInt(`0x${privateKey}`), fromHex(peerPublicKey));
    assert.equal(toHex(agreed.key), key);
    assert.equal(agreed.isCanonical, isCanonical);
  });
}

// @rule crypto/peer-key-length
test('a peer key may have zero bytes in front, up to 129 bytes in all', () => {
  const [vector] = vectors.agreements;
  assert.ok(vector);
  const agreed = agreeKey(BigInt(`0x${vector.privateKey}`), fromHex(`00${vector.peerPublicKey}`));
  assert.equal(toHex(agreed.key), vector.key);
  const smallest = agreeKey(5n, fromHex('02'));
  for (const length of [2, 9, 127, 128, 129]) {
    const padded = agreeKey(5n, fromHex('02'.padStart(2 * length, '0')));
    assert.equal(toHex(padded.key), toHex(smallest.key));
  }
});

// @rule crypto/peer-key-length
test('a peer key of no bytes or of more than 129 is refused', () => {
  for (const length of [0, 130, 1000]) {
    assert.throws(() => agreeKey(5n, new Uint8Array(length).fill(1)), {
      name: 'CryptoSessionError',
      code: 'peer-key-invalid',
      message: `peer public key: expected 1 to 129 bytes, got ${length}`,
    });
  }
});

// @rule crypto/peer-key-range
test('peer keys that make the secret known are refused, their neighbours taken', () => {
  const refused = [0n, 1n, PRIME - 1n, PRIME, PRIME + 1n, PRIME + 2n, 2n ** 1024n - 1n];
  for (const value of refused) {
    assert.throws(() => agreeKey(5n, bytesFromBigInt(value, 128)), {
      name: 'CryptoSessionError',
      code: 'peer-key-invalid',
      message: 'peer public key: expected a number from 2 to p - 2, got one outside',
    });
  }
  assert.throws(() => agreeKey(5n, new Uint8Array(129).fill(1)), { code: 'peer-key-invalid' });
  for (const value of [2n, 3n, PRIME - 3n, PRIME - 2n]) {
    assert.equal(agreeKey(5n, bytesFromBigInt(value, 128)).key.length, 16);
  }
});

test('misuse is told apart from a bad peer', () => {
  const peer = fromHex('02');
  for (const privateKey of [0n, -1n, 2n ** 1024n]) {
    assert.throws(() => agreeKey(privateKey, peer), RangeError);
  }
  assert.equal(agreeKey(2n ** 1024n - 1n, peer).key.length, 16);
  // @ts-expect-error a number has too few bits for a key
  assert.throws(() => agreeKey(5, peer), /^TypeError: private key: expected a bigint/);
  // @ts-expect-error public keys are bytes
  assert.throws(() => agreeKey(5n, '02'), /^TypeError: peer public key: expected/);
});

test('what lies between is wiped: only the keys are left', () => {
  const left = (buffers: readonly Uint8Array[]): string[] =>
    buffers.map(toHex).filter((text) => /[^0]/.test(text));
  const making = buffersOf(() => generateKeyPair());
  const { privateKey, publicKey } = making.result;
  assert.deepEqual(left(making.buffers), [toHex(publicKey)]);
  const agreeing = buffersOf(() => agreeKey(privateKey, publicKey));
  assert.deepEqual(left(agreeing.buffers), [toHex(agreeing.result.key)]);
});

// @rule crypto/secret-padded
test('both sides and the slow reference agree', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 2n ** 256n), (theirs) => {
      const ours = generateKeyPair();
      const theirPublicKey = bytesFromBigInt(slowModPow(2n, theirs, PRIME), 128);
      const secret = bytesFromBigInt(slowModPow(2n, theirs * ours.privateKey, PRIME), 128);
      const agreed = agreeKey(ours.privateKey, theirPublicKey);
      assert.equal(toHex(agreed.key), toHex(slowDeriveKey(secret)));
      assert.equal(toHex(agreeKey(theirs, ours.publicKey).key), toHex(agreed.key));
      assert.equal(agreed.isCanonical, secret[0] !== 0);
    }),
    { numRuns: numRuns / 4 },
  );
});

test('inspection, JSON and copies show no private key and no session key', () => {
  const pair = generateKeyPair();
  const agreed = agreeKey(pair.privateKey, pair.publicKey);
  for (const value of [pair, agreed]) {
    for (const text of [
      inspect(value),
      inspect(value, { showHidden: true, depth: 9 }),
      JSON.stringify(value),
      JSON.stringify({ ...value }),
    ]) {
      assert.ok(!text.includes(String(pair.privateKey)));
      assert.ok(!text.includes([...agreed.key].join(', ')) && !text.includes(agreed.key.join(',')));
    }
    assert.deepEqual(Object.keys(value), [value === pair ? 'publicKey' : 'isCanonical']);
  }
});
