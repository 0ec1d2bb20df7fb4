import assert from 'node:assert/strict';
import process from 'node:process';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { slowModPow } from '../../../test-fixtures/src/slow-reference/mod-pow.ts';
import { bigIntFromBytes } from '../src/big-endian.ts';
import { GROUP_BYTES, PRIME, powerOf, powerOfTwo } from '../src/modp-group.ts';

const numRuns = process.env['SLOW'] === '1' ? 2000 : 60;

// @rule crypto/group-prime
test('the prime is the one that RFC 2409 §6.2 derives from pi', () => {
  const expected =
    2n ** 1024n - 2n ** 960n - 1n + 2n ** 64n * (floorOfPiTimesTwoToThe(894n) + 129093n);
  assert.equal(PRIME, expected);
  assert.equal(PRIME >> BigInt(8 * GROUP_BYTES - 1), 1n);
});

// @rule crypto/group-prime
test('the prime is safe, and 2 generates the subgroup of prime order', () => {
  const order = (PRIME - 1n) / 2n;
  for (const base of [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n]) {
    assert.equal(slowModPow(base, PRIME - 1n, PRIME), 1n, 'Fermat holds for p');
    assert.equal(slowModPow(base, order - 1n, order), 1n, 'Fermat holds for q');
  }
  assert.equal(slowModPow(2n, order, PRIME), 1n);
});

test('powers of two equal square-and-multiply', () => {
  for (const exponent of [[0], [1], [255], [0, 0, 7], [1, 0], [255, 255], [0x80, 0, 0, 0, 1]]) {
    checkPowerOfTwo(Uint8Array.from(exponent));
  }
  assert.equal(powerOfTwo(new Uint8Array(0)), 1n, 'no bytes are the exponent 0');
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), checkPowerOfTwo), {
    numRuns,
  });
});

test('powers equal square-and-multiply, at every length of the exponent', () => {
  const base = PRIME / 3n;
  for (let bits = 1n; bits <= 40n; bits += 1n) {
    for (const exponent of [2n ** bits - 1n, 2n ** bits, 2n ** bits + 1n]) {
      assert.equal(powerOf(base, exponent), slowModPow(base, exponent, PRIME), `${exponent}`);
    }
  }
  for (const exponent of [1n, 0xfn, 0x10n, 0x11n, 0x110n, 0x111n, 0x1110n, 0x1111n]) {
    assert.equal(powerOf(base, exponent), slowModPow(base, exponent, PRIME), `${exponent}`);
  }
  fc.assert(
    fc.property(
      fc.bigInt(2n, PRIME - 2n),
      fc.oneof(fc.bigInt(2n ** 255n, 2n ** 256n), fc.bigInt(1n, 2n ** 1024n - 1n)),
      (anyBase, exponent) => {
        assert.equal(powerOf(anyBase, exponent), slowModPow(anyBase, exponent, PRIME));
      },
    ),
    { numRuns },
  );
});

function checkPowerOfTwo(exponent: Uint8Array): void {
  assert.equal(powerOfTwo(exponent), slowModPow(2n, bigIntFromBytes(exponent), PRIME));
}

/** Machin's formula in fixed point, with 64 guard bits. */
function floorOfPiTimesTwoToThe(bits: bigint): bigint {
  const unit = 2n ** (bits + 64n);
  return (16n * arctanOfInverse(5n, unit) - 4n * arctanOfInverse(239n, unit)) >> 64n;
}

function arctanOfInverse(inverse: bigint, unit: bigint): bigint {
  let sum = 0n;
  let sign = 1n;
  let term = unit / inverse;
  for (let odd = 1n; term > 0n; odd += 2n) {
    sum += (sign * term) / odd;
    sign = -sign;
    term /= inverse * inverse;
  }
  return sum;
}
