/**
 * The snippets of the documents: the types of all of them hold, as a strict program sees them, and
 * those of the packages that need no daemon run. The others are run by their packages' own tests.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../test-fixtures/src/harness.ts';
import { run } from '../test-fixtures/src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  ...readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/README.md`),
];

/** What stands for something of the reader's. */
const GLOBALS = `
import { generateKeyPair } from '@keywire/crypto-session';

declare global {
  var serverPublicKey: Uint8Array, clientPublicKey: Uint8Array, key: Uint8Array;
  var path: string, signal: AbortSignal;
}
globalThis.serverPublicKey = generateKeyPair().publicKey;
globalThis.clientPublicKey = generateKeyPair().publicKey;
globalThis.key = new Uint8Array(16).fill(7);
globalThis.path = 'own.lock';
globalThis.signal = AbortSignal.timeout(60_000);
`;

const CONFIG = {
  extends: '../../tsconfig.test.json',
  compilerOptions: {
    noUnusedLocals: false,
    lib: ['es2023', 'esnext.disposable'],
    customConditions: [],
  },
  include: ['*.mts'],
  references: [],
};

test('the types of every snippet hold', () =>
  inFolder(async (folder) => {
    let count = 0;
    for (const file of DOCUMENTS) {
      for (const source of snippets(file)) {
        count += 1;
        const name = `${file.replaceAll(/\W/gu, '-')}-${count}.mts`;
        writeFileSync(path.join(folder, name), `${source}\nexport {};\n`);
      }
    }
    assert.ok(count > 30, String(count));
    writeFileSync(path.join(folder, 'globals.mts'), GLOBALS);
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { code, stdout } = await run(process.execPath, [tsc, '-p', folder], { env: {} });
    assert.equal(code, 0, new TextDecoder().decode(stdout));
  }));

for (const name of ['crypto-session', 'file-lock']) {
  test(`${name}: every snippet of the README runs`, () =>
    inFolder(async (folder) => {
      const home = path.join(folder, 'home');
      for (const place of ['.cache', '.config/app', '.local/share']) {
        mkdirSync(path.join(home, place), { recursive: true, mode: 0o700 });
      }
      const globals = path.join(folder, 'globals.mjs');
      writeFileSync(globals, GLOBALS.replace(/declare global \{[\s\S]*?\}/u, ''));
      for (const source of snippets(`packages/${name}/README.md`)) {
        const file = path.join(folder, 'snippet.mjs');
        writeFileSync(file, source.replaceAll('/home/me', home));
        const { code, stderr } = await run(process.execPath, ['--import', globals, file], {
          env: {},
          cwd: home,
        });
        assert.deepEqual([code, stderr], [0, ''], source);
      }
    }));
}

function snippets(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```$/gmu)].map(([, code = '']) => code);
}

/** Inside the repository, so that the packages are found as a program finds them. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(root, 'node_modules/.snippets-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
