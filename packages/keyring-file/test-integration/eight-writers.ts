/** Eight processes write one file at once: nothing is lost. 100 writes; 2,000 with SLOW=1. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { createKeyringFile, openKeyringFile } from '../src/index.ts';
import { assertNothingLost, CHEAP, PASSWORD, startWriter } from './support/writers.ts';

const PROCESSES = 8;
const WRITES = Math.ceil((process.env['SLOW'] === '1' ? 2000 : 100) / PROCESSES);

for (const format of ['v1', 'hardened'] as const) {
  test(`${format}: eight processes with ${WRITES} writes each lose nothing`, async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'test.keyring');
      const made = await createKeyringFile(path, { password: PASSWORD, format, cost: CHEAP });
      const names = Array.from({ length: PROCESSES }, (_, index) => `writer${index}`);
      const writers = names.map((name) => startWriter(path, name, { first: 1, last: WRITES }));
      for (const writer of writers) assert.equal(await writer.ended, 0);
      await assertNothingLost(path, new Map(names.map((name) => [name, WRITES])));
      if (format === 'hardened') {
        await made.items();
        assert.equal(made.revision, PROCESSES * WRITES);
      }
      assert.deepEqual(readdirSync(folder), ['test.keyring']);
      const again = await openKeyringFile(path, { password: PASSWORD });
      assert.equal((await again.search({ slot: '1' })).length, PROCESSES);
    });
  });
}
