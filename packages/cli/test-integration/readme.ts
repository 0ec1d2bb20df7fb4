/** The commands of README.md, each block run as it stands, in order, on a keyring of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../../../test-fixtures/src/index.ts';
import { EXIT_CODE_MEANINGS } from '../src/exit-code.ts';
import { BUNDLE } from './support/keywire.ts';

const README = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
const BLOCKS = [...README.matchAll(/^```sh\n(.*?)^```$/gmsu)].map(([, block = '']) => block);

const missing = requires('dbus-daemon', 'gnome-keyring');

if (missing === undefined) {
  test('README: every command runs', async () => {
    assert.ok(BLOCKS.length >= 8);
    await using keyring = await bootGnomeKeyring();
    const home = keyring.env['HOME'] ?? assert.fail('a keyring without a home');
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(BUNDLE, path.join(bin, 'keywire'));
    const env = {
      ...keyring.env,
      PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
      KEYRING_PASSWORD: keyring.password,
    };
    for (const block of BLOCKS) {
      const result = await run('/bin/bash', ['-e', '-o', 'pipefail', '-c', block], {
        env,
        cwd: home,
      });
      assert.equal(result.code, 0, `${block}\n${result.stderr}`);
    }
  });
} else {
  test.skip('README: every command runs', missing);
}

test('README: the exit codes are those of the code, and it is short', () => {
  for (const [code, meaning] of EXIT_CODE_MEANINGS) {
    const row = new RegExp(`^\\| ${code} +\\| (.*) \\|$`, 'mu').exec(README);
    assert.ok(row?.[1]?.includes(meaning.replace('prompt dismissed', 'dismissed')), `${code}`);
  }
  assert.ok(README.split('\n').length <= 150);
});
