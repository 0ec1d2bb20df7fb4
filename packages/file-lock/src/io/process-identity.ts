/**
 * Who this process is, and which processes run, as /proc tells. Every answer that cannot be had
 * makes the owner of a lock "unknown" rather than "dead".
 */
import { readFile, readlink, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ProcessState } from '../liveness.ts';
import type { OwnerRecord } from '../owner-record.ts';

/** A record without its nonce. */
export type ProcessIdentity = Omit<OwnerRecord, 'nonce'>;

let ownIdentity: Promise<ProcessIdentity> | undefined;

/**
 * Tells who this process is; read once it can be.
 *
 * @param read - which only tests stand in for
 */
export async function processIdentity(
  read: () => Promise<ProcessIdentity> = () => readIdentity('/proc'),
): Promise<ProcessIdentity> {
  ownIdentity ??= read();
  const identity = await ownIdentity;
  // For want of a descriptor once, every dead owner would stay unknown as long as this process runs.
  // @rule lock/identity-read-again keywire#file-lock
  if (identity.bootId === '') ownIdentity = undefined;
  return identity;
}

/**
 * Reads this process's identity from a mount of the process file system. Where that is missing, or
 * shows another process id namespace than ours, boot id and start time are empty.
 */
export async function readIdentity(
  proc: string,
  argv: readonly string[] = process.argv,
): Promise<ProcessIdentity> {
  const bootFile = `${proc}/sys/kernel/random/boot_id`;
  const [own, self, boot, pidNamespace, timeNamespace, bootDevice, device] = await Promise.all([
    readStat(`${proc}/${process.pid}/stat`),
    readStat(`${proc}/self/stat`),
    orUndefined(readFile(bootFile, 'latin1')),
    orUndefined(readlink(`${proc}/self/ns/pid`)),
    // Start times are shown shifted by the reader's time namespace; old kernels have none.
    orUndefined(readlink(`${proc}/self/ns/time`)),
    ...[bootFile, proc].map((file) => orUndefined(stat(file).then(({ dev }) => dev))),
  ]);
  const isComplete =
    own !== undefined &&
    self !== undefined &&
    own.startTicks === self.startTicks &&
    self.pid === process.pid &&
    pidNamespace !== undefined;
  // A container that is given a boot of its own (systemd-nspawn lays another file over the kernel's) is no
  // earlier boot of the machine whose name it may have, nor is that one of it.
  // @rule lock/own-boot-is-no-earlier-one keywire#file-lock
  const isOwnBoot = bootDevice !== undefined && bootDevice !== device;
  return {
    pid: process.pid,
    program: path.basename(argv[1] ?? process.execPath),
    host: isOwnBoot ? `${os.hostname()} ${pidNamespace}` : os.hostname(),
    startTicks: isComplete ? own.startTicks : '',
    bootId: isComplete ? (boot ?? '').trim() : '',
    namespaces: [pidNamespace, timeNamespace].filter((name) => name !== undefined).join(' '),
  };
}

/** Tells whether a process runs and since when. */
export async function processState(pid: number, proc = '/proc'): Promise<ProcessState> {
  if (!processExists(pid)) return { state: 'absent' };
  const stat = await readStat(`${proc}/${pid}/stat`);
  if (stat === undefined) return { state: 'hidden' };
  return { state: 'present', startTicks: stat.startTicks, hasEnded: stat.hasEnded };
}

/** What matters of a line of /proc/PID/stat (proc(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly startTicks: string;
  readonly hasEnded: boolean;
}

/** Parses a line of /proc/PID/stat; the name in it may hold spaces and parentheses. */
export function parseStat(line: string): ProcessStat | undefined {
  const nameEnd = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(nameEnd + 2).split(' ');
  // Fields are counted from 1, and the two before these are the id and the name.
  const [state, threads, startTicks] = [fields[3 - 3], fields[20 - 3], fields[22 - 3]];
  if (nameEnd < 0 || !(pid > 0) || startTicks === undefined || !/^\d+$/u.test(startTicks)) {
    return undefined;
  }
  // A zombie whose other threads still run may have file operations under way.
  const hasEnded = (state === 'Z' || state === 'X' || state === 'x') && Number(threads) <= 1;
  return { pid, startTicks, hasEnded };
}

async function readStat(file: string): Promise<ProcessStat | undefined> {
  const line = await orUndefined(readFile(file, 'latin1'));
  return line === undefined ? undefined : parseStat(line);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM and whatever else says that there is something to be refused.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** What /proc does not show is not known, whatever the reason. */
async function orUndefined<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch {
    return undefined;
  }
}
