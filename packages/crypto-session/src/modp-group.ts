/**
 * The group of the key agreement: the 1024-bit MODP group ("second Oakley group") of RFC 2409 §6.2
 * (https://www.rfc-editor.org/rfc/rfc2409#section-6.2), generator 2, with the two exponentiations
 * that a session needs. The prime is safe (p = 2q + 1) and 2 generates the subgroup of order q.
 *
 * Both exponentiations do a number of multiplications that depends on the length of the exponent
 * only. That is a habit, not a promise: BigInt arithmetic itself takes a time that depends on its
 * operands (README, "What this cannot promise").
 */

/** Bytes of the prime, of a padded public key and of the shared secret. */
export const GROUP_BYTES = 128;

// @rule crypto/group-prime rfc2409#section-6.2
export const PRIME: bigint = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74' +
    '020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437' +
    '4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED' +
    'EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF',
);

/**
 * Raises the generator 2 to `exponent`, a big-endian integer of at least one byte.
 *
 * Multiplying by a power of two is a shift, which the reduction of the squaring before it absorbs:
 * a whole byte of the exponent costs eight squarings and no multiplication, and no table is needed.
 */
export function powerOfTwo(exponent: Uint8Array): bigint {
  // 2^255 at most, still far below the prime.
  let power = 1n << BigInt(exponent[0] ?? 0);
  for (const byte of exponent.subarray(1)) {
    for (let squarings = 1; squarings < 8; squarings += 1) power = (power * power) % PRIME;
    power = ((power * power) << BigInt(byte)) % PRIME;
  }
  return power;
}

/**
 * Raises `base` to `exponent` (at least 1) with a fixed window of four bits.
 *
 * The digits run from 1 to 16 rather than from 0 to 15: subtracting the number whose digits are all
 * 1 and adding 1 back to each digit changes nothing, and leaves no digit 0 whose multiplication by
 * one would be faster than the others.
 */
export function powerOf(base: bigint, exponent: bigint): bigint {
  const table = [base];
  for (let digit = 2, power = base; digit <= 16; digit += 1) {
    power = (power * base) % PRIME;
    table.push(power);
  }
  const { digits, ones } = hexOnesUpTo(exponent);
  const shifted = exponent - ones;
  let power = 1n;
  for (let position = digits - 1; position >= 0; position -= 1) {
    for (let squarings = 0; squarings < 4; squarings += 1) power = (power * power) % PRIME;
    const digit = Number((shifted >> BigInt(4 * position)) & 15n);
    power = (power * entryAt(table, digit)) % PRIME;
  }
  return power;
}

/** Looks at every entry on the way, so that the digit does not choose what is looked at. */
function entryAt(table: readonly bigint[], wanted: number): bigint {
  let found = 0n;
  // An iterator would leave a hundred kilobytes of pairs behind, in each session.
  table.forEach((entry, index) => {
    if (index === wanted) found = entry;
  });
  return found;
}

/** The largest number whose hexadecimal digits are all 1 that is not above `limit`, at least 1. */
function hexOnesUpTo(limit: bigint): { readonly digits: number; readonly ones: bigint } {
  let digits = 1;
  let ones = 1n;
  for (let next = 0x11n; next <= limit; next = (next << 4n) | 1n) {
    ones = next;
    digits += 1;
  }
  return { digits, ones };
}
