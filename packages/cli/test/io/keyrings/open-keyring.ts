import assert from 'node:assert/strict';
import { isSecretServiceError } from '@keywire/secret-service';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { openKeyring } from '../../../src/io/keyrings/open-keyring.ts';

test('openKeyring: returns before there is a bus; the first operation tells that there is none', async () => {
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/nonexistent/bus';
  try {
    const { signal } = new AbortController();
    const options = { noPrompt: true, plain: true, timeoutMs: 60_000 };
    const keyring = await openKeyring(options, signal);
    await assert.rejects(keyring.ready(), (error) => isSecretServiceError(error, 'unavailable'));
    await keyring.close();
  } finally {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
  }
});
