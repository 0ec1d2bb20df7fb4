/**
 * A holder that cannot read which boot it runs in, as services are that see no `/proc/sys`, or is told
 * another one, as containers of systemd-nspawn are: nobody takes it for one of an earlier boot, whose
 * processes are gone.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/index.ts';

const UNSHARE = '/usr/bin/unshare';
const OVER = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"';
const REGISTER = new URL('../../../scripts/ts-register.mjs', import.meta.url);
const SOURCES = ['--conditions=@keywire/source', `--import=${REGISTER.href}`];
const HOLDER = fileURLToPath(new URL('support/holder.ts', import.meta.url));

if (spawnSync(UNSHARE, ['-m', 'sh', '-c', OVER, '/dev/null', 'true']).status !== 0) {
  const reason = 'laying a file over one of /proc takes root and a namespace of its own';
  test.skip('a holder that cannot read which boot it runs in keeps the lock', reason);
} else {
  for (const [whose, bootId] of [
    ["cannot read its boot's id", ''],
    ["has a boot's id of its own", '01234567-89ab-4cde-8f01-23456789abcd\n'],
  ] as const) {
    // @rule lock/own-boot-is-no-earlier-one
    test(`a holder that ${whose} keeps the lock, and gives it back`, () =>
      inFolder(async (folder) => {
        const file = path.join(folder, 'lock');
        const boot = path.join(folder, 'boot');
        writeFileSync(boot, bootId);
        const argv = [process.execPath, ...SOURCES, HOLDER, file];
        const holder = spawn(UNSHARE, ['-m', 'sh', '-c', OVER, boot, ...argv], {
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
      }));
  }
}
