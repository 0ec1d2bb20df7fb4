/** Why a question on the terminal was not answered. Nothing typed is ever in the message. */

/** Why no line was typed. */
export type PromptErrorCode = 'no-terminal' | 'not-answered' | 'interrupted' | 'line-too-long';

/** What {@link readHidden} rejects with; `message` is for people, `code` for programs. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
  readonly code: PromptErrorCode;

  constructor(code: PromptErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether this is a PromptError, of a copy in another bundle too; of one code if that is given. */
export function isPromptError(error: unknown, code?: PromptErrorCode): error is PromptError {
  return (
    error instanceof Error &&
    error.name === 'PromptError' &&
    'code' in error &&
    (code === undefined || error.code === code)
  );
}
