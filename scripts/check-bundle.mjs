// Checks dist/keywire.cjs as a user gets it: one executable file, readable, that requires nothing but
// Node's own modules and runs alone in an empty folder. Prints what each room weighs in it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagesIn } from './licences.mjs';

const BUNDLE = 'dist/keywire.cjs';
// Bus, provider, keyring files, every helper's protocol, doctor and the manual are in it, not minified.
const MAX_BYTES = 1_290_000;

const text = readFileSync(BUNDLE, 'utf8');
const { size, mode } = statSync(BUNDLE);
assert.equal(mode & 0o111, 0o111, `${BUNDLE}: expected it to be executable`);
assert.ok(size <= MAX_BYTES, `${BUNDLE}: expected at most ${MAX_BYTES} bytes, got ${size}`);
const beyondAscii = /[^\0-\x7f].*/u.exec(text)?.[0];
assert.equal(beyondAscii, undefined, `${BUNDLE}: expected ASCII, got ${beyondAscii}`);
assert.match(text, /^\/\/ packages\//mu, `${BUNDLE}: expected esbuild's path comments`);

const required = new Set(
  [...text.matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/gu)].map((match) => match[1]),
);
for (const name of required) assert.ok(isBuiltin(name), `${BUNDLE} needs ${name}`);

const folder = mkdtempSync(path.join(tmpdir(), 'keywire-bundle-'));
try {
  const alone = path.join(folder, 'keywire.cjs');
  copyFileSync(BUNDLE, alone);
  const printed = execFileSync(process.execPath, [alone, '--version'], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  });
  assert.match(printed, /^keywire \d+\.\d+\.\d+\n$/u);
} finally {
  rmSync(folder, { recursive: true });
}

const { inputs, outputs } = JSON.parse(readFileSync('dist/keywire.meta.json', 'utf8'));
for (const name of packagesIn(inputs)) {
  const licence = readFileSync(path.join('node_modules', name, 'LICENSE'), 'utf8')
    .trim()
    .replaceAll(/[“”]/gu, '"');
  assert.ok(text.includes(`${name}:\n\n${licence}`), `${BUNDLE}: expected the licence of ${name}`);
}
const rooms = new Map();
for (const [input, { bytesInOutput }] of Object.entries(outputs[BUNDLE].inputs)) {
  const room = /^(?:packages\/([^/]+)|node_modules\/(@[^/]+\/[^/]+|[^/]+))/u.exec(input);
  const key = room?.[1] ?? room?.[2] ?? 'other';
  rooms.set(key, (rooms.get(key) ?? 0) + bytesInOutput);
}
for (const [room, bytes] of [...rooms].sort((a, b) => b[1] - a[1])) {
  console.log(`${String(bytes).padStart(8)} bytes  ${room}`);
}
console.log(`${String(size).padStart(8)} bytes  ${BUNDLE}, runs alone`);
