/** A world without a bus: folders of its own, an environment that leads to nobody's keyring. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { BUNDLE } from './keywire.ts';

export interface World extends Disposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The words that start `keywire`, for a shell or `spawn`. */
  readonly keywire: readonly [string, ...string[]];
  /** What lies in the folders where sockets and temporary files go. */
  leftBehind(): string[];
}

export function createWorld(): World {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-run-'));
  const inside = (name: string): string => {
    const made = path.join(folder, name);
    mkdirSync(made, { mode: 0o700 });
    return made;
  };
  const home = inside('home');
  const bin = inside('bin');
  symlinkSync(BUNDLE, path.join(bin, 'keywire'));
  const temporary = inside('tmp');
  const runtime = inside('run');
  return {
    folder,
    keywire: [process.execPath, BUNDLE],
    env: {
      PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      HOME: home,
      TMPDIR: temporary,
      XDG_RUNTIME_DIR: runtime,
    },
    leftBehind: () => [...readdirSync(temporary), ...readdirSync(runtime)],
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Starts `keywire` and resolves with its first line of output. */
export async function startKeywire(
  { keywire, env }: World,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ child: ChildProcess; line: string; stderr: () => string }> {
  const [runtime, ...words] = keywire;
  const child = spawn(runtime, [...nodeOptions, ...words, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, line, stderr: () => stderr };
}
