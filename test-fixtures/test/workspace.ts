import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '../src/harness.ts';
import { bootBus, currentRuntime, requires, run } from '../src/index.ts';
import { minimalEnvironment } from '../src/run.ts';
import { createWorkspace } from '../src/workspace.ts';
import { leftovers } from './support/leftovers.ts';

const missing = requires('dbus-daemon', 'gnome-keyring', 'mock-prompter');

if (missing === undefined) {
  test('a test process that is killed leaves nothing behind', async () => {
    const { command, sourceArgs } = currentRuntime();
    const child = spawn(command, [...sourceArgs, script('boot-and-wait')], {
      env: minimalEnvironment(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const folder = String(line).trim();
    assert.ok(leftovers(folder).length >= 4, 'folder, bus, keyring and prompter are there');
    const removed = untilRemoved(folder);
    child.kill('SIGKILL');
    await removed;
    assert.deepEqual(leftovers(folder), []);
  });

  test('children of a client in the environment of a bus are ended too', async () => {
    const bus = await bootBus();
    await run('/bin/sh', ['-c', '/usr/bin/setsid /usr/bin/sleep 1000 > /dev/null 2>&1 &'], bus);
    assert.ok(leftovers(bus.workspace.folder).length >= 3, 'folder, bus and sleeper are there');
    await bus[Symbol.asyncDispose]();
    assert.deepEqual(leftovers(bus.workspace.folder), []);
  });
} else {
  test.skip('nothing is left behind', missing);
}

test('a workspace lies apart from the real home', async () => {
  await using workspace = createWorkspace();
  const { folder, env } = workspace;
  assert.ok(folder.length < 20, folder);
  for (const [name, value] of Object.entries(env)) {
    const isFolder = name === 'HOME' || name === 'TMPDIR' || name.startsWith('XDG_');
    if (isFolder) assert.ok(value.startsWith(`${folder}/`) && existsSync(value), name);
  }
});

/** Settles when the folder is gone: an event of the file system. */
async function untilRemoved(folder: string): Promise<void> {
  const watcher = watch(path.dirname(folder));
  while (existsSync(folder)) await once(watcher, 'change');
  watcher.close();
}

function script(name: string): string {
  return fileURLToPath(new URL(`./support/${name}.ts`, import.meta.url));
}
