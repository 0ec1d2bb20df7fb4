/**
 * The size of what users bundle: the CLI, the part of the wire that a connecting client carries, the
 * crypto session. Bytes of esbuild's output, whole and minified and compressed, and the share of
 * each package. Needs nothing but esbuild; `guard.ts` checks the minified sizes against limits.json.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { BENCH, REPOSITORY } from './paths.ts';
import { formatTable } from './report.ts';

export interface BundleSize {
  readonly name: string;
  readonly bytes: number;
  readonly minifiedBytes: number;
  readonly gzipBytes: number;
  /** Bytes in the minified bundle by package, the largest first. */
  readonly packages: readonly (readonly [string, number])[];
}

export interface SizeLimits {
  /** A bundle over its limit fails the guard. */
  readonly minifiedBytes: Readonly<Record<string, number>>;
  /** What we aim for; a bundle over it is marked. */
  readonly goals: Readonly<Record<string, number | undefined>>;
  /** How many names each entry point exports at run time. */
  readonly exports: Readonly<Record<string, number>>;
}

type Entry = Pick<BuildOptions, 'entryPoints' | 'stdin'>;

const ENTRIES: Readonly<Record<string, Entry>> = {
  cli: { entryPoints: [path.join(REPOSITORY, 'packages/cli/src/io/main.ts')] },
  'wire: connect': importing("export { connect } from '@keywire/dbus-wire';"),
  'wire: codec': importing("export { encodeMessage, decodeMessage } from '@keywire/dbus-wire';"),
  'wire: parser': importing("export { MessageParser } from '@keywire/dbus-wire';"),
  'crypto-session': importing("export * from '@keywire/crypto-session';"),
  'secret-service': importing("export { SecretService } from '@keywire/secret-service';"),
};

export function readLimits(): SizeLimits {
  return JSON.parse(readFileSync(path.join(BENCH, 'limits.json'), 'utf8'));
}

export function measureBundles(): Promise<BundleSize[]> {
  return Promise.all(Object.entries(ENTRIES).map(([name, entry]) => measureBundle(name, entry)));
}

/** Prints the table and whether each goal is met. */
export async function benchSize(): Promise<void> {
  const { goals } = readLimits();
  const rows = (await measureBundles()).map((size) => [
    size.name,
    formatKB(size.bytes),
    formatKB(size.minifiedBytes),
    formatKB(size.gzipBytes),
    formatGoal(size.minifiedBytes, goals[size.name]),
    size.packages.map(([name, bytes]) => `${name} ${formatKB(bytes)}`).join(', '),
  ]);
  console.log('\nbundle sizes (kB; minified by package)');
  console.log(formatTable([['', 'whole', 'minified', 'gzip', 'goal', 'packages'], ...rows]));
}

export function formatKB(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function formatGoal(bytes: number, goal: number | undefined): string {
  if (goal === undefined) return '';
  return `${formatKB(goal)} ${bytes <= goal ? 'met' : 'MISSED'}`;
}

function importing(contents: string): Entry {
  return { stdin: { contents, resolveDir: path.join(REPOSITORY, 'packages/cli'), loader: 'ts' } };
}

async function measureBundle(name: string, entry: Entry): Promise<BundleSize> {
  const whole = await bundle(entry, false);
  const minified = await bundle(entry, true);
  return {
    name,
    bytes: whole.bytes.length,
    minifiedBytes: minified.bytes.length,
    gzipBytes: gzipSync(minified.bytes, { level: 9 }).length,
    packages: byPackage(minified.metafile),
  };
}

async function bundle(
  entry: Entry,
  minify: boolean,
): Promise<{ bytes: Uint8Array; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    ...entry,
    absWorkingDir: REPOSITORY,
    bundle: true,
    minify,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    conditions: ['@keywire/source'],
    define: { KEYWIRE_VERSION: '"0"' },
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild: one file, got none');
  return { bytes: file.contents, metafile };
}

function byPackage({ outputs }: Metafile): [string, number][] {
  const sums = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name =
        /^packages\/([^/]+)/u.exec(file)?.[1] ?? /node_modules\/(@[^/]+\/[^/]+)/u.exec(file)?.[1];
      if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}
