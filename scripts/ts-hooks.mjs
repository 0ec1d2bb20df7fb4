// A loader that strips types with esbuild, not minified and with an inline map, so that stacks and
// coverage name source lines. Results are kept by content under node_modules/.cache: starting esbuild
// for each test file costs more than most test files do.
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/keywire-ts/', import.meta.url));
const OPTIONS = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline' };

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', source: await stripTypes(url, source), shortCircuit: true };
}

async function stripTypes(url, source) {
  const key = createHash('sha256')
    .update(JSON.stringify([url, OPTIONS, source]))
    .digest('hex');
  const kept = path.join(CACHE, key);
  const hit = await readFile(kept, 'utf8').catch(() => undefined);
  if (hit !== undefined) return hit;
  const { transform } = await import('esbuild');
  const { code } = await transform(source, { ...OPTIONS, sourcefile: url });
  mkdirSync(CACHE, { recursive: true });
  // Renamed into place: other processes see all of it or nothing.
  const unfinished = `${kept}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, kept);
  return code;
}
