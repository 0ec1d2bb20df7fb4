/** A disk that takes no more and a folder that may not be written: typed errors, old content whole. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { run } from '../../../test-fixtures/src/index.ts';
import {
  EncryptedFilePersistence,
  FilePersistence,
  PersistedTokenCache,
  type Persistence,
} from '../src/index.ts';
import { CHEAP } from '../test/support/cheap.ts';
import { bundleProgram } from './support/programs.ts';

const kinds: readonly [string, (location: string) => Persistence][] = [
  ['file', (location) => new FilePersistence(location)],
  [
    'encrypted-file',
    (location) => new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP }),
  ],
];

for (const [kind, open] of kinds) {
  test(`${kind}, a full disk: refused, and the cache is as it was`, async () => {
    await withCache(open, async (location, program) => {
      const before = readFileSync(location);
      // The largest file a process may write stands for the space that is left.
      const command = 'ulimit -f 512; exec "$@"';
      const limited = ['-c', command, 'sh', process.execPath];
      const said = await output('/bin/sh', [...limited, program, kind, location]);
      const name = kind === 'file' ? 'PersistenceError' : 'PersistenceEncryptionError';
      assert.equal(said, `${name} no-space\n`);
      assert.deepEqual(readFileSync(location), before);
    });
  });

  test(`${kind}, a read-only folder: can be read, and is not changed`, async () => {
    await withCache(open, async (location, program, folder) => {
      const before = readFileSync(location);
      chmodSync(folder, 0o555);
      try {
        // Root may write anywhere by capabilities; without them it is an owner like any other.
        const asOwner = process.getuid?.() === 0 ? ['--bounding-set=-all', process.execPath] : [];
        const [command, args] =
          asOwner.length > 0 ? ['/usr/bin/setpriv', asOwner] : [process.execPath, []];
        const said = await output(command, [...args, program, kind, location]);
        assert.equal(said, 'LockError io-failed\n');
      } finally {
        chmodSync(folder, 0o700);
      }
      assert.deepEqual(readFileSync(location), before);
    });
  });
}

async function withCache(
  open: (location: string) => Persistence,
  work: (location: string, program: string, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (outer) => {
    const program = await bundleProgram('saver', outer);
    const folder = join(outer, 'caches');
    const location = join(folder, 'cache');
    const cache = new PersistedTokenCache(open(location));
    await cache.add('Account', { home_account_id: 'old' });
    await work(location, program, folder);
    assert.deepEqual(readdirSync(folder), ['cache']);
    const again = new PersistedTokenCache(open(location));
    assert.deepEqual(await again.search('Account'), [{ home_account_id: 'old' }]);
  });
}

async function output(command: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(command, args);
  assert.equal(stderr, '');
  return new TextDecoder().decode(stdout);
}
