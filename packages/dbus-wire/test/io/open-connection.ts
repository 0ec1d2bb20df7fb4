import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isInsideFlatpak, openConnection } from '../../src/io/open-connection.ts';
import { rejectsCode } from '../support/expect-error.ts';

test('opening: returns at once; what fails later reaches the calls', async () => {
  const connection = openConnection({ address: 'unix:path=/nonexistent/a' });
  const call = connection.call({ destination: ':1.1', path: '/', member: 'M' });
  const error = await rejectsCode(call, 'connect-failed');
  assert.equal(await rejectsCode(connection.ready, 'connect-failed'), error);
  await connection.closed;
});

// @rule connection/stepwise-in-flatpak
test('opening: a Flatpak is known by its mark', () => {
  assert.equal(isInsideFlatpak(fileURLToPath(import.meta.url)), true);
  assert.equal(isInsideFlatpak('/nonexistent/.flatpak-info'), false);
});
