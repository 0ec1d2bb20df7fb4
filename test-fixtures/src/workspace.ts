/**
 * The private world of one fixture: a short fresh folder with its own HOME and XDG folders, the
 * environment that keeps every child inside it, and a reaper that ends what was started and removes
 * the folder, also when the test process dies before it could.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FixtureError } from './errors.ts';
import { PYTHON } from './requires.ts';
import { minimalEnvironment } from './run.ts';
import { Wakefulness } from './wakefulness.ts';

export interface Workspace extends AsyncDisposable {
  /** Short, because a socket path has 107 bytes at most. */
  readonly folder: string;
  /** The whole environment for children; nothing of the user's session is in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Has the reaper end this process, whatever happens to the test process. */
  adopt(pid: number): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync('/tmp/kw-');
  const reaper = spawn(PYTHON, ['-I', '-S', pythonScript('reaper'), folder], {
    env: minimalEnvironment(),
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const { stdin } = reaper;
  const awake = new Wakefulness(reaper);
  return {
    folder,
    env: createEnvironment(folder),
    adopt: (pid): void => void stdin.write(`${pid}\n`),
    [Symbol.asyncDispose]: () => awake.during(reap(reaper, folder)),
  };
}

/** The path of one of the Python helpers beside this file. */
export function pythonScript(name: string): string {
  return fileURLToPath(new URL(`./python/${name}.py`, import.meta.url));
}

async function reap(reaper: ChildProcess, folder: string): Promise<void> {
  if (reaper.exitCode !== null) return;
  const closed = once(reaper, 'close');
  const complaints: string[] = [];
  reaper.stderr?.on('data', (chunk: Uint8Array) => complaints.push(chunk.toString()));
  reaper.stdin?.end();
  const [code] = await closed;
  if (code !== 0) {
    throw new FixtureError('left-behind', `${folder}: could not be cleared`, complaints.join(''));
  }
}

function createEnvironment(folder: string): Record<string, string> {
  const home = path.join(folder, 'home');
  const folders = {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_RUNTIME_DIR: path.join(folder, 'run'),
    TMPDIR: path.join(folder, 'tmp'),
  };
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true, mode: 0o700 });
  return {
    ...minimalEnvironment(),
    ...folders,
    USER: 'keywire',
    KEYWIRE_FIXTURE: folder,
    DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${folder}/no-system-bus`,
    // Neither the user's settings nor an accessibility bus belong to a test.
    GSETTINGS_BACKEND: 'memory',
    GIO_USE_VFS: 'local',
    NO_AT_BRIDGE: '1',
  };
}
