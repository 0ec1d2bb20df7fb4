import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Connection, openConnection } from '../src/client.ts';
import { rejectsCode } from './support/expect-error.ts';

test('client: a connection is there at once, and takes calls', async () => {
  const connection = openConnection({ address: 'unix:path=/nonexistent/a' });
  assert.ok(connection instanceof Connection);
  const call = connection.call({ destination: ':1.1', path: '/', member: 'M' });
  assert.equal(connection.pendingCalls > 0, true);
  await rejectsCode(call, 'connect-failed');
});
