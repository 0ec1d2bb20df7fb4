import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inFolder } from '../../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { isReadable } from '../../../src/io/terminal/descriptor.ts';

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** Opens it for the time of the look. */
function looked(file: string, flags: number): boolean {
  const descriptor = openSync(file, flags | O_NONBLOCK);
  try {
    return isReadable(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

test('isReadable: what was opened for reading, of any type', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    for (const [name, flags, wanted] of [
      [file, O_RDONLY, true],
      [file, O_RDWR, true],
      [file, O_WRONLY, false],
      [folder, O_RDONLY, true],
      ['/dev/null', O_RDONLY, true],
      ['/dev/null', O_WRONLY, false],
    ] as const) {
      assert.equal(looked(name, flags), wanted, `${name} ${flags}`);
    }
    const closed = openSync(file, O_RDONLY);
    closeSync(closed);
    assert.throws(() => isReadable(closed), { code: 'EBADF' });
  });
});

test('isReadable: a pipe, unless its writing end is held here, too', async () => {
  await inFolder(async (folder) => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = openSync(pipe, O_RDONLY | O_NONBLOCK);
    assert.equal(isReadable(reading), true);
    assert.equal(looked(pipe, O_RDONLY), true);
    const writing = openSync(pipe, O_WRONLY | O_NONBLOCK);
    assert.deepEqual([isReadable(reading), isReadable(writing)], [false, false]);
    closeSync(writing);
    assert.equal(isReadable(reading), true);
    closeSync(reading);
  });
});

test('isReadable: nothing that only waits for events', () => {
  const own = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((each) => isOfNoType(each));
  assert.ok(own.length > 0);
  assert.deepEqual(own.filter(isReadable), []);
});

function isOfNoType(descriptor: number): boolean {
  try {
    return (fstatSync(descriptor).mode & constants.S_IFMT) === 0;
  } catch {
    // The one that the folder was read by.
    return false;
  }
}
