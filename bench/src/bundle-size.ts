/**
 * The size of what users bundle: the CLI, the part of the wire that a connecting client carries, the
 * crypto session. Bytes of esbuild's output, whole and minified and compressed, and the share of
 * each package. Needs nothing but esbuild; `guard.ts` checks the minified sizes against limits.json.
 *
 * "At once" is what has to be loaded before the entry can be used: the minified bundle without the
 * parts behind an `import()`, which a client loads only when it needs them. Goals are for that.
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
  /** Minified, without what is loaded only when needed. */
  readonly atOnceBytes: number;
  /** The parts that are loaded when needed, minified, the largest first. */
  readonly lazy: readonly (readonly [string, number])[];
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

const OPTIONS = {
  absWorkingDir: REPOSITORY,
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['@keywire/source'],
  define: { KEYWIRE_VERSION: '"0"' },
  metafile: true,
  write: false,
  logLevel: 'error',
} as const satisfies BuildOptions;

type Entry = Pick<BuildOptions, 'entryPoints' | 'stdin'>;

const CLI = path.join(REPOSITORY, 'packages/cli/src/io/main.ts');

const ENTRIES: Readonly<Record<string, Entry>> = {
  cli: { entryPoints: [CLI] },
  'wire: connect': importing("export { openConnection } from '@keywire/dbus-wire/client';"),
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
  const sizes = await measureBundles();
  const rows = sizes.map((size) => [
    size.name,
    formatKB(size.bytes),
    formatKB(size.minifiedBytes),
    formatKB(size.gzipBytes),
    formatKB(size.atOnceBytes),
    formatGoal(size.atOnceBytes, goals[size.name]),
    size.packages.map(([name, bytes]) => `${name} ${formatKB(bytes)}`).join(', '),
  ]);
  console.log('\nbundle sizes (kB; minified by package)');
  const heading = ['', 'whole', 'minified', 'gzip', 'at once', 'goal', 'packages'];
  console.log(formatTable([heading, ...rows]));
  const connecting = sizes.find(({ name }) => name === 'wire: connect');
  const parts = connecting?.lazy.map(([name, bytes]) => `${name} ${formatKB(bytes)}`) ?? [];
  console.log(`loaded by a connecting client only when needed: ${parts.join(', ')}`);
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
  const { atOnceBytes, lazy } = splitSizes(await split(entry));
  return {
    name,
    bytes: whole.bytes.length,
    minifiedBytes: minified.bytes.length,
    gzipBytes: gzipSync(minified.bytes, { level: 9 }).length,
    // The parts hold what an import() that nobody reaches would need; in one file that is left out.
    atOnceBytes: Math.min(atOnceBytes, minified.bytes.length),
    lazy,
    packages: byPackage(minified.metafile),
  };
}

async function bundle(
  entry: Entry,
  minify: boolean,
): Promise<{ bytes: Uint8Array; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({ ...OPTIONS, ...entry, minify, format: 'cjs' });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild: one file, got none');
  return { bytes: file.contents, metafile };
}

/** The minified bundle with each lazily loaded part in a file of its own. */
async function split(entry: Entry): Promise<Metafile> {
  const { metafile } = await build({
    ...OPTIONS,
    ...entry,
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: 'split',
  });
  return metafile;
}

function splitSizes({ outputs }: Metafile): Pick<BundleSize, 'atOnceBytes' | 'lazy'> {
  // What is loaded when needed comes first in esbuild's list, and is an entry of its own.
  const entry = Object.keys(outputs).find((file) => isEntry(outputs[file]?.entryPoint));
  if (entry === undefined) throw new Error('esbuild: expected an output for the entry');
  const atOnce = new Set([entry]);
  for (const file of atOnce) {
    for (const { path: imported, kind } of outputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && imported in outputs) atOnce.add(imported);
    }
  }
  const sizes = Object.entries(outputs).map(([file, { bytes }]) => [file, bytes] as const);
  const sum = (all: typeof sizes): number => all.reduce((total, [, bytes]) => total + bytes, 0);
  return {
    atOnceBytes: sum(sizes.filter(([file]) => atOnce.has(file))),
    lazy: sizes
      .filter(([file]) => !atOnce.has(file))
      .map(([file, bytes]) => [lazyName(file), bytes] as const)
      .sort(([, a], [, b]) => b - a),
  };
}

function isEntry(source: string | undefined): boolean {
  return source === '<stdin>' || source === path.relative(REPOSITORY, CLI);
}

/** `split/dial-failure-2AF3.js` is `dial-failure`, a part that several share is `shared`. */
function lazyName(file: string): string {
  const name = path.basename(file).replace(/-[^-]*$/u, '');
  return name === 'chunk' ? 'shared' : name;
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
