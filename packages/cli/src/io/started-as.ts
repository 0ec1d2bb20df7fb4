/**
 * What this program was started as. A script comes after the runtime that runs it. In one executable
 * file, as Node and Bun make them, the runtime is the program, and what stands in the script's place
 * is no file: Node repeats the word that was typed, Bun names a place inside of itself.
 * https://nodejs.org/api/single-executable-applications.html
 */
import process from 'node:process';

export interface StartedAs {
  /** The name or the path that was called, which may be a link. */
  readonly calledAs: string;
  /** The file that it lies in. */
  readonly file: string;
  /** The words that start it again. */
  readonly command: readonly string[];
}

/** Where the files lie that Bun has put into an executable. */
const INSIDE_BUN = '/$bunfs/';

/** Without these Deno asks for each file and socket, and a service has nobody to answer. */
const DENO_WORDS = ['run', '--allow-all'];

export function startedAs(
  { argv, argv0, execPath }: Pick<NodeJS.Process, 'argv' | 'argv0' | 'execPath'> = process,
  isDeno: boolean = 'Deno' in globalThis,
): StartedAs {
  const [runtime = '', script = ''] = argv;
  if (script === argv0 || script.startsWith(INSIDE_BUN)) {
    return { calledAs: argv0, file: execPath, command: [execPath] };
  }
  const command = [runtime, ...(isDeno ? DENO_WORDS : []), script];
  return { calledAs: script, file: script, command };
}
