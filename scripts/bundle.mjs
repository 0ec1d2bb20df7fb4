// Bundles the CLI into dist/keywire.cjs: one executable CommonJS file, not minified, that needs nothing beside Node.
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licenceComment } from './licences.mjs';

const { version } = JSON.parse(readFileSync('packages/cli/package.json', 'utf8'));
mkdirSync('dist', { recursive: true });

// Of node:process esbuild would copy all hundred properties, for each of the files that import it.
const wholeProcess = {
  name: 'whole-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:process$/ }, () => ({ path: 'process', namespace: 'global' }));
    onLoad({ filter: /^/, namespace: 'global' }, () => ({ contents: 'export default process;' }));
  },
};

const { metafile } = await build({
  entryPoints: ['packages/cli/src/io/main.ts'],
  outfile: 'dist/keywire.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // Node 14's syntax, though Node 18.19 is needed: an older one must get as far as being told so.
  target: 'node14.18',
  conditions: ['@keywire/source'],
  define: { KEYWIRE_VERSION: JSON.stringify(version) },
  // Node 18 has no getBuiltinModule, which takes Node's own modules without the cost of an import.
  banner: {
    js: '#!/usr/bin/env node\n"use strict";\nif (!process.getBuiltinModule) process.getBuiltinModule = require;',
  },
  // Their whole texts follow at the end.
  legalComments: 'none',
  plugins: [wholeProcess],
  metafile: true,
  logLevel: 'warning',
});
appendFileSync('dist/keywire.cjs', licenceComment(metafile.inputs));
chmodSync('dist/keywire.cjs', 0o755);
writeFileSync('dist/keywire.meta.json', JSON.stringify(metafile));
