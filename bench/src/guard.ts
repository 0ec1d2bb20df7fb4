/**
 * The guard of CI: counts, never times. It fails when a bundle has outgrown its limit or when an
 * entry point exports more or fewer names than limits.json says. Run from the repository's root:
 *   node --import ./scripts/ts-register.mjs bench/src/guard.ts [--update]
 * `--update` writes the measured sizes (with a tenth of room) and counts into limits.json.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { formatKB, measureBundles, readLimits } from './bundle-size.ts';
import { BENCH, REPOSITORY } from './paths.ts';

const limits = readLimits();
const sizes = await measureBundles();
const exportCounts = await countExports();

if (process.argv.includes('--update')) {
  const minifiedBytes = Object.fromEntries(
    sizes.map(({ name, minifiedBytes: bytes }) => [name, Math.ceil((bytes * 1.1) / 500) * 500]),
  );
  const updated = { ...limits, minifiedBytes, exports: Object.fromEntries(exportCounts) };
  writeFileSync(path.join(BENCH, 'limits.json'), `${JSON.stringify(updated, undefined, 2)}\n`);
} else {
  const faults = [...sizeFaults(), ...exportFaults()];
  for (const fault of faults) console.error(fault);
  console.log(
    `${sizes.length} bundles, ${exportCounts.size} entry points, ${faults.length} faults`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function sizeFaults(): string[] {
  return sizes.flatMap(({ name, minifiedBytes }) => {
    const limit = limits.minifiedBytes[name];
    if (limit === undefined) return [`${name}: has no limit in bench/limits.json`];
    return minifiedBytes > limit
      ? [`${name}: ${formatKB(minifiedBytes)} kB minified, over its limit of ${formatKB(limit)} kB`]
      : [];
  });
}

function exportFaults(): string[] {
  const names = new Set([...Object.keys(limits.exports), ...exportCounts.keys()]);
  return [...names].flatMap((name) => {
    const [expected, found] = [limits.exports[name], exportCounts.get(name)];
    return expected === found
      ? []
      : [`${name}: ${found ?? 'no'} exports, ${expected ?? 'none'} in bench/limits.json`];
  });
}

/** Entry point to the number of names it exports at run time, over all packages. */
async function countExports(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const folder of readdirSync(path.join(REPOSITORY, 'packages')).sort()) {
    const packageFolder = path.join(REPOSITORY, 'packages', folder);
    const { name, exports } = JSON.parse(
      readFileSync(path.join(packageFolder, 'package.json'), 'utf8'),
    );
    for (const [subPath, conditions] of Object.entries<Record<string, string>>(exports)) {
      const source = conditions['@keywire/source'];
      if (source === undefined) continue;
      counts.set(path.posix.join(name, subPath), await namesIn(path.join(packageFolder, source)));
    }
  }
  return counts;
}

async function namesIn(source: string): Promise<number> {
  const { metafile } = await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@keywire/source'],
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  return Object.values(metafile.outputs)[0]?.exports.length ?? 0;
}
