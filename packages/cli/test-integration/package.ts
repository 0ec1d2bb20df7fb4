/**
 * The npm packages, packed and installed elsewhere as a user does: the programs that the CLI's links,
 * and libraries that need nothing of this repository.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
    for (const { name } of packed.filter((each) => each.name !== 'keywire')) {
      const count = `import('${name}').then((all) => console.log(Object.keys(all).length > 0))`;
      assert.equal(await output(process.execPath, ['-e', count]), 'true\n', name);
    }
    writeFileSync(path.join(folder, 'program.mjs'), PROGRAM);
    const words = ['run', '--', process.execPath, 'program.mjs'];
    assert.equal(await output(bin('keywire'), words), 's3cret\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
