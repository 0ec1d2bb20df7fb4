/** What a fixture throws when the machine, not the code under test, is at fault. */

export type FixtureErrorCode =
  /** A daemon or a client is not installed. */
  | 'not-installed'
  /** A daemon ended, or said nothing, before it was ready. */
  | 'not-ready'
  /** A helper program failed: its exit code and standard error are in the message. */
  | 'command-failed'
  /** A process or a folder could not be cleared away. */
  | 'left-behind';

export class FixtureError extends Error {
  override readonly name = 'FixtureError';
  readonly code: FixtureErrorCode;
  /** The last lines that the daemon or the helper wrote to its standard error. */
  readonly stderrTail: string;

  constructor(code: FixtureErrorCode, message: string, stderrTail = '') {
    super(stderrTail === '' ? message : `${message}\n${stderrTail.trimEnd()}`);
    this.code = code;
    this.stderrTail = stderrTail;
  }
}
