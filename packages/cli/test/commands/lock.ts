import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

test('lock and unlock: silent, with the collection that was named', async () => {
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyring });
  for (const command of ['lock', 'unlock']) {
    const shown = await runWords([command, '--collection=session'], host);
    assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, '', '']);
    await runWords([command], host);
  }
  assert.deepEqual(keyring.calls, ['lock in session', 'lock', 'unlock in session', 'unlock']);
});

test('lock and unlock: --json tells the paths', async () => {
  const locked = await runWords(['lock', '--json'], new FakeHost());
  assert.equal(locked.stdout, '{"locked":["/collection/test"]}\n');
  const unlocked = await runWords(['unlock', '--json'], new FakeHost());
  assert.equal(unlocked.stdout, '{"unlocked":["/collection/test"]}\n');
});
