import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

test('lock: silent, with the collection that was named; --json tells the paths', async () => {
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyring });
  const shown = await runWords(['lock', '--collection=session'], host);
  assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, '', '']);
  assert.equal(
    (await runWords(['lock', '--json'], host)).stdout,
    '{"locked":["/collection/test"]}\n',
  );
  assert.deepEqual(keyring.calls, ['lock in session', 'lock']);
});
