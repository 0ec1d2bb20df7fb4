/** The transfer session of the Secret Service API, as bytes in and bytes out. See README.md. */
export { ALGORITHM_DH, ALGORITHM_PLAIN } from './algorithms.ts';
export {
  decryptSecret,
  type EncryptedSecret,
  type EncryptOptions,
  encryptSecret,
} from './cipher.ts';
export { CryptoSessionError, type CryptoSessionErrorCode, isCryptoSessionError } from './errors.ts';
export { loadRuntimeCrypto } from './io/runtime-crypto.ts';
export {
  type AgreedKey,
  agreeKey,
  type GenerateKeyPairOptions,
  generateKeyPair,
  type KeyPair,
} from './key-agreement.ts';
export type { RandomSource } from './random-source.ts';
