/**
 * Key derivation as the codecs see it: an interface that `io/` fills from `node:crypto`, and the
 * costs of the hardened form with their bounds. Costs come from a header that nobody has
 * authenticated yet, so they are checked before any work is done for them.
 */
import type { OwnBytes } from '../bytes.ts';
import { KeyringFileError } from '../errors.ts';
import {
  ARGON2_MAX_LANES,
  ARGON2_MAX_WORK_KIB,
  ARGON2_MIN_MEMORY_KIB,
  ARGON2_MIN_PASSES,
  MAX_KDF_MEMORY_BYTES,
  SCRYPT_MAX_LOG_N,
  SCRYPT_MAX_WORK,
  SCRYPT_MIN_LOG_N,
  SCRYPT_MIN_R,
} from '../limits.ts';

/** RFC 7914: N = 2^logN. */
export interface ScryptCost {
  readonly kdf: 'scrypt';
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** RFC 9106, version 1.3. */
export interface Argon2idCost {
  readonly kdf: 'argon2id';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** What deriving a key costs, by the function that derives it. */
export type KdfCost = ScryptCost | Argon2idCost;

/** Key derivation functions of the runtime. `argon2id` is absent where the runtime has none. */
export interface KeyDerivation {
  pbkdf2Sha256(
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    keyBytes: number,
  ): Promise<OwnBytes>;
  scrypt(
    password: Uint8Array,
    salt: Uint8Array,
    cost: ScryptCost,
    keyBytes: number,
  ): Promise<OwnBytes>;
  readonly argon2id?: (
    password: Uint8Array,
    salt: Uint8Array,
    cost: Argon2idCost,
    keyBytes: number,
  ) => Promise<OwnBytes>;
}

/** 128 MiB and about a second: what guidance for interactive logins asks of scrypt. */
export const DEFAULT_COST: ScryptCost = { kdf: 'scrypt', logN: 17, r: 8, p: 1 };

/**
 * Refuses a cost outside the bounds, without computing anything.
 * @throws {@link KeyringFileError} with code `malformed`, `too-weak` or `too-expensive`
 */
export function checkCost(cost: KdfCost): void {
  for (const value of parametersOf(cost)) {
    if (!Number.isInteger(value) || value < 1 || value > 0xffff_ffff) {
      throw new KeyringFileError(
        'malformed',
        `key derivation: expected whole parameters of 1 and more, got ${value}`,
      );
    }
  }
  if (cost.kdf === 'scrypt') checkScrypt(cost);
  else checkArgon2id(cost);
}

/**
 * Refuses a cost below the current one: whoever can talk a program into a rekey must not make the
 * password easier to guess.
 * @throws {@link KeyringFileError} with code `too-weak`
 */
export function checkNotCheaper(next: KdfCost, current: KdfCost): void {
  // @rule file/cost-only-upward keywire#cost
  const [a, b, c] = parametersOf(next);
  const [minA, minB, minC] = parametersOf(current);
  if (next.kdf !== current.kdf || (a >= minA && b >= minB && c >= minC)) return;
  throw new KeyringFileError(
    'too-weak',
    `rekey: expected at least the current cost (${formatCost(current)}), got ${formatCost(next)}`,
  );
}

/** The three parameters in the order of the file header. */
export function parametersOf(cost: KdfCost): readonly [number, number, number] {
  return cost.kdf === 'scrypt'
    ? [cost.logN, cost.r, cost.p]
    : [cost.memoryKiB, cost.passes, cost.lanes];
}

/**
 * Runs the function that `cost` names.
 * @throws {@link KeyringFileError} with code `unsupported-kdf` where the runtime lacks it
 */
export async function deriveRootKey(
  kdf: KeyDerivation,
  password: Uint8Array,
  salt: Uint8Array,
  cost: KdfCost,
  keyBytes: number,
): Promise<OwnBytes> {
  checkCost(cost);
  if (cost.kdf === 'scrypt') return await kdf.scrypt(password, salt, cost, keyBytes);
  if (kdf.argon2id !== undefined) return await kdf.argon2id(password, salt, cost, keyBytes);
  throw new KeyringFileError(
    'unsupported-kdf',
    'key derivation: expected a runtime with Argon2id, got one without',
  );
}

function checkScrypt({ logN, r, p }: ScryptCost): void {
  // @rule file/cost-bounds keywire#cost
  if (logN > SCRYPT_MAX_LOG_N || 128 * 2 ** logN * r > MAX_KDF_MEMORY_BYTES) {
    throw tooExpensive(`at most ${MAX_KDF_MEMORY_BYTES} bytes of memory`, { logN, r, p });
  }
  if (2 ** logN * r * p > SCRYPT_MAX_WORK) {
    throw tooExpensive(`N·r·p of at most ${SCRYPT_MAX_WORK}`, { logN, r, p });
  }
  if (logN < SCRYPT_MIN_LOG_N || r < SCRYPT_MIN_R) {
    throw new KeyringFileError(
      'too-weak',
      `scrypt: expected logN ≥ ${SCRYPT_MIN_LOG_N} and r ≥ ${SCRYPT_MIN_R}, got ${logN} and ${r}`,
    );
  }
}

function checkArgon2id({ memoryKiB, passes, lanes }: Argon2idCost): void {
  // @rule file/cost-bounds keywire#cost
  if (memoryKiB * 1024 > MAX_KDF_MEMORY_BYTES || memoryKiB * passes > ARGON2_MAX_WORK_KIB) {
    throw tooExpensive(`memory·passes of at most ${ARGON2_MAX_WORK_KIB} KiB`, {
      memoryKiB,
      passes,
      lanes,
    });
  }
  if (lanes > ARGON2_MAX_LANES) {
    throw tooExpensive(`at most ${ARGON2_MAX_LANES} lanes`, { memoryKiB, passes, lanes });
  }
  if (memoryKiB < ARGON2_MIN_MEMORY_KIB || passes < ARGON2_MIN_PASSES) {
    throw new KeyringFileError(
      'too-weak',
      `argon2id: expected ≥ ${ARGON2_MIN_MEMORY_KIB} KiB and ≥ ${ARGON2_MIN_PASSES} passes, got ${memoryKiB} and ${passes}`,
    );
  }
}

function tooExpensive(expected: string, got: Readonly<Record<string, number>>): KeyringFileError {
  return new KeyringFileError(
    'too-expensive',
    `key derivation: expected ${expected}, got ${JSON.stringify(got)}`,
  );
}

function formatCost(cost: KdfCost): string {
  return `${cost.kdf} ${parametersOf(cost).join('/')}`;
}
