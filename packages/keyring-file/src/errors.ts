/**
 * The one error class of the room, with its closed set of codes. Messages say what was expected and
 * what was found by length or type: never a secret, a key, an attribute or a label.
 */

/** What went wrong with a keyring file, for machines. */
export type KeyringFileErrorCode =
  /** The password (or the context) is not the one the file was written with; nothing was changed. */
  | 'wrong-password'
  /** No password was given, or an empty one. */
  | 'no-password-source'
  /** The bytes are of no format known here. */
  | 'not-a-keyring-file'
  /** The format is known, its version or algorithm is not. */
  | 'unsupported-version'
  /** The runtime lacks the key derivation function that the file names. */
  | 'unsupported-kdf'
  /** The file ends before what its own sizes announce. */
  | 'truncated'
  /** The structure breaks a rule of its format. */
  | 'malformed'
  /** The header or the index of a hardened file does not match its authentication code. */
  | 'tampered-file'
  /** One item does not match its authentication code; the others stay readable. */
  | 'tampered-item'
  /** A hardened file is older than one seen before. */
  | 'rolled-back'
  /** The header asks for more work or memory than is allowed; nothing was computed. */
  | 'too-expensive'
  /** The cost is below the format's minimum, or a rekey would lower it. */
  | 'too-weak'
  /** The file, or a part of an item, is larger than the limit. */
  | 'too-large'
  /** Another program changed the file, and going on would lose its change or needs the password. */
  | 'changed-underneath'
  /** The format is read, never written. */
  | 'read-only-format'
  /** A file is there already. */
  | 'file-exists'
  /** There is no such file. */
  | 'file-not-found'
  /** No item has that id (any more). */
  | 'item-not-found'
  /** The format cannot hold the item as given. */
  | 'invalid-item'
  /** The key has been forgotten: open the file again. */
  | 'closed'
  /** The lock beside the file could not be had in time. */
  | 'lock-failed'
  /** The operating system refused to read. */
  | 'read-failed'
  /** The operating system refused to write; the old content is intact. */
  | 'write-failed';

const ADVICE: { readonly [code in KeyringFileErrorCode]?: string } = {
  'wrong-password':
    'give the password the file was written with; one read from a file loses exactly one final newline',
  'no-password-source': 'give a password, or a file, descriptor or credential to read it from',
  'unsupported-version': 'a newer program wrote it: use that one, or a newer Keywire',
  'tampered-file': 'restore the file from a backup',
  'tampered-item': 'restore the item from a backup, or delete it by its id',
  'rolled-back': 'find out who restored an old copy; open without minimumRevision to accept it',
  'too-weak': 'ask for at least the current cost',
  'changed-underneath': 'open the file again and repeat the change',
  'read-only-format': 'import it into a new v1 or hardened keyring file',
  closed: 'open the file again with its password',
};

/** Any failure of this package that is not a misuse by the caller. */
export class KeyringFileError extends Error {
  override readonly name = 'KeyringFileError';
  readonly code: KeyringFileErrorCode;
  /** One line on what to do, where the user can do something. */
  readonly advice: string | undefined;

  constructor(code: KeyringFileErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.advice = ADVICE[code];
  }
}

/** Tells whether a caught value is a {@link KeyringFileError}, also one of another bundled copy. */
export function isKeyringFileError(value: unknown): value is KeyringFileError {
  return value instanceof Error && value.name === 'KeyringFileError' && 'code' in value;
}

/**
 * Gives the refusal of one item as a value, so that the others can be read. What is no fault of the
 * item is thrown: any other error, and `closed`.
 */
export function orRefusal<Result>(work: () => Result): Result | KeyringFileError {
  try {
    return work();
  } catch (error) {
    if (isKeyringFileError(error) && error.code !== 'closed') return error;
    throw error;
  }
}
