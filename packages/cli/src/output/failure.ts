/**
 * Turns whatever was thrown into an exit code and one line. Errors of the Secret Service carry
 * their exit code in their own table; those of the bus are given one here. What nobody foresaw is
 * one line too: a stack trace tells a user nothing, and may show what it should not.
 */
import { type ConnectionErrorCode, isConnectionError, isDBusErrorReply } from '@keywire/dbus-wire';
import type { KeyringError, KeyringErrorCode, Outcome } from '@keywire/keyring';
import type { KeyringFileError, KeyringFileErrorCode } from '@keywire/keyring-file';
import { ERROR_TABLE, isSecretServiceError } from '@keywire/secret-service';
import { ExitCode } from '../exit-code.ts';

export interface Failure {
  readonly code: ExitCode;
  readonly message: string;
  readonly advice: string;
}

/** Where a connection fails the bus is what is missing, except where it is there and says no. */
const CONNECTION_EXIT_CODES: Readonly<Partial<Record<ConnectionErrorCode, ExitCode>>> = {
  'no-bus': ExitCode.UNAVAILABLE,
  'bus-disabled': ExitCode.UNAVAILABLE,
  'address-invalid': ExitCode.UNAVAILABLE,
  'path-too-long': ExitCode.UNAVAILABLE,
  'transport-not-supported': ExitCode.UNAVAILABLE,
  'connect-failed': ExitCode.UNAVAILABLE,
  'guid-mismatch': ExitCode.UNAVAILABLE,
  'hello-failed': ExitCode.UNAVAILABLE,
  deadline: ExitCode.UNAVAILABLE,
  disconnected: ExitCode.UNAVAILABLE,
  'owner-changed': ExitCode.UNAVAILABLE,
  'no-owner': ExitCode.UNAVAILABLE,
  'auth-rejected': ExitCode.DENIED,
};

/** What is no keyring file that can be read is wrong input; what is one and was changed is not. */
const KEYRING_FILE_EXIT_CODES: Readonly<Partial<Record<KeyringFileErrorCode, ExitCode>>> = {
  'file-not-found': ExitCode.USAGE,
  'file-exists': ExitCode.USAGE,
  'not-a-keyring-file': ExitCode.USAGE,
  'unsupported-version': ExitCode.USAGE,
  'unsupported-kdf': ExitCode.USAGE,
  truncated: ExitCode.USAGE,
  malformed: ExitCode.USAGE,
  'too-large': ExitCode.USAGE,
  'too-expensive': ExitCode.USAGE,
  'no-password-source': ExitCode.USAGE,
  'read-only-format': ExitCode.USAGE,
  'read-failed': ExitCode.USAGE,
  'wrong-password': ExitCode.DENIED,
};

const OUTCOME_EXIT_CODES: Readonly<Record<Outcome, ExitCode>> = {
  absent: ExitCode.NOT_FOUND,
  locked: ExitCode.LOCKED,
  dismissed: ExitCode.DISMISSED,
  unavailable: ExitCode.UNAVAILABLE,
  failed: ExitCode.OTHER,
};

/** What the command line got wrong, and what can be done there: the errors themselves advise programs. */
const PASSWORDS_USAGE: Readonly<Partial<Record<KeyringErrorCode, string>>> = {
  'unknown-backend': '"keywire backends" lists them',
  'unknown-scheme': '"keywire backends" lists them',
  'scheme-has-no-group': 'a group needs a scheme that has one, such as keywire',
  'scheme-read-only': 'write with the program that the items belong to',
  'scheme-opt-in': 'name the scheme with --scheme to write it',
  'policy-forbids': 'name the backend with --backend if it is what you want',
  'no-password-source':
    'give --password-file, --password-fd, --password-credential or --password-env',
  'invalid-argument': '',
  'invalid-config': '',
};

const CONFLICT_ADVICE = 'say what to do with --on-conflict=keep or --on-conflict=overwrite';

/** A method of the D-Bus interfaces as a message's subject: who types commands made no such call. */
const METHOD_SUBJECT = /^(?:Service|Collection|Item|Prompt|Session)\.[A-Za-z]+: /u;

export function failureOf(error: unknown): Failure {
  if (isSecretServiceError(error)) {
    const { exitCode } = ERROR_TABLE[error.code];
    // Without a bus it matters which addresses were tried, not which operation came first.
    const { message } = isConnectionError(error.cause) ? error.cause : error;
    return { code: exitCode, message: withoutMethod(message), advice: error.advice };
  }
  if (isPasswordsError(error)) return passwordsFailure(error);
  if (isConnectionError(error)) {
    const code = CONNECTION_EXIT_CODES[error.code] ?? ExitCode.OTHER;
    return { code, message: error.message, advice: error.advice ?? '' };
  }
  if (isKeyringFileError(error)) {
    const code = KEYRING_FILE_EXIT_CODES[error.code] ?? ExitCode.OTHER;
    return { code, message: error.message, advice: error.advice ?? '' };
  }
  if (isDBusErrorReply(error)) {
    // The text of a reply is the peer's and could repeat what was sent to it: only the name counts.
    return { code: ExitCode.OTHER, message: `the bus answered ${error.errorName}`, advice: '' };
  }
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? `${name}: ${error.message}` : `a thrown ${name}`;
  return { code: ExitCode.OTHER, message: `unexpected failure: ${message}`, advice: '' };
}

/** What a store underneath said is said as the commands on it say it. */
function passwordsFailure(error: KeyringError): Failure {
  const { cause, code, message } = error;
  // Where there was one backend to try, it matters why that one cannot serve.
  if (isPasswordsError(cause)) return passwordsFailure(cause);
  if (isSecretServiceError(cause) || isConnectionError(cause) || isKeyringFileError(cause)) {
    const failure = failureOf(cause);
    // @rule cli/silence-is-unavailable keywire#exit-codes
    return code === 'deadline' ? { ...failure, code: ExitCode.UNAVAILABLE } : failure;
  }
  const usage = PASSWORDS_USAGE[code];
  if (usage !== undefined) return { code: ExitCode.USAGE, message, advice: usage };
  if (code === 'too-large') return { code: ExitCode.USAGE, message, advice: error.advice };
  if (code === 'migration-conflict') {
    return { code: ExitCode.OTHER, message, advice: CONFLICT_ADVICE };
  }
  const exitCode = code === 'denied' ? ExitCode.DENIED : OUTCOME_EXIT_CODES[error.outcome];
  return { code: exitCode, message, advice: error.advice };
}

/** A message as people are told it. */
export function withoutMethod(message: string): string {
  return message.replace(METHOD_SUBJECT, '');
}

/** By its name, as the next one. */
function isPasswordsError(error: unknown): error is KeyringError {
  return error instanceof Error && error.name === 'KeyringError' && 'outcome' in error;
}

/** By its name: the package of keyring files is not loaded to describe the failures of others. */
function isKeyringFileError(error: unknown): error is KeyringFileError {
  return error instanceof Error && error.name === 'KeyringFileError' && 'code' in error;
}
