// Bundles the CLI into dist/keywire.cjs: one executable CommonJS file, not minified, that needs nothing beside Node.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const { metafile, outputFiles } = await build({
  entryPoints: ['packages/cli/src/io/main.ts'],
  outfile: 'dist/keywire.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // Node 14's syntax, though Node 18.19 is needed: an older one must get as far as being told so.
  target: 'node14.18',
  // Node 14 can read it; that it calls some spreads wrongly matters to no Node that gets any further.
  supported: { 'optional-chain': true },
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
  write: false,
  logLevel: 'warning',
});
const text = `${withoutOddCode(outputFiles[0].text)}${licenceComment(metafile.inputs)}`;
writeFileSync('dist/keywire.cjs', inAscii(text));
chmodSync('dist/keywire.cjs', 0o755);
writeFileSync('dist/keywire.meta.json', JSON.stringify(metafile));

// A character beyond Latin-1 makes Node keep the whole file as two bytes a character: 1 ms of each
// start. esbuild escapes those of strings; what is left stands in comments.
function inAscii(text) {
  return text.replaceAll(/[“”]/gu, '"').replaceAll('’', "'").replaceAll('…', '...');
}

// In a regular expression they are not escaped, and in ASCII it would be another one.
function withoutOddCode(text) {
  const isComment = /^\s*(?:\/\/|\/?\*)/u;
  const odd = text.split('\n').find((line) => /[“”’…]/u.test(line) && !isComment.test(line));
  if (odd !== undefined) throw new Error(`bundle: expected it escaped in code: ${odd.trim()}`);
  return text;
}
