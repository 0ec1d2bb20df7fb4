/**
 * What can go wrong with bytes that a peer sent. Misuse by the caller is a `TypeError` or a
 * `RangeError` instead. No message ever holds bytes of a key or of a secret.
 */

/**
 * - `peer-key-invalid`: the peer's public key has no usable length or value.
 * - `decrypt-failed`: the IV, the ciphertext or its padding is not what encryption produces, or the
 *   key is another one. Which of these is never told: the difference is what a padding oracle needs.
 */
export type CryptoSessionErrorCode = 'peer-key-invalid' | 'decrypt-failed';

/** A peer's key or ciphertext that the session cannot use. */
export class CryptoSessionError extends Error {
  override readonly name = 'CryptoSessionError';
  readonly code: CryptoSessionErrorCode;

  constructor(code: CryptoSessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells a {@link CryptoSessionError} by name and code, so that one from another copy counts too. */
export function isCryptoSessionError(error: unknown): error is CryptoSessionError {
  return (
    error instanceof Error &&
    error.name === 'CryptoSessionError' &&
    'code' in error &&
    (error.code === 'peer-key-invalid' || error.code === 'decrypt-failed')
  );
}
