/**
 * What the three standard descriptors are. Looked at with `fstat` first: in a script there is no
 * terminal to find, and nothing is loaded. The standard streams cost a millisecond or two each.
 */
import { fstatSync, statSync } from 'node:fs';
import process from 'node:process';
import type { StdinKind } from '../../types/host.ts';
import type { StreamName } from '../../types/outcome.ts';

const STDIN = 0;

export function stdinKind(): StdinKind {
  if (!isCharacterDevice(STDIN)) return 'data';
  // Node opens /dev/null in the place of a closed stdin.
  if (fstatSync(STDIN).rdev === statSync('/dev/null').rdev) return 'nothing';
  return isTTY(STDIN) ? 'terminal' : 'data';
}

export function isTerminal(stream: StreamName): boolean {
  const descriptor = stream === 'stdout' ? 1 : 2;
  return isCharacterDevice(descriptor) && isTTY(descriptor);
}

/** NO_COLOR, set to anything but the empty string, turns colours off (no-color.org). */
export function isColoured(stream: StreamName): boolean {
  const { NO_COLOR: noColor = '', TERM: term = '' } = process.env;
  // @rule cli/no-color keywire#terminal-output
  return noColor === '' && term !== 'dumb' && term !== '' && isTerminal(stream);
}

/** Of a terminal that tells no size, as one on a serial line, it is 0: nobody knows. */
export function columns(): number | undefined {
  return isTerminal('stdout') ? process.stdout.columns || undefined : undefined;
}

function isCharacterDevice(descriptor: number): boolean {
  return fstatSync(descriptor).isCharacterDevice();
}

export function isTTY(descriptor: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
