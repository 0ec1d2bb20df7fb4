import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openPlaintextBackend } from '../../src/backends/plaintext.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import { failsWith } from '../support/failing.ts';
import { memoryHost } from '../support/memory-host.ts';

test('it says that it is not encrypted, and refuses a file of another form at once', async () => {
  const host = memoryHost();
  const file = await host.sharedFile('/p.json');
  const backend = await openPlaintextBackend({ schemes: schemesOf(undefined), file });
  assert.equal((await backend.status()).isEncrypted, false);
  assert.equal(host.files.size, 0);
  await backend.set({ service: 's', username: 'u' }, Uint8Array.of(0x61));
  assert.ok(host.files.get('/p.json')?.includes('"secret": "a"'));
  host.files.set('/p.json', 'not JSON');
  await failsWith('malformed', openPlaintextBackend({ schemes: schemesOf(undefined), file }));
});
