import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { nodeHost } from '../../src/io/host.ts';
import { failsWith } from '../support/failing.ts';

test('small files: written at once for the owner alone, read, listed and removed', async () => {
  await inFolder(async (folder) => {
    const host = nodeHost();
    const file = path.join(folder, 'a', 'b', 'small.json');
    assert.equal(await host.readFile(file), undefined);
    assert.deepEqual(await host.listFolder(path.dirname(file)), []);
    assert.equal(await host.removeFile(file), false);
    await host.writeFile(file, 'one');
    await host.writeFile(file, 'two');
    assert.equal(await host.readFile(file), 'two');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
    assert.deepEqual(await host.listFolder(path.dirname(file)), ['small.json']);
    assert.equal(await host.removeFile(file), true);
    assert.equal(await host.readFile(path.join(file, 'below a file')), undefined);
  });
});

test('what the system refuses is named, and leaves nothing lying about', async () => {
  await inFolder(async (folder) => {
    const host = nodeHost();
    const error = await failsWith('read-failed', host.readFile(folder));
    assert.match(error.message, /EISDIR/);
    assert.ok(error.message.startsWith(folder));
    await writeFile(path.join(folder, 'file'), '');
    await failsWith('write-failed', host.writeFile(path.join(folder, 'file', 'x'), 'text'));
    await failsWith(
      'read-failed',
      host.listFolder(path.join(folder, 'loop')).then(async () => {
        await symlink('loop', path.join(folder, 'loop'));
        return host.listFolder(path.join(folder, 'loop'));
      }),
    );
    await mkdir(path.join(folder, 'taken'));
    await failsWith('write-failed', host.writeFile(path.join(folder, 'taken'), 'text'));
    await failsWith('write-failed', host.removeFile(path.join(folder, 'taken')));
    await chmod(folder, 0o700);
    assert.deepEqual((await readdir(folder)).sort(), ['file', 'loop', 'taken']);
  });
});

test('a link in the place of a small file is not followed, nor replaced', async () => {
  await inFolder(async (folder) => {
    await writeFile(path.join(folder, 'file'), 'one');
    const link = path.join(folder, 'link');
    await symlink('file', link);
    const { message } = await failsWith('write-failed', nodeHost().writeFile(link, 'two'));
    assert.match(message, /link: expected it to be writable, got symbolic-link$/u);
    assert.equal(await nodeHost().readFile(link), 'one');
  });
});

test('a pipe that nobody writes to is not waited for', async () => {
  await inFolder(async (folder) => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { message } = await failsWith('read-failed', nodeHost().readFile(pipe));
    assert.equal(message, `${pipe}: it is a pipe`);
  });
});

test('names are random, the clock runs, the shared file is bound', async () => {
  const host = nodeHost();
  assert.match(host.randomName(), /^[0-9a-f]{32}$/);
  assert.notEqual(host.randomName(), host.randomName());
  assert.ok(host.now() > 1_600_000_000_000);
  assert.equal((await host.sharedFile('/nowhere/x')).path, '/nowhere/x');
  assert.equal(host.absolutePath('/a/b'), '/a/b');
  assert.equal(host.absolutePath('b'), path.join(process.cwd(), 'b'));
  assert.equal(typeof host.hasTerminal, 'boolean');
  assert.equal(typeof host.home, 'string');
});
