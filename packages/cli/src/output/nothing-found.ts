/**
 * The answer "nothing matches": exit 1, nothing on stdout, and on stderr a line for a person only;
 * a script has the exit code, as with secret-tool and grep.
 */

import { ExitCode } from '../exit-code.ts';
import type { Host } from '../types/host.ts';
import type { Outcome } from '../types/outcome.ts';
import { Output } from './output.ts';
import { complaint } from './terminal-style.ts';

export function nothingFound(host: Host): Outcome {
  return notFound(host, 'no item has these attributes');
}

export function noSuchPassword(host: Host): Outcome {
  return notFound(host, 'there is no password for this service and user name');
}

export function noSuchAlias(host: Host): Outcome {
  return notFound(host, 'this alias stands for no collection');
}

function notFound(host: Host, text: string): Outcome {
  const output = new Output();
  if (host.isTerminal('stderr')) output.err(complaint(host, text));
  return output.finish(ExitCode.NOT_FOUND);
}
