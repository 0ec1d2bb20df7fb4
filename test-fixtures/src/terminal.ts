/** A terminal of its own for a shell line, and someone who types on it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const REPOSITORY: string = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a shell line on a terminal of its own, and types: each answer is given, or called, when the
 * text before it has appeared. Resolves to everything the terminal showed.
 */
export async function onTerminal(
  line: string,
  dialogue: readonly (readonly [awaited: string, answer: string | ((screen: string) => void)])[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly code: number | string | null; readonly screen: string }> {
  // A terminal passes Ctrl-C on and only then throws away what was written and not read yet: the
  // answer to it too, when a program is quick. What is awaited would never appear.
  const command = `stty noflsh; ${line}`;
  const child = spawn(
    'script',
    ['--quiet', '--flush', '--return', '--command', command, '/dev/null'],
    { cwd: REPOSITORY, env: { ...terminalEnvironment(), ...env } },
  );
  let screen = '';
  let seen = 0;
  const pending = [...dialogue];
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    for (;;) {
      const [next] = pending;
      if (next === undefined) return;
      const at = screen.indexOf(next[0], seen);
      if (at < 0) return;
      seen = at + next[0].length;
      pending.shift();
      if (typeof next[1] === 'string') child.stdin.write(next[1]);
      else next[1](screen);
    }
  });
  const [code, signal] = await once(child, 'close');
  return { code: code ?? signal, screen };
}

function terminalEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, LANG, USER } = process.env;
  return { PATH, HOME, LANG, USER, TERM: 'xterm', SHELL: '/bin/sh' };
}

/** A command line as one line for a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
