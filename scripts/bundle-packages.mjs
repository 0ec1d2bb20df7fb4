// Bundles each library package into its dist/: one file an entry, shared and lazily loaded parts as
// chunks beside it. Loading sixty small modules costs a program more than running them does.
// Types come from "tsc -b", which emits nothing else.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

for (const room of readdirSync('packages')) {
  const folder = path.join('packages', room);
  const { exports = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap((entry) => entry['@keywire/source'] ?? []);
  if (entries.length === 0) continue;
  for (const file of readdirSync(path.join(folder, 'dist'))) {
    if (file.endsWith('.js')) rmSync(path.join(folder, 'dist', file));
  }
  await build({
    entryPoints: entries.map((entry) => path.join(folder, entry)),
    outdir: path.join(folder, 'dist'),
    outbase: path.join(folder, 'src'),
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'neutral',
    external: ['node:*'],
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
}
