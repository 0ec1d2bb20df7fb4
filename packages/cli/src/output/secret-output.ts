/**
 * A secret on stdout: byte for byte or as base64. On a terminal one newline follows it, and what is
 * no text is not shown there: it would garble the screen, or steer it as whoever stored it wished.
 */

import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';
import { encodeBase64 } from './base64.ts';
import { CliError } from './cli-error.ts';
import { decodeText } from './content.ts';
import { Output } from './output.ts';
import { isPlainText } from './printable.ts';

/**
 * @param bytes - taken over, and wiped where they are not handed on
 * @throws {@link CliError} with code `not-text`
 */
export function secretOutput(
  command: string,
  bytes: Uint8Array,
  { invocation, host }: CommandContext,
): Outcome {
  const output = new Output();
  if (invocation.flags.has('base64')) {
    output.out(encodeBase64(bytes)).out('\n');
    bytes.fill(0);
    return output.finish();
  }
  const isTerminal = host.isTerminal('stdout');
  // @rule cli/terminal-escapes keywire#terminal-output
  if (isTerminal && !isPlainText(decodeText(bytes))) {
    bytes.fill(0);
    throw new CliError(
      'not-text',
      `${command}: the secret is no text that a terminal can show; pipe it, or use --base64`,
    );
  }
  // @rule cli/lookup-bytes keywire#lookup
  output.out(bytes);
  return (isTerminal ? output.out('\n') : output).finish();
}
