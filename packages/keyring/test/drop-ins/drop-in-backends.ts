import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  openBunBackend,
  openKeytarBackend,
  openTargetBackend,
} from '../../src/drop-ins/drop-in-backends.ts';
import type { Place } from '../../src/types/place.ts';
import { startTestKeyring } from '../support/provider.ts';

const KEY = { service: 'service', username: 'ada' };
const SECRET = new TextEncoder().encode('hunter2');

test('each backend writes what its original writes', async () => {
  await using keyring = await startTestKeyring();
  const place: Place = { busAddress: keyring.address, interactive: false };
  const rows = [
    {
      open: openKeytarBackend,
      label: 'service/ada',
      attributes: {
        service: 'service',
        account: 'ada',
        'xdg:schema': 'org.freedesktop.Secret.Generic',
      },
    },
    {
      open: openBunBackend,
      label: 'service/ada',
      attributes: { service: 'service', account: 'ada', 'xdg:schema': 'com.oven-sh.bun.Secret' },
    },
    {
      open: openTargetBackend,
      label: 'keyring:ada@service',
      attributes: {
        service: 'service',
        username: 'ada',
        'xdg:schema': 'org.freedesktop.Secret.Generic',
      },
    },
  ];
  for (const { open, label, attributes } of rows) {
    const backend = await open(place);
    assert.equal(await backend.get(KEY), undefined);
    await backend.set(KEY, SECRET);
    assert.deepEqual(await keyring.items(), [{ collection: 'Login', label, attributes }]);
    assert.deepEqual(await backend.get(KEY), SECRET);
    assert.equal(await backend.delete(KEY), 1);
    await backend.close?.();
  }
});

test('a place without a keyring is told, not waited for', async () => {
  const place: Place = { busAddress: 'unix:path=/nonexistent/bus', interactive: false };
  for (const open of [openKeytarBackend, openBunBackend, openTargetBackend]) {
    await assert.rejects(open(place), { name: 'KeyringError', code: 'unavailable' });
  }
});
