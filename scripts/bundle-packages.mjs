// Bundles each library package into its dist/: one file an entry, shared and lazily loaded parts as
// chunks beside it. Loading sixty small modules costs a program more than running them does.
// Types come from "tsc -b", which emits nothing else.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { embedWorker } from './embed-worker.mjs';

// Packages whose sub-paths build on the main entry: all that the main entry reaches is one file, that
// the others import from. Split by what shares what, it would be a dozen, at half a millisecond each.
const WITH_CORE = new Set(['dbus-wire']);

const OPTIONS = {
  bundle: true,
  splitting: true,
  platform: 'neutral',
  external: ['node:*'],
  packages: 'external',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
};

for (const room of readdirSync('packages')) {
  const folder = path.join('packages', room);
  const { exports = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const entries = Object.values(exports)
    .flatMap((entry) => entry['@keywire/source'] ?? [])
    .map((entry) => path.join(folder, entry));
  if (entries.length === 0) continue;
  const outdir = path.join(folder, 'dist');
  removeStale(folder, outdir);
  const core = WITH_CORE.has(room)
    ? await buildCore(entries[0], outdir)
    : { lazy: [], plugins: [] };
  await build({
    ...OPTIONS,
    entryPoints: [...entries, ...core.lazy],
    outdir,
    outbase: path.join(folder, 'src'),
    entryNames: '[name]',
    plugins: [...core.plugins, embedWorker],
  });
  tidy(outdir);
}

// Whatever lies in dist is packed: bundles are written anew, and "tsc -b" leaves the types of a source
// that is no more.
function removeStale(folder, outdir) {
  for (const file of readdirSync(outdir, { recursive: true })) {
    const [, name] = /^(.*)\.d\.ts(?:\.map)?$/u.exec(file) ?? [];
    const isStale = name !== undefined && !existsSync(path.join(folder, 'src', `${name}.ts`));
    if (isStale || file.endsWith('.js')) rmSync(path.join(outdir, file));
  }
}

// A bare import keeps chunks in the order of their sources. Nothing in these packages happens when a
// file is loaded, so the order is nobody's, and whoever bundles them would be warned of each. A class
// that names itself has an underscore before its name, which inspectors and stack traces would show.
function tidy(outdir) {
  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(path.join(outdir, file), 'utf8');
    const selfNamed = [...text.matchAll(/^var (\w+) = class _\1 /gm)].map(([, name]) => name);
    const kept = selfNamed.reduce(
      (code, name) => code.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), name),
      text.replace(/^import "\.\/[\w-]+\.js";\n/gm, ''),
    );
    if (kept !== text) writeFileSync(path.join(outdir, file), kept);
  }
}

// Writes dist/core.js, with every module that the entry reaches without a dynamic import. Gives the
// dynamically imported ones, to be built beside it, and the plugin that turns imports of what is in
// the core into imports of that file. No two modules in it may export the same name.
async function buildCore(entry, outdir) {
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [entry],
    outdir,
    metafile: true,
    write: false,
  });
  const lazy = new Set();
  const modules = reachable(metafile, entry, lazy).filter((file) => file !== entry);
  await build({
    ...OPTIONS,
    stdin: {
      contents: modules.map((file) => `export * from './${file}';`).join('\n'),
      resolveDir: '.',
    },
    outdir,
    entryNames: 'core',
    logOverride: { 'ambiguous-reexport': 'error' },
    plugins: [
      externalise((file, kind) => (kind === 'dynamic-import' ? builtName(file) : undefined)),
    ],
  });
  const inCore = new Set(modules.map((file) => path.resolve(file)));
  return {
    lazy: [...lazy],
    plugins: [externalise((file) => (inCore.has(file) ? './core.js' : undefined))],
  };
}

// A plugin that leaves an import alone, under another name, where "rename" gives one.
function externalise(rename) {
  return {
    name: 'externalise',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path: imported, resolveDir, kind }) => {
        const name = rename(path.join(resolveDir, imported), kind);
        return name === undefined ? undefined : { path: name, external: true };
      });
    },
  };
}

function builtName(file) {
  return `./${path.basename(file, '.ts')}.js`;
}

// The modules that the entry imports statically; those it imports dynamically are added to "lazy".
function reachable({ inputs }, entry, lazy) {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { path: imported, kind } of inputs[file]?.imports ?? []) {
      if (!(imported in inputs)) continue;
      if (kind === 'dynamic-import') lazy.add(imported);
      else reached.add(imported);
    }
  }
  return [...reached];
}
