// Whether someone sits at a terminal of this program.

const STDIN = 0;
const STDERR = 2;

/** Asks the system: `process.stdin` would be made for it, at 2 ms of a fresh Node. */
export function hasTerminal(): boolean {
  const { isatty } = process.getBuiltinModule('node:tty');
  return isatty(STDIN) && isatty(STDERR);
}
