import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isConnectionError } from '../../src/connection-error.ts';
import { connect, isInsideFlatpak, openConnection } from '../../src/io/open-connection.ts';
import { rejectsCode } from '../support/expect-error.ts';

test('opening: every way in which there is no bus has its code', async () => {
  for (const { address, code } of [
    { address: '', code: 'address-invalid' },
    { address: 'unix', code: 'address-invalid' },
    { address: 'disabled:', code: 'bus-disabled' },
    { address: 'unixexec:path=/bin/false', code: 'transport-not-supported' },
    { address: `unix:path=/${'a'.repeat(200)}`, code: 'path-too-long' },
    { address: 'unix:path=/nonexistent/bus', code: 'connect-failed' },
    { address: 'unix:abstract=/nonexistent/bus/of/nobody', code: 'connect-failed' },
  ]) {
    await rejectsCode(connect({ address }), code);
  }
});

test('opening: an error names the addresses and the reasons', async () => {
  const address = 'unix:path=/nonexistent/a;unix:path=/nonexistent/b';
  const error = await rejectsCode(connect({ address }), 'connect-failed');
  assert.ok(error.message.includes('/nonexistent/a') && error.message.includes('/nonexistent/b'));
  assert.ok(error.message.includes('ENOENT'));
  assert.ok(isConnectionError(error) && error.advice !== undefined);
});

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
