/** The npm package: the bundle and nothing that it does not need, under the three names it links. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { run } from '../../../test-fixtures/src/index.ts';
import { cleanEnvironment, REPOSITORY } from '../test/support/child.ts';

const decoder = new TextDecoder();

test('the package of the CLI, packed and installed, has its programs', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-package-'));
  const env = { ...cleanEnvironment(), npm_config_cache: path.join(folder, 'cache') };
  const npm = async (cwd: string, words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('npm', words, { cwd, env });
    assert.equal(code, 0, stderr);
    return decoder.decode(stdout);
  };
  try {
    const packed = await npm(path.join(REPOSITORY, 'packages/cli'), [
      'pack',
      '--json',
      `--pack-destination=${folder}`,
    ]);
    const [{ filename, files }] = JSON.parse(packed);
    assert.deepEqual(files.map((file: { readonly path: string }) => file.path).sort(), [
      'DOCTOR.md',
      'README.md',
      'dist/keywire.cjs',
      'package.json',
    ]);
    // It depends on nothing: no registry is asked.
    await npm(folder, ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`]);
    for (const [name, word, answer] of [
      ['keywire', '--version', /^keywire \d/u],
      ['docker-credential-keywire', 'version', /^docker-credential-keywire /u],
      ['git-credential-keywire', 'capability', /^version 0\n/u],
    ] as const) {
      const program = path.join(folder, 'node_modules/.bin', name);
      const { code, stdout } = await run(program, [word], { env });
      assert.equal(code, 0);
      assert.match(decoder.decode(stdout), answer);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
