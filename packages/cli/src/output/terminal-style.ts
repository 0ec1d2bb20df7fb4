/** The two things that look different on a terminal with colours: headings, and who is speaking. */
import type { Host } from '../types/host.ts';

const BOLD = '\u001b[1m';
const NOT_BOLD = '\u001b[22m';
const RED = '\u001b[31m';
const DEFAULT_COLOUR = '\u001b[39m';

/** A heading on stdout. */
export function heading(host: Host, text: string): string {
  return host.isColoured('stdout') ? `${BOLD}${text}${NOT_BOLD}` : text;
}

/** A line for people on stderr: the program's name and a text. */
export function complaint(host: Host, text: string, program = 'keywire'): string {
  const name = host.isColoured('stderr') ? `${RED}${program}:${DEFAULT_COLOUR}` : `${program}:`;
  return `${name} ${text}\n`;
}
