/**
 * A program that keeps passwords and tokens, bundled and minified with its names lost, alone in an empty
 * folder: on each runtime, the oldest Node included, and as one executable. What tells errors apart
 * must be what it was. Needs "npm run build": what is bundled is dist.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  requiresRuntime,
  run,
  runtime,
} from '../../../test-fixtures/src/index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUNTIMES = ['node', 'node-oldest', 'node-newest', 'bun', 'deno'] as const;

/** What docs/LEAVING-KEYTAR.md has a bundle for Node 18 begin with. */
const BANNER = { js: 'process.getBuiltinModule ??= require;' };

const PROGRAM = `
  import { isKeyringError, openKeyring } from '@keywire/keyring';
  import { Entry } from '@keywire/keyring/napi';
  import { isSecretServiceError, SecretService } from '@keywire/secret-service';
  import { createPersistence, isTokenStoreError, TokenStore } from '@keywire/token-cache';

  const failure = (promise, isOurs) =>
    promise.then(() => 'none', (error) => [error.name, error.code, isOurs(error)].join(' '));

  async function main() {
    const keyring = await openKeyring({ app: 'Bundles' });
    await keyring.setPassword('bundles', 'me', 'hunter2');
    const passwords = [await keyring.getPassword('bundles', 'me')];
    await keyring.close();
    const entry = new Entry('bundles-sync', 'me');
    entry.setPassword('at once');
    passwords.push(entry.getPassword());

    const { persistence } = await createPersistence({ location: './tokens' });
    const tokens = new TokenStore({ persistence });
    let renewed = 0;
    const refresh = async () => ({ accessToken: 'token ' + ++renewed, expiresInMs: 3_600_000 });
    const kept = [];
    for (let round = 0; round < 2; round += 1) {
      kept.push((await tokens.get('renewed', { refresh })).accessToken);
    }
    const refused = async () => { throw new Error('refused'); };
    console.log(JSON.stringify([passwords, kept, [
      await failure(tokens.get('other', { refresh: refused }), isTokenStoreError),
      await failure(SecretService.connect({ address: 'unix:path=/nowhere' }), isSecretServiceError),
      await failure(openKeyring({ app: 'Bundles', backend: 'none' }), isKeyringError),
    ]]));
  }
  main();
`;

const PRINTED = `${JSON.stringify([
  ['hunter2', 'at once'],
  ['token 1', 'token 1'],
  [
    'TokenStoreError refresh-failed true',
    'ServiceUnavailableError unavailable true',
    'KeyringError unknown-backend true',
  ],
])}\n`;

const missing =
  requires('dbus-daemon', 'gnome-keyring') ??
  RUNTIMES.map(requiresRuntime).find((reason) => reason !== undefined);
if (missing !== undefined) test.skip('a minified program with tokens', missing);
else {
  test('a minified program with tokens: on each runtime', async () => {
    await inFolder(async (folder) => {
      const file = path.join(folder, 'program.cjs');
      await bundle(file, { format: 'cjs', target: 'node18.19', banner: BANNER });
      for (const name of RUNTIMES) {
        const { command, args } = runtime(name);
        await printsAll(folder, command, [...args, file]);
      }
    });
  });

  test('a minified program with tokens: as one executable', async () => {
    await inFolder(async (folder) => {
      const main = path.join(folder, 'program.mjs');
      await bundle(main, { format: 'esm', target: 'node20.19' });
      const executable = path.join(folder, 'program');
      const config = path.join(folder, 'sea.json');
      writeFileSync(config, JSON.stringify({ main, mainFormat: 'module', output: executable }));
      for (const [name, args] of [
        ['bun', ['build', '--compile', main, '--outfile', executable]],
        ['node-newest', ['--build-sea', config]],
      ] as const) {
        const options = { cwd: folder, timeoutMs: 120_000 };
        const { code, stderr } = await run(runtime(name).command, args, options);
        assert.equal(code, 0, stderr);
        await printsAll(folder, executable, []);
      }
    });
  });
}

async function bundle(outfile: string, options: Parameters<typeof build>[0]): Promise<void> {
  await build({
    stdin: { contents: PROGRAM, resolveDir: ROOT, loader: 'js' },
    outfile,
    bundle: true,
    minify: true,
    keepNames: false,
    platform: 'node',
    absWorkingDir: ROOT,
    logLevel: 'error',
    ...options,
  });
}

/** Runs it on a keyring that is new, in a folder of its own. */
async function printsAll(folder: string, command: string, args: readonly string[]): Promise<void> {
  await using keyring = await bootGnomeKeyring();
  const cwd = mkdtempSync(path.join(folder, 'run-'));
  const { code, stdout, stderr } = await run(command, args, { env: keyring.env, cwd });
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, PRINTED], stderr || command);
}
