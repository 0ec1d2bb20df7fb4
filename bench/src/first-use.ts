/**
 * The cost of the first use in a fresh process: import, first encode, first decode. Just-in-time
 * compilers do not matter here; the number of modules, tables and closures made at the start does.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { writeWorkloads } from './drivers.ts';
import type { BenchOptions } from './options.ts';
import { BENCH, buildFolder, REPOSITORY } from './paths.ts';
import { formatTable, formatTargets, percentile, type Target } from './report.ts';

interface FirstUse {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const LIBRARIES = ['keywire', 'keywire-bundled', 'dbus-native', 'dbus-next'] as const;
/** The lower quartile: rounds that other work on the machine disturbed lie above it. */
const SHARE = 0.25;
const execute = promisify(execFile);

export async function benchFirstUse(options: BenchOptions): Promise<Target[]> {
  await bundleOurs();
  const reply = path.join(writeWorkloads(), 'w3-1');
  const uses = new Map<string, FirstUse[]>(LIBRARIES.map((library) => [library, []]));
  for (let round = 0; round < (options.isFull ? 61 : 21); round++) {
    for (const [library, measured] of uses) measured.push(await firstUse(library, reply));
  }
  const quartile = (library: string, key: keyof FirstUse): number =>
    percentile(
      (uses.get(library) ?? []).map((use) => use[key]),
      SHARE,
    );
  console.log('\nfirst use in a fresh process: import, first encode, first decode; lower quartile');
  const rows = LIBRARIES.map((library) => [
    library,
    `${quartile(library, 'wallMs').toFixed(1)} ms`,
    `${quartile(library, 'cpuMs').toFixed(1)} ms`,
  ]);
  console.log(formatTable([['', 'wall', 'cpu'], ...rows]));
  const targets: Target[] = (['keywire', 'keywire-bundled'] as const).map((library) => ({
    name: `first use of ${library}, times dbus-native's CPU time`,
    measured: quartile(library, 'cpuMs') / quartile('dbus-native', 'cpuMs'),
    limit: 0.45,
    direction: 'at most',
  }));
  console.log(`\n${formatTargets(targets)}`);
  return targets;
}

/** One file, as in a bundled program. */
async function bundleOurs(): Promise<void> {
  await build({
    entryPoints: [path.join(REPOSITORY, 'packages/dbus-wire/dist/index.js')],
    outfile: path.join(buildFolder('first-use'), 'keywire.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
}

async function firstUse(library: string, reply: string): Promise<FirstUse> {
  const probe = path.join(BENCH, 'probes/first-use.mjs');
  const { stdout } = await execute(process.execPath, [probe, library, reply]);
  const [wallMs = Number.NaN, cpuMs = Number.NaN] = stdout.split(' ').map(Number);
  return { wallMs, cpuMs };
}
