/**
 * Key derivation by the runtime: `node:crypto` on Node, Bun and Deno. Argon2id is taken where the
 * runtime has it (Node 24.7 and later, some Bun versions) and is absent elsewhere.
 */
import * as crypto from 'node:crypto';
import { promisify } from 'node:util';
import type { OwnBytes } from '../bytes.ts';
import type { Argon2idCost, KeyDerivation, ScryptCost } from '../keys/kdf.ts';

/** The part of `crypto.argon2` that is used; absent from the types of older runtimes. */
type Argon2 = (
  algorithm: string,
  parameters: Readonly<Record<string, number | Uint8Array>>,
  callback: (error: Error | null, key: Uint8Array) => void,
) => void;

const pbkdf2 = promisify(crypto.pbkdf2);
const scryptKey: (
  password: Uint8Array,
  salt: Uint8Array,
  keyBytes: number,
  options: crypto.ScryptOptions,
) => Promise<Uint8Array> = promisify(crypto.scrypt);

/** Builds the functions over a module with the shape of `node:crypto`. */
export function keyDerivationOf(module: object): KeyDerivation {
  const argon2 = argon2Of(module);
  const common = { pbkdf2Sha256, scrypt };
  return argon2 === undefined ? common : { ...common, argon2id: argon2idWith(argon2) };
}

/** The runtime's own functions. */
export const keyDerivation: KeyDerivation = keyDerivationOf(crypto);

async function pbkdf2Sha256(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  keyBytes: number,
): Promise<OwnBytes> {
  return ownBytes(await pbkdf2(password, salt, iterations, keyBytes, 'sha256'));
}

async function scrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { logN, r, p }: ScryptCost,
  keyBytes: number,
): Promise<OwnBytes> {
  const N = 2 ** logN;
  // OpenSSL counts some blocks more than 128·N·r; its own default would refuse N = 2^15.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  return ownBytes(await scryptKey(password, salt, keyBytes, options));
}

function argon2Of(module: object): Argon2 | undefined {
  // No other name is read: Node warns of some, as soon as a bundle's copy of the module is gone through.
  const found = 'argon2' in module ? module.argon2 : undefined;
  return typeof found === 'function' ? (...args): void => found(...args) : undefined;
}

function argon2idWith(argon2: Argon2): NonNullable<KeyDerivation['argon2id']> {
  return async (password, salt, cost: Argon2idCost, keyBytes) =>
    await new Promise((resolve, reject) => {
      const parameters = {
        message: password,
        nonce: salt,
        parallelism: cost.lanes,
        tagLength: keyBytes,
        memory: cost.memoryKiB,
        passes: cost.passes,
      };
      argon2('argon2id', parameters, (error, key) => {
        if (error === null) resolve(ownBytes(key));
        else reject(error);
      });
    });
}

/** Copies out of the runtime's buffer and wipes that. */
function ownBytes(key: Uint8Array): OwnBytes {
  const copy = new Uint8Array(key);
  key.fill(0);
  return copy;
}
