/**
 * Text for a terminal. Labels, attributes and error texts come from whoever wrote the item or
 * runs the daemon; a control sequence in them could retitle the window, move the cursor over
 * earlier lines or, on old terminals, type commands. They are shown as escapes instead.
 */

/** C0 and C1 controls, DEL, line and paragraph separators, and bidirectional marks and overrides. */
export const UNSAFE: RegExp = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The longest error text shown; a hostile daemon's may be megabytes long. */
const MAX_LINE_CHARACTERS = 400;

/** The text with every character that could steer a terminal written as `\xNN` or `\uNNNN`. */
export function printable(text: string): string {
  // @rule cli/terminal-escapes keywire#terminal-output
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Whether text can go to a terminal as it is: nothing in it steers, but ends of lines and tabs. */
export function isPlainText(text: string | undefined): boolean {
  return text !== undefined && text.replace(/\r?\n|\t/gu, '').search(UNSAFE) < 0;
}

/** One printable line: runs of white space become one space, and an overlong text is cut. */
export function oneLine(text: string): string {
  const line = printable(text.replace(/\s+/gu, ' ').trim());
  return line.length <= MAX_LINE_CHARACTERS ? line : `${line.slice(0, MAX_LINE_CHARACTERS)}…`;
}

/** A failure in one printable line: an overlong message is cut, what to do about it is not. */
export function failureLine(message: string, advice: string): string {
  return advice === '' ? oneLine(message) : `${oneLine(message)}; ${oneLine(advice)}`;
}
