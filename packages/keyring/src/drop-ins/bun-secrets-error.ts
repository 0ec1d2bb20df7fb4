/** The errors of Bun.secrets: its codes, each with the error of this package underneath. */
import { isKeyringError, type KeyringError } from '../errors.ts';

/** Bun's own codes. */
export type BunSecretsErrorCode =
  | 'ERR_SECRETS_NOT_AVAILABLE'
  | 'ERR_SECRETS_ACCESS_DENIED'
  | 'ERR_SECRETS_USER_CANCELED'
  | 'ERR_SECRETS_INTERACTION_REQUIRED'
  | 'ERR_SECRETS_PLATFORM_ERROR';

/** What a call on the keyring rejects with; `cause` says more. */
export class BunSecretsError extends Error {
  override readonly name = 'BunSecretsError';
  readonly code: BunSecretsErrorCode;

  constructor(code: BunSecretsErrorCode, cause: KeyringError) {
    super(cause.message, { cause });
    this.code = code;
  }
}

/** An argument that Bun refuses. */
export class BunArgumentError extends TypeError {
  readonly code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE';

  constructor(code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE', message: string) {
    super(message);
    this.code = code;
  }
}

/** Passes on what an operation gives; an error of this package becomes one of Bun's. */
export async function asBunErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isKeyringError(error) ? new BunSecretsError(codeOf(error), error) : error;
  }
}

function codeOf(error: KeyringError): BunSecretsErrorCode {
  if (error.code === 'denied') return 'ERR_SECRETS_ACCESS_DENIED';
  switch (error.outcome) {
    case 'locked':
      return 'ERR_SECRETS_INTERACTION_REQUIRED';
    case 'dismissed':
      return 'ERR_SECRETS_USER_CANCELED';
    case 'unavailable':
      return 'ERR_SECRETS_NOT_AVAILABLE';
    default:
      return 'ERR_SECRETS_PLATFORM_ERROR';
  }
}
