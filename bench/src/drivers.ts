/** The peers: how each is started, and the note that stands where one cannot be. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { compileDriver } from './c-drivers.ts';
import { DriverProcess } from './driver-process.ts';
import { BENCH, buildFolder, REPOSITORY } from './paths.ts';
import { referenceMessage } from './reference-marshal.ts';
import { WORKLOADS } from './workloads.ts';

/** Debian's own interpreter: the one its python3-* packages are for. */
const PYTHON = '/usr/bin/python3';

export type DriverKind = 'javascript' | 'c' | 'python';

const KINDS: Readonly<Record<string, DriverKind>> = {
  keywire: 'javascript',
  'keywire-typed': 'javascript',
  'dbus-next': 'javascript',
  'jellybrick-dbus-next': 'javascript',
  'dbus-native': 'javascript',
  jeepney: 'python',
  'dbus-fast': 'python',
  glib: 'c',
  libdbus: 'c',
  'sd-bus': 'c',
  memcpy: 'c',
};

/** Every driver, in the order of the tables. */
export const DRIVER_NAMES: readonly string[] = Object.keys(KINDS);

export function kindOf(name: string): DriverKind | undefined {
  return KINDS[name];
}

/** Starts the named drivers; what cannot start is left out and said on standard output. */
export async function startDrivers(names: readonly string[]): Promise<DriverProcess[]> {
  const folder = writeWorkloads();
  const started: DriverProcess[] = [];
  for (const name of names) {
    try {
      started.push(await DriverProcess.start(name, commandOf(name, folder)));
    } catch (fault) {
      console.log(`skipped ${name}: ${fault instanceof Error ? fault.message : fault}`);
    }
  }
  return started;
}

/** The command that runs a TypeScript file of this folder on this Node. */
function nodeCommand(file: string, ...args: readonly string[]): string[] {
  const hooks = path.join(REPOSITORY, 'scripts/ts-register.mjs');
  return [
    process.execPath,
    '--expose-gc',
    '--import',
    hooks,
    path.join(BENCH, 'src', file),
    ...args,
  ];
}

function commandOf(name: string, folder: string): string[] {
  switch (kindOf(name)) {
    case 'javascript':
      return nodeCommand('worker.ts', name);
    case 'python':
      checkPython(name);
      return [PYTHON, path.join(BENCH, 'python/driver.py'), name, folder];
    default: {
      const driver = compileDriver(name);
      if (typeof driver === 'string') throw new Error(driver);
      return [driver.program, folder];
    }
  }
}

function checkPython(name: string): void {
  const module = name.replace('-', '_');
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
  } catch {
    throw new Error(`python3 has no ${module} (apt-get install python3-${name})`);
  }
}

/** Writes the bytes of every workload to a folder, for the drivers that read them from there. */
export function writeWorkloads(): string {
  const folder = buildFolder('workloads');
  for (const { id, message } of WORKLOADS) {
    writeFileSync(path.join(folder, id.replaceAll('/', '-')), referenceMessage(message));
  }
  return folder;
}
