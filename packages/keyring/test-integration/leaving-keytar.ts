/** The guide on leaving keytar: its files and its commands, as they stand, on a keyring. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  requiresPeers,
  run,
  transcript,
} from '../../../test-fixtures/src/index.ts';
import { call, valueOrCode } from './support/drop-ins.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GUIDE = readFileSync(path.join(ROOT, 'docs/LEAVING-KEYTAR.md'), 'utf8');
const COMMANDS = blocks('sh').join('').trim().split('\n');

const STRICT = [
  ...['--noEmit', '--ignoreConfig', '--strict', '--module', 'nodenext', '--target', 'es2022'],
  ...['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')],
];

function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gmu'))].map(
    ([, block = '']) => block,
  );
}

/** A project as the guide has in mind: its files, and the packages it has installed. */
function makeProject(folder: string): { readonly bin: string } {
  const modules = path.join(folder, 'node_modules');
  const bin = path.join(folder, 'bin');
  for (const each of [modules, bin]) mkdirSync(each, { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules/@keywire'), path.join(modules, '@keywire'));
  symlinkSync(
    path.join(ROOT, 'test-fixtures/peers/node_modules/keytar'),
    path.join(modules, 'keytar'),
  );
  symlinkSync(path.join(ROOT, 'dist/keywire.cjs'), path.join(bin, 'keywire'));
  symlinkSync(path.join(ROOT, 'node_modules/.bin/esbuild'), path.join(bin, 'esbuild'));
  for (const block of blocks('js')) {
    const name = /^\/\/ (\S+\.js)\n/u.exec(block)?.[1];
    assert.ok(name !== undefined, `expected a file name in the first line of\n${block}`);
    writeFileSync(path.join(folder, name), block);
  }
  return { bin };
}

test('the guide on leaving keytar: its types, where keytar is not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-types-'));
  try {
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(
      path.join(ROOT, 'node_modules/@keywire'),
      path.join(folder, 'node_modules/@keywire'),
    );
    const [declaration = ''] = blocks('ts');
    writeFileSync(path.join(folder, 'keytar.d.ts'), declaration);
    writeFileSync(path.join(folder, 'app.mts'), blocks('js')[0] ?? '');
    const check = (...files: readonly string[]) =>
      run(path.join(ROOT, 'node_modules/.bin/tsc'), [...STRICT, ...files], {
        cwd: folder,
        env: {},
      });
    const { code, stdout } = await check('app.mts', 'keytar.d.ts');
    assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, '']);
    assert.match(new TextDecoder().decode((await check('app.mts')).stdout), /'keytar'/u);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool') ?? requiresPeers('keytar');

if (missing !== undefined) test.skip('the guide on leaving keytar', missing);
else
  test('the guide on leaving keytar: every file and every command', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
    const folder = path.join(keyring.env['HOME'] ?? assert.fail('no home'), 'project');
    const { bin } = makeProject(folder);
    const env = { ...keyring.env, PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin` };
    const inProject = async (command: string): Promise<string> => {
      const result = await run('/bin/bash', ['-ec', command], { env, cwd: folder });
      assert.equal(result.code, 0, `${command}\n${result.stderr}`);
      return new TextDecoder().decode(result.stdout);
    };
    const printed = new Map<string, string>();
    for (const command of COMMANDS) printed.set(command, await inProject(command));
    const printedBy = (start: string): string | undefined =>
      [...printed].find(([command]) => command.startsWith(start))?.[1];
    for (const start of ['node app.mjs', 'secret-tool lookup', 'node linux.cjs', 'keywire get']) {
      assert.equal(printedBy(start)?.trim(), 'hunter2', start);
    }
    assert.doesNotMatch(readFileSync(path.join(folder, 'linux.cjs'), 'utf8'), /keytar\.node/u);
    assert.doesNotMatch(readFileSync(path.join(folder, 'darwin.cjs'), 'utf8'), /org\.freedesktop/u);
    assert.equal(await inProject('node --input-type=module - < app.test.js'), 'only in memory\n');
    // keytar itself reads what the bundle has stored.
    const [read] = await transcript(keyring.peerEnv, 'keytar', [
      call('getPassword', 'my-app', 'ada'),
    ]);
    assert.equal(valueOrCode(read), 'hunter2');
  });
