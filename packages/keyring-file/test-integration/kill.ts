/**
 * A writer killed with SIGKILL again and again, wherever it is: nothing it acknowledged is lost, the
 * file is always readable, and the lock it leaves behind needs no hand. 100 writes; 2,000 with
 * SLOW=1.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { createKeyringFile } from '../src/index.ts';
import { assertNothingLost, CHEAP, PASSWORD, startWriter } from './support/writers.ts';

const WRITES = process.env['SLOW'] === '1' ? 2000 : 100;

for (const format of ['v1', 'hardened'] as const) {
  test(`${format}: ${WRITES} writes under SIGKILL lose nothing`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'test.keyring');
      await createKeyringFile(path, { password: PASSWORD, format, cost: CHEAP });
      let last = 0;
      while (last < WRITES) {
        const first = last + 1;
        // Lives of 1 to 12 writes and more, ended a random moment later: a write takes a few
        // milliseconds, so that the signal meets every phase of it.
        const writes = randomInt(1, 13);
        const delayMs = randomInt(0, 12);
        const writer = startWriter(path, 'w', { first, last: Infinity }, (count) => {
          if (count === writes) setTimeout(writer.kill, delayMs);
        });
        assert.equal(await writer.ended, 'SIGKILL');
        last = writer.acknowledged();
        assert.ok(last >= first, 'the lock of the killed writer was taken over');
        await assertNothingLost(path, new Map([['w', last]]));
      }
      const final = startWriter(path, 'w', { first: last + 1, last: last + 1 });
      assert.equal(await final.ended, 0);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.endsWith('.lock')),
        [],
      );
    });
  });
}
