/** What can go wrong while a provider is started; clients' faults are answered on the bus. */

/** Why a provider could not be started. */
export type SecretProviderErrorCode =
  /** Another provider owns the name. */
  | 'name-taken'
  /** Two files of a store's folder would be one object path. */
  | 'colliding-files'
  /** Another user owns a store's folder, or can write to it. */
  | 'unsafe-folder'
  /** A store's folder cannot be made or looked at. */
  | 'unusable-folder';

/** A provider that could not be started. */
export class SecretProviderError extends Error {
  override readonly name = 'SecretProviderError';
  readonly code: SecretProviderErrorCode;

  constructor(code: SecretProviderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Tells a {@link SecretProviderError}, also one of another copy of this package. */
export function isSecretProviderError(error: unknown): error is SecretProviderError {
  return error instanceof Error && error.name === 'SecretProviderError' && 'code' in error;
}
