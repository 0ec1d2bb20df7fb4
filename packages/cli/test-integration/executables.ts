/**
 * The CLI as one executable file, of Node and of Bun, made by the commands of docs/BUNDLING.md: it is
 * what the script is, by whatever name it is called, and nothing in the folder around it changes that.
 */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type RuntimeName,
  requires,
  requiresRuntime,
  run,
  runtime,
  secretTool,
} from '../../../test-fixtures/src/index.ts';
import { REPOSITORY } from '../test/support/child.ts';
import { BUNDLE } from './support/keywire.ts';

type Env = Readonly<Record<string, string>>;

const SYSTEM_PATH = '/usr/bin:/bin';
const EXECUTABLES = ['keywire', 'keywire-bun'] as const;
/** What makes each of them. */
const MAKERS: readonly (readonly [string, RuntimeName])[] = [
  ['node', 'node-newest'],
  ['bun', 'bun'],
];
const decoder = new TextDecoder();

const missing =
  requires('dbus-daemon', 'gnome-keyring', 'secret-tool') ??
  MAKERS.map(([, name]) => requiresRuntime(name)).find((reason) => reason !== undefined);
if (missing !== undefined) test.skip('the CLI as one executable', missing);
else {
  test('the CLI as one executable: by its own name and by others, on a real keyring', () =>
    inFolder(async (folder) => {
      await makeExecutables(folder);
      for (const name of EXECUTABLES) {
        await usedAlone(path.join(folder, 'app', name), path.join(folder, `with-${name}`));
      }
    }));
}

async function makeExecutables(folder: string): Promise<void> {
  const guide = readFileSync(path.join(REPOSITORY, 'docs/BUNDLING.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gmu)].map(([, block = '']) => block);
  const commands = blocks.find((block) => block.includes('keywire.cjs'));
  copyFileSync(BUNDLE, path.join(folder, 'keywire.cjs'));
  mkdirSync(path.join(folder, 'app'));
  for (const [name, made] of MAKERS) symlinkSync(runtime(made).command, path.join(folder, name));
  await succeeds('/bin/bash', ['-e', '-c', commands ?? assert.fail('no commands')], {
    cwd: folder,
    env: { PATH: `${folder}:${SYSTEM_PATH}`, HOME: folder },
    timeoutMs: 120_000,
  });
}

/** Uses an executable from a folder of links to it, which is first in the PATH. */
async function usedAlone(executable: string, bin: string): Promise<void> {
  mkdirSync(bin);
  symlinkSync(executable, path.join(bin, 'keywire'));
  await using keyring = await bootGnomeKeyring();
  const env: Env = { ...keyring.env, PATH: `${bin}:${SYSTEM_PATH}` };
  const options = { env, cwd: bin };
  assert.match(await succeeds('keywire', ['--version'], options), /^keywire \d/u);

  // Made by the executable, which was itself found by a name alone.
  for (const name of ['secret-tool', 'docker-credential-keywire']) {
    await succeeds('keywire', ['link', bin, name], options);
    assert.equal(readlinkSync(path.join(bin, name)), executable);
  }
  const version = await succeeds('docker-credential-keywire', ['version'], options);
  assert.match(version, /^docker-credential-keywire /u);

  const stored = ['store', '--label=L', 'app', 'demo'];
  await succeeds('secret-tool', stored, { ...options, input: 's3cret' });
  const theirs = await secretTool(keyring.peerEnv, ['lookup', 'app', 'demo']);
  assert.equal(decoder.decode(theirs.stdout), 's3cret');
  assert.equal(await succeeds('keywire', ['lookup', 'app', 'demo'], options), 's3cret');

  const script = 'secret-tool lookup app demo; exit 3';
  const inside = await run('keywire', ['run', '--', 'sh', '-c', script], options);
  assert.deepEqual([inside.code, decoder.decode(inside.stdout)], [3, '']);
  const unit = await succeeds('keywire', ['serve', '--print-unit'], options);
  assert.ok(unit.includes(`ExecStart=${executable} serve --bus\n`), unit);
  await ignoresItsFolder(bin, env);
}

/** A folder that names a bus and code to run, as Bun reads it, is nothing to the executable. */
async function ignoresItsFolder(bin: string, env: Env): Promise<void> {
  writeFileSync(path.join(bin, '.env'), 'DBUS_SESSION_BUS_ADDRESS=unix:path=/theirs\n');
  writeFileSync(path.join(bin, 'bunfig.toml'), 'preload = ["./theirs.js"]\n');
  writeFileSync(path.join(bin, 'theirs.js'), 'console.log("theirs");\n');
  const { DBUS_SESSION_BUS_ADDRESS: _, ...without } = env;
  const options = { env: without, cwd: bin };
  const { code, stdout, stderr } = await run('keywire', ['lookup', 'app', 'demo'], options);
  assert.deepEqual([code, decoder.decode(stdout)], [5, '']);
  assert.match(stderr, /DBUS_SESSION_BUS_ADDRESS \(not set\)/u);
}

async function succeeds(...call: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(...call);
  assert.deepEqual([code, stderr], [0, '']);
  return decoder.decode(stdout);
}
