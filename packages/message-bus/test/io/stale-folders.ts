import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  asOtherUser,
  noEffectiveUser,
  OTHER_USER,
} from '../../../../test-fixtures/src/effective-user.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { startMessageBus } from '../../src/index.ts';
import { FOLDER_PREFIX, removeStaleFolders } from '../../src/io/stale-folders.ts';

const LONG_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);

async function inFolder(use: (parent: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(path.join(tmpdir(), 'kw-stale-'));
  try {
    await use(parent);
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function makeFolder(parent: string, name: string, mode = 0o700): string {
  const folder = path.join(parent, FOLDER_PREFIX + name);
  mkdirSync(folder, { mode });
  return folder;
}

/** A socket that somebody listened on, who ended without removing it. */
async function deadSocket(folder: string, name: string): Promise<void> {
  const server = createServer();
  const first = path.join(folder, 'first');
  server.listen(first);
  await once(server, 'listening');
  renameSync(first, path.join(folder, name));
  server.close();
  await once(server, 'close');
  rmSync(first, { force: true });
}

// @rule bus/removes-stale-folders
test('a socket that refuses is removed with its folder; one that answers stays', () =>
  inFolder(async (parent) => {
    await deadSocket(makeFolder(parent, 'dead'), 'bus');
    const alive = makeFolder(parent, 'alive');
    await using bus = await startMessageBus({ address: `unix:path=${alive}/bus` });
    assert.equal(await removeStaleFolders(parent), 1);
    assert.deepEqual(readdirSync(parent), [`${FOLDER_PREFIX}alive`]);
    assert.equal(bus.clientCount <= 1, true);
  }));

test('what never came to listen is removed when it is old', () =>
  inFolder(async (parent) => {
    const [fresh, empty, unfinished] = ['fresh', 'empty', 'unfinished'].map((name) =>
      makeFolder(parent, name),
    );
    await deadSocket(unfinished ?? '', 'new');
    assert.equal(await removeStaleFolders(parent), 0);
    for (const folder of [empty, unfinished]) utimesSync(folder ?? '', LONG_AGO, LONG_AGO);
    assert.equal(await removeStaleFolders(parent), 2);
    assert.deepEqual(readdirSync(parent), [path.basename(fresh ?? '')]);
  }));

test('whatever is not known to be a dead bus stays', () =>
  inFolder(async (parent) => {
    await deadSocket(makeFolder(parent, 'open', 0o755), 'bus');
    await deadSocket(makeFolder(parent, 'named'), 'other');
    const full = makeFolder(parent, 'full');
    await deadSocket(full, 'bus');
    writeFileSync(path.join(full, 'notes'), '');
    writeFileSync(path.join(makeFolder(parent, 'file'), 'bus'), '');
    writeFileSync(path.join(parent, `${FOLDER_PREFIX}plain`), '');
    const elsewhere = path.join(parent, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    await deadSocket(elsewhere, 'bus');
    symlinkSync(elsewhere, path.join(parent, `${FOLDER_PREFIX}link`));
    const before = readdirSync(parent);
    assert.equal(await removeStaleFolders(parent), 0);
    assert.deepEqual(readdirSync(parent), before);
    assert.deepEqual(readdirSync(elsewhere), ['bus']);
  }));

const cannotSwitch = noEffectiveUser();
if (cannotSwitch !== undefined) test.skip('folders of another effective user', cannotSwitch);
else {
  // @rule bus/removes-stale-folders
  test('what dead buses left is removed as the user whom we act as, and nobody else’s', async () => {
    await inFolder(async (parent) => {
      const folders = ['a', 'b'].map((name) => makeFolder(parent, name));
      for (const folder of folders) utimesSync(folder, LONG_AGO, LONG_AGO);
      chownSync(folders[0] ?? '', OTHER_USER, OTHER_USER);
      assert.equal(await asOtherUser(parent, () => removeStaleFolders(parent)), 1);
      assert.deepEqual(readdirSync(parent), [`${FOLDER_PREFIX}b`]);
    });
  });
}
