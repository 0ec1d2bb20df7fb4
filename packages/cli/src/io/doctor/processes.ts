/**
 * Keyring daemons among this user's processes, and what else /proc tells of one.
 * https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DaemonProgram, daemonOfProgram } from '../../doctor/daemons.ts';
import { versionIn } from '../../doctor/settings.ts';
import type { DaemonProcess, Displays } from '../../types/doctor.ts';

/** Longer than a program takes that only prints its version. */
const VERSION_TIMEOUT_MS = 3000;

/** This user's keyring daemons; the one with pid `owner` is marked. */
export function keyringDaemons(
  uid: number | undefined,
  owner: number | undefined,
  proc = '/proc',
): readonly DaemonProcess[] {
  const pids = readdirOrNone(proc).filter((name) => /^\d+$/u.test(name));
  return pids.map(Number).flatMap((pid) => {
    const process = readProcess(pid, uid, proc);
    return process === undefined ? [] : [{ ...process, ownsName: pid === owner }];
  });
}

function readProcess(
  pid: number,
  uid: number | undefined,
  proc: string,
): Omit<DaemonProcess, 'ownsName'> | undefined {
  try {
    if (uid !== undefined && statSync(`${proc}/${pid}`).uid !== uid) return undefined;
    const words = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const [program = ''] = words;
    const daemon = daemonOfProgram(program);
    if (daemon === undefined) return undefined;
    const version = loadedVersion(daemon, pid, proc);
    return { pid, program, arguments: words.slice(1), version };
  } catch {
    // A process that ended meanwhile, or that we may not look at, is not one of ours.
    return undefined;
  }
}

/** The program of a process: the file that it runs; `undefined` for one that ended, or another user's. */
export function programOf(pid: number, proc = '/proc'): string | undefined {
  try {
    return readlinkSync(`${proc}/${pid}/exe`).replace(/ \(deleted\)$/u, '');
  } catch {
    return undefined;
  }
}

/**
 * The displays that a process was started with; of its environment nothing else is kept. `undefined`
 * for one that ended, or whose environment this user may not read.
 */
export function displaysOf(pid: number, proc = '/proc'): Displays | undefined {
  try {
    const entries = readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0');
    const value = (name: string): string | undefined =>
      entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
    return { DISPLAY: value('DISPLAY'), WAYLAND_DISPLAY: value('WAYLAND_DISPLAY') };
  } catch {
    return undefined;
  }
}

/** The version of a running daemon, by the libraries it has loaded or by asking its program. */
export async function versionOf(pid: number, program: string): Promise<string | undefined> {
  const daemon = daemonOfProgram(program);
  if (daemon === undefined) return undefined;
  if (daemon.version !== 'argument') return loadedVersion(daemon, pid, '/proc');
  return await askVersion(program);
}

/** `undefined` also for a process that ended, or that this user may not look into. */
function loadedVersion({ version }: DaemonProgram, pid: number, proc: string): string | undefined {
  if (version === 'argument') return undefined;
  try {
    return version.exec(readFileSync(`${proc}/${pid}/maps`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Runs the program for its version, away from any bus and screen, if only root could change it. What it
 * leaves behind (KeePassXC a lock and a socket) lies in a folder that goes with it.
 */
async function askVersion(program: string): Promise<string | undefined> {
  if (!isOfRoot(program)) return undefined;
  const folder = emptyFolder();
  if (folder === undefined) return undefined;
  try {
    return await printedVersion(program, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printedVersion(program: string, folder: string): Promise<string | undefined> {
  const apart = { HOME: folder, TMPDIR: folder, XDG_RUNTIME_DIR: folder };
  const env = { LANG: 'C', QT_QPA_PLATFORM: 'offscreen', DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
  return new Promise((resolve) => {
    const options = { env: { ...env, ...apart }, cwd: folder, timeout: VERSION_TIMEOUT_MS };
    execFile(program, ['--version'], options, (error, stdout, stderr) => {
      resolve(error === null ? versionIn(`${stdout}\n${stderr}`) : undefined);
    });
  });
}

/** Where none can be made, the version is not known. */
function emptyFolder(): string | undefined {
  try {
    return mkdtempSync(path.join(tmpdir(), 'keywire-doctor-'));
  } catch {
    return undefined;
  }
}

/** What cannot be looked at is not run. */
function isOfRoot(program: string): boolean {
  try {
    const { uid, mode } = statSync(program);
    return uid === 0 && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** Without /proc no process is known. */
function readdirOrNone(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
