/**
 * A holder that cannot read which boot it runs in, as services are that see no `/proc/sys`: nobody takes
 * it for one of an earlier boot, whose processes are gone.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/index.ts';

const UNSHARE = '/usr/bin/unshare';
const HIDING = 'mount --bind /dev/null /proc/sys/kernel/random/boot_id && exec "$@"';
const REGISTER = new URL('../../../scripts/ts-register.mjs', import.meta.url);
const SOURCES = ['--conditions=@keywire/source', `--import=${REGISTER.href}`];
const HOLDER = fileURLToPath(new URL('support/holder.ts', import.meta.url));

const title = "a holder that cannot read its boot's id keeps the lock, and gives it back";
if (spawnSync(UNSHARE, ['-m', 'sh', '-c', HIDING, 'sh', 'true']).status !== 0) {
  test.skip(title, 'hiding a file of /proc takes root and a namespace of its own');
} else {
  test(title, () =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'lock');
      const argv = [process.execPath, ...SOURCES, HOLDER, file];
      const holder = spawn(UNSHARE, ['-m', 'sh', '-c', HIDING, 'sh', ...argv], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      try {
        await once(holder.stdout, 'data');
        const taken = CrossProcessLock.acquire(file, { timeoutMs: 0 });
        await assert.rejects(taken, { code: 'timeout' });
        holder.stdin.end();
        assert.deepEqual(await once(holder, 'exit'), [0, null]);
        await (await CrossProcessLock.acquire(file, { timeoutMs: 0 })).release();
      } finally {
        holder.kill('SIGKILL');
      }
    }),
  );
}
