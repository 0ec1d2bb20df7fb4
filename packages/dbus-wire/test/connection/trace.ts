import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { formatTraceLine } from '../../src/connection/trace.ts';

test('trace: one line with header and time, and no body', () => {
  const call = {
    type: 'method_call',
    serial: 4,
    destination: ':1.2',
    path: '/a',
    interface: 'a.B',
    member: 'Get',
    signature: 'ss',
    body: ['s3cret', 's3cret'],
  };
  assert.equal(
    formatTraceLine('>', 12.34, call),
    '12.3ms > method_call #4 to :1.2 /a a.B.Get (ss)',
  );
  const error = {
    type: 'error',
    serial: 9,
    replySerial: 4,
    sender: ':1.2',
    destination: ':1.1',
    errorName: 'a.B.No',
    signature: 's',
  };
  assert.equal(
    formatTraceLine('<', 0, error),
    '0.0ms < error #9 re #4 from :1.2 to :1.1 a.B.No (s)',
  );
  assert.equal(
    formatTraceLine('<', 1, { type: 'method_return', serial: 1, replySerial: 2 }),
    '1.0ms < method_return #1 re #2 ()',
  );
});
