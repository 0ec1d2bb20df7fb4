import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isConnectionError } from '../../src/connection-error.ts';
import { connect } from '../../src/io/connect.ts';
import { rejectsCode } from '../support/expect-error.ts';

test('connecting: every way in which there is no bus has its code', async () => {
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

test('connecting: an error names the addresses and the reasons', async () => {
  const address = 'unix:path=/nonexistent/a;unix:path=/nonexistent/b';
  const error = await rejectsCode(connect({ address }), 'connect-failed');
  assert.ok(error.message.includes('/nonexistent/a') && error.message.includes('/nonexistent/b'));
  assert.ok(error.message.includes('ENOENT'));
  assert.ok(isConnectionError(error) && error.advice !== undefined);
});
