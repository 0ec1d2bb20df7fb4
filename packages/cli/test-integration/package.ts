/**
 * The npm packages, packed and installed elsewhere as a user does: the programs that the CLI's links,
 * and libraries that need nothing of this repository, each entry for JavaScript and for TypeScript.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { run } from '../../../test-fixtures/src/index.ts';
import { cleanEnvironment, REPOSITORY } from '../test/support/child.ts';

const decoder = new TextDecoder();

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const PROGRAM = `
import { openKeyring } from '@keywire/keyring';
const keyring = await openKeyring();
await keyring.setPassword('my-app', 'me', 's3cret');
console.log(await keyring.getPassword('my-app', 'me'));
await keyring.close();
`;

test('what is packed can be installed, and has its programs, its entries and the licence', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-package-'));
  const env = { ...cleanEnvironment(), npm_config_cache: path.join(folder, 'cache') };
  const output = async (program: string, words: readonly string[], cwd = folder) => {
    const { code, stdout, stderr } = await run(program, words, { cwd, env, timeoutMs: 120_000 });
    assert.equal(code, 0, stderr);
    return decoder.decode(stdout);
  };
  try {
    const pack = ['pack', '--json', '--workspaces', `--pack-destination=${folder}`];
    const packed: readonly Packed[] = JSON.parse(await output('npm', pack, REPOSITORY));
    for (const { name, files } of packed) {
      const paths = files.map((file) => file.path).sort();
      for (const wanted of ['LICENSE', 'README.md', 'package.json']) {
        assert.ok(paths.includes(wanted), `${name}: ${wanted}`);
      }
      const room = path.join(REPOSITORY, 'packages', name.split('/')[1] ?? 'cli');
      const { description, keywords } = JSON.parse(
        readFileSync(path.join(room, 'package.json'), 'utf8'),
      );
      assert.ok(description !== '' && keywords.length > 4, `${name}: what npm finds it by`);
      assert.deepEqual(
        paths.filter((each) => /^(?:test|test-integration)\//u.test(each)),
        [],
      );
      if (name !== 'keywire') continue;
      const own = ['DOCTOR.md', 'LICENSE', 'README.md', 'dist/keywire.cjs', 'package.json'];
      assert.deepEqual(paths, own);
    }

    // No registry is asked: the two packages that are not ours are those installed here.
    const foreign = ['ciphers', 'hashes'].map((name) =>
      path.join(REPOSITORY, 'node_modules/@noble', name),
    );
    const ours = packed.map(({ filename }) => `./${filename}`);
    await output('npm', ['install', '--offline', '--no-audit', '--no-fund', ...ours, ...foreign]);
    const bin = (name: string): string => path.join(folder, 'node_modules/.bin', name);
    for (const [name, word, answer] of [
      ['keywire', '--version', /^keywire \d/u],
      ['docker-credential-keywire', 'version', /^docker-credential-keywire /u],
      ['git-credential-keywire', 'capability', /^version 0\n/u],
    ] as const) {
      assert.match(await output(bin(name), [word]), answer);
    }
    const libraries = packed.map(({ name }) => name).filter((name) => name !== 'keywire');
    const entries = libraries.flatMap((name) => entriesOf(folder, name));
    writeConsumers(folder, entries);
    for (const consumer of ['imports.mjs', 'requires.cjs']) {
      assert.equal(await output(process.execPath, [consumer]), `${entries.length}\n`, consumer);
    }
    for (const [target, consumers] of CONSUMERS) {
      assert.equal(await output(TSC, [...STRICT, ...target, ...consumers]), '');
    }
    writeFileSync(path.join(folder, 'program.mjs'), PROGRAM);
    const words = ['run', '--', process.execPath, 'program.mjs'];
    assert.equal(await output(bin('keywire'), words), 's3cret\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const TSC = path.join(REPOSITORY, 'node_modules/.bin/tsc');

/** As strict as it gets, with the declarations themselves checked. */
const STRICT = [
  ...['--noEmit', '--ignoreConfig', '--strict', '--exactOptionalPropertyTypes'],
  ...['--noUncheckedIndexedAccess', '--skipLibCheck', 'false', '--target', 'es2022'],
  ...['--types', 'node', '--typeRoots', path.join(REPOSITORY, 'node_modules/@types')],
];

/** How TypeScript may find the packages, and what of the consumers it can find them from. */
const CONSUMERS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['--module', 'node16'], ['imports.mts']],
  [
    ['--module', 'nodenext'],
    ['imports.mts', 'requires.cts'],
  ],
  [['--module', 'es2022', '--moduleResolution', 'bundler'], ['imports.mts']],
];

/**
 * The names that a package is imported by. Whatever its manifest and its source maps name must have
 * come with it.
 */
function entriesOf(folder: string, name: string): string[] {
  const installed = path.join(folder, 'node_modules', name);
  const read = (file: string) => JSON.parse(readFileSync(path.join(installed, file), 'utf8'));
  const { exports }: { exports: Record<string, string | Record<string, string>> } =
    read('package.json');
  const named = Object.values(exports).flatMap((targets) =>
    typeof targets === 'string' ? [targets] : Object.values(targets),
  );
  const sources = readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.map'))
    .flatMap((file) => {
      const { sources: all }: { sources: string[] } = read(file);
      return all.map((source) => path.join(path.dirname(file), source));
    });
  assert.ok(named.length > 0 && sources.length > 0, name);
  for (const file of [...named, ...sources]) {
    assert.ok(existsSync(path.join(installed, file)), `${name}: ${file}`);
  }
  const paths = Object.keys(exports).filter((entry) => entry !== './package.json');
  return paths.map((entry) => path.posix.join(name, entry));
}

/** Programs that import or require every entry, and print how many of them have something in them. */
function writeConsumers(folder: string, entries: readonly string[]): void {
  const count = `console.log([${entries.map((_, index) => `_${index}`).join()}]
    .filter((all) => Object.keys(all).length > 0).length);`;
  const write = (file: string, line: (entry: string, index: number) => string) =>
    writeFileSync(path.join(folder, file), [...entries.map(line), count].join('\n'));
  for (const file of ['imports.mjs', 'imports.mts']) {
    write(file, (entry, index) => `import * as _${index} from '${entry}';`);
  }
  write('requires.cjs', (entry, index) => `const _${index} = require('${entry}');`);
  write('requires.cts', (entry, index) => `import _${index} = require('${entry}');`);
}
