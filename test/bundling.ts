/**
 * Runs docs/BUNDLING.md: each command as it stands, on a copy of the program of examples/login. Those
 * on the CLI itself are left to its own test of executables.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  requiresRuntime,
  run,
  runtime,
} from '../test-fixtures/src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(path.join(root, 'docs/BUNDLING.md'), 'utf8');
const BLOCKS = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gmu)]
  .map(([, block = '']) => block)
  .filter((block) => !block.includes('keywire.cjs'));
const HELP = /^my-app COMMAND$/mu;

const missing =
  requires('dbus-daemon', 'gnome-keyring') ??
  requiresRuntime('node-newest') ??
  requiresRuntime('bun');
if (missing !== undefined) test.skip('BUNDLING.md', missing);
else {
  test('BUNDLING.md: every command runs, and every bundle without what it was made of', async () => {
    assert.equal(BLOCKS.length, 3);
    // Inside the repository, so that the packages are found as a program finds them.
    const folder = mkdtempSync(path.join(root, 'node_modules/.bundling-'));
    try {
      copyFileSync(path.join(root, 'examples/login/my-app.mjs'), path.join(folder, 'my-app.mjs'));
      for (const [name, file] of [
        ['node', runtime('node-newest').command],
        ['bun', runtime('bun').command],
      ] as const) {
        symlinkSync(file, path.join(folder, name));
      }
      const env = {
        PATH: `${folder}:${path.join(root, 'node_modules/.bin')}:/usr/bin:/bin`,
        HOME: folder,
        LANG: 'C.UTF-8',
      };
      const outputs: string[] = [];
      for (const block of BLOCKS) {
        const { code, stdout, stderr } = await run('/bin/bash', ['-e', '-c', block], {
          env,
          cwd: folder,
          timeoutMs: 120_000,
        });
        assert.equal(code, 0, `${block}\n${stderr}`);
        outputs.push(new TextDecoder().decode(stdout));
      }
      for (const output of outputs) assert.match(output, HELP);
      await onKeyring(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** Each form of the program, moved to where nothing else is, on a real keyring. */
async function onKeyring(folder: string): Promise<void> {
  await using keyring = await bootGnomeKeyring();
  const home = keyring.env['HOME'] ?? assert.fail('a keyring without a home');
  for (const [file, ...first] of [
    ['my-app.mjs', process.execPath],
    ['my-app'],
    ['my-app-bun'],
  ] as const) {
    const alone = path.join(home, file);
    copyFileSync(path.join(folder, 'app', file), alone);
    assert.ok(statSync(alone).size > 0);
    const [command = '', ...args] = [...first, alone, 'logout'];
    const { code, stdout, stderr } = await run(command, args, { env: keyring.env, cwd: home });
    assert.deepEqual(
      [code, new TextDecoder().decode(stdout), stderr],
      [0, 'You were not logged in.\n', ''],
      file,
    );
    rmSync(alone);
  }
}
