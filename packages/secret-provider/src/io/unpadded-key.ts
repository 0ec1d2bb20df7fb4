/**
 * The key that an imitated daemon derives from a shared secret without the zero bytes in front of it.
 * Plain and slow: it is needed once in 256 sessions of one profile, and keeps nobody's secret.
 */
import { hkdfSync } from 'node:crypto';

/** RFC 2409 §6.2 */
const PRIME = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74' +
    '020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437' +
    '4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
);
const NOTHING = new Uint8Array(0);

export function unpaddedKey(
  privateKey: bigint,
  peerPublicKey: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const digits = power(toBigInt(peerPublicKey), privateKey).toString(16);
  const secret = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return new Uint8Array(hkdfSync('sha256', secret, NOTHING, NOTHING, 16));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}
